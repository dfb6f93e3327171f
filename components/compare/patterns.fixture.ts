/** Patterns as the API describes them, as far as comparing looks at them. For tests. */
import type { ParamSpec, PatternDescription } from "@/lib/contract";

const ANSWER = { type: "object", properties: { allowed: { type: "boolean" } } };

const limit: ParamSpec = {
  id: "limit",
  title: "Limit",
  unit: "requests",
  min: 1,
  max: 1000,
  step: 1,
  default: 10,
  quota: "limit",
};

export function describedPattern(
  given: Pick<PatternDescription, "id" | "title" | "params"> & Partial<PatternDescription>,
  variants: readonly string[],
): PatternDescription {
  return {
    family: "rate-limiting",
    summary: "",
    structure: "",
    useWhen: "",
    notWhen: "",
    paramsSchema: {},
    scenarios: [],
    faults: [],
    invariant: "",
    trafficAction: "take",
    nodes: 0,
    hasRows: false,
    actions: [
      { id: "take", title: "Take", summary: "", primary: true, actorField: "client", body: {}, result: ANSWER },
    ],
    variants: variants.map((id) => ({ id, title: id, summary: "", actions: ["take"] })),
    ...given,
  };
}

export const WINDOW = describedPattern(
  {
    id: "window",
    title: "Window",
    params: [
      limit,
      {
        id: "windowMs",
        title: "Window",
        unit: "ms",
        min: 100,
        max: 60_000,
        step: 100,
        default: 10_000,
        quota: "windowMs",
      },
    ],
  },
  ["as-written", "safe"],
);

export const BUCKET = describedPattern(
  {
    id: "bucket",
    title: "Bucket",
    params: [
      { ...limit, id: "capacity", title: "Capacity", unit: "tokens", max: 500 },
      {
        id: "refill",
        title: "Refill",
        unit: "tokens/s",
        min: 0.1,
        max: 100,
        step: 0.1,
        default: 1,
        quota: "perSecond",
      },
    ],
  },
  ["racy", "safe"],
);

/** Of the same family, but it answers no client with yes or no. */
export const COUNTER = describedPattern({ id: "counter", title: "Counter", params: [], trafficAction: null }, ["safe"]);

export const PATTERNS = [WINDOW, BUCKET];
