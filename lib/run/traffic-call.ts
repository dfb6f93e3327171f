/** The call that a client's traffic repeats, checked before the first one is sent. */
import type { ActionSpec, Body, Params, Pattern, Variant } from "../contract";
import { checkBody } from "./check-body";
import { PlaygroundError, unknownThing } from "./playground-error";

export interface TrafficCall {
  action: string;
  body: Body;
}

/** What decides whether a body fits, besides its schema: a run, or what a run would be opened with. */
export interface ActionSetting {
  pattern: Pattern;
  variant: Variant;
  params: Params;
}

/** @throws PlaygroundError 400, 404 or 409 */
export function trafficCall(
  setting: ActionSetting,
  client: string,
  actionId: string | undefined,
  given: Body,
): TrafficCall {
  const id = actionId ?? setting.pattern.trafficAction;
  const spec = setting.pattern.actions.find((candidate) => candidate.id === id);
  if (!spec || !id) throw unknownThing("action", id ?? "traffic");
  const body = { ...given, ...(spec.actorField ? { [spec.actorField]: client } : {}) };
  refuseIfUnfit(setting, spec, checkBody(spec.body, body) as Body);
  return { action: id, body };
}

/** @throws PlaygroundError 400 or 409 for what the schema alone cannot tell */
export function refuseIfUnfit({ params, variant }: ActionSetting, spec: ActionSpec, body: Body): void {
  const refusal = spec.check?.(body, params, variant.id);
  if (!refusal) return;
  const { code, message, field } = refusal;
  throw new PlaygroundError(code === "invalid" ? 400 : 409, code, message, { field });
}
