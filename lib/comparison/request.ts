/** What a comparison is asked for, checked before anything is opened. */
import { z } from "zod";
import type { Arrivals, Body, Params, Pattern } from "../contract";
import { isPlaygroundError, PlaygroundError } from "../run/playground-error";
import type { PreparedRun, RunService } from "../run/service";
import { type TrafficCall, trafficCall } from "../run/traffic-call";

export interface ComparisonRequest {
  variants: readonly { pattern: string; variant: string; params?: Params | undefined }[];
  arrivals: Arrivals;
  seed?: number | undefined;
}

export interface PreparedLimiter {
  run: PreparedRun;
  /** What is asked on behalf of each client. */
  calls: TrafficCall[];
}

/** @throws PlaygroundError 400, or 409 for a cost that a variant does not know, with a field such as `variants.1.pattern` */
export function prepareLimiters(
  { variants, arrivals }: ComparisonRequest,
  seed: number,
  clients: readonly string[],
  runs: Pick<RunService, "prepare">,
): PreparedLimiter[] {
  return variants.map((wanted, i) => {
    const run = under(`variants.${i}`, () => {
      const prepared = runs.prepare({ ...wanted, seed });
      refuseIncomparable(prepared.pattern);
      return prepared;
    });
    const { pattern, variant } = run;
    if (!variant.actions[pattern.trafficAction ?? ""])
      throw new PlaygroundError(409, "not_in_variant", `"${variant.title}" lacks what traffic asks for.`, {
        field: `variants.${i}.variant`,
      });
    const given: Body = arrivals.cost === 1 ? {} : { cost: arrivals.cost };
    const calls = under(
      "arrivals",
      () => clients.map((client) => trafficCall(run, client, undefined, given)),
      `${pattern.title}, ${variant.title}: `,
    );
    return { run, calls };
  });
}

/** Only what answers a client with yes or no can be compared. */
function refuseIncomparable(pattern: Pattern): void {
  const action = pattern.actions.find(({ id }) => id === pattern.trafficAction);
  const answersYesOrNo = action?.result instanceof z.ZodObject && "allowed" in action.result.shape;
  if (action?.actorField === "client" && answersYesOrNo) return;
  throw new PlaygroundError(400, "invalid", `pattern: "${pattern.id}" admits or denies no clients`, {
    field: "pattern",
  });
}

/** The field of a refusal is told as the caller wrote it. */
export function under<T>(path: string, check: () => T, about = ""): T {
  try {
    return check();
  } catch (error) {
    if (!isPlaygroundError(error) || error.details.field === undefined) throw error;
    const { status, code, message, details } = error;
    const text = message.startsWith(`${details.field}: `) ? message.slice(`${details.field}: `.length) : message;
    const field = `${path}.${details.field}`;
    throw new PlaygroundError(status, code, `${field}: ${about}${text}`, { ...details, field });
  }
}
