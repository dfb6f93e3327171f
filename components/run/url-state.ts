/** The page's state in its address: pattern page URLs can be copied, reloaded and shared. */
import type { ParamSpec, Params } from "@/lib/contract";
import { formatOrder, type OwnActors, parseOrder, parseOwnActors } from "../step/order-text";

export interface UrlState {
  variant: string | null;
  params: Params;
  scenario: string | null;
  seed: number | null;
  run: string | null;
  /** Playhead: a seq; null at the live edge. */
  at: number | null;
  present: boolean;
  /** A kept replay that is shown in place of a run. */
  share: string | null;
  /** Steps of a stepped run; null when nobody steps. */
  order: readonly string[] | null;
  /** Of a stepped run that is the learner's own. */
  actors: OwnActors | null;
}

/** No state at all. */
export const NOWHERE: UrlState = {
  variant: null,
  params: {},
  scenario: null,
  seed: null,
  run: null,
  at: null,
  present: false,
  share: null,
  order: null,
  actors: null,
};

const wholeNumber = (text: string | null): number | null =>
  text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;

/** Reads what it knows and drops what is out of bounds, so that no address can break the page. */
export function parseUrl(
  search: string,
  pattern: { params: readonly ParamSpec[]; variants: readonly { id: string }[]; scenarios: readonly { id: string }[] },
): UrlState {
  const query = new URLSearchParams(search);
  const params: Params = {};
  for (const spec of pattern.params) {
    const text = query.get(spec.id);
    const value = text === null || text.trim() === "" ? Number.NaN : Number(text);
    if (value >= spec.min && value <= spec.max) params[spec.id] = value;
  }
  const variant = query.get("variant");
  const scenario = query.get("scenario");
  const run = query.get("run");
  const share = query.get("share");
  return {
    variant: pattern.variants.some(({ id }) => id === variant) ? variant : null,
    params,
    scenario: pattern.scenarios.some(({ id }) => id === scenario) ? scenario : null,
    seed: wholeNumber(query.get("seed")),
    run: run !== null && /^[A-Za-z0-9_-]{22,64}$/.test(run) ? run : null,
    at: wholeNumber(query.get("at")),
    present: query.get("present") === "1",
    share: share !== null && /^[A-Za-z0-9_-]{22}$/.test(share) ? share : null,
    order: parseOrder(query.get("order")),
    actors: parseOwnActors(query.get("actors")),
  };
}

/** "?variant=safe&capacity=10&run=…", or "" when there is nothing to say. */
export function formatUrl(state: UrlState): string {
  const query = new URLSearchParams();
  if (state.variant !== null) query.set("variant", state.variant);
  for (const [id, value] of Object.entries(state.params)) query.set(id, String(value));
  if (state.scenario !== null) query.set("scenario", state.scenario);
  if (state.seed !== null) query.set("seed", String(state.seed));
  if (state.run !== null) query.set("run", state.run);
  if (state.share !== null) query.set("share", state.share);
  if (state.at !== null) query.set("at", String(state.at));
  if (state.present) query.set("present", "1");
  if (state.actors !== null) query.set("actors", JSON.stringify(state.actors));
  const text = query.toString() + (state.order === null ? "" : `&order=${formatOrder(state.order)}`);
  return text ? `?${text.replace(/^&/, "")}` : "";
}
