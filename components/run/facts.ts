/**
 * What the controls need to know of a run now: its configuration, who is in it, what is running. Folded at the live edge;
 * `GET /api/runs/{id}` seeds it (late join) and corrects it after a frame that swallowed events.
 */
import type { Params, RunView } from "@/lib/contract";
import type { RunEvent } from "@/lib/events";

export interface ActorFact {
  index: number;
  status: "connected" | "closed" | "crashed" | "held" | "released";
}

export interface RunFacts {
  status: RunView["status"];
  variant: string;
  params: Params;
  seed: number;
  scenario: { id: string; pace: "live" | "fast" } | null;
  /** Running traffic by client. */
  traffic: ReadonlyMap<string, { shape: string; rate: number }>;
  actors: ReadonlyMap<string, ActorFact>;
  /** Steps taken so far in a stepped run; null in a live one. */
  order: readonly string[] | null;
}

export const NO_FACTS: RunFacts = {
  status: "live",
  variant: "",
  params: {},
  seed: 0,
  scenario: null,
  traffic: new Map(),
  actors: new Map(),
  order: null,
};

export function factsOf(view: RunView): RunFacts {
  return {
    status: view.status,
    variant: view.variant,
    params: view.params,
    seed: view.seed,
    scenario: view.scenario === null ? null : { id: view.scenario, pace: "live" },
    traffic: new Map(view.traffic.map(({ client, shape, rate }) => [client, { shape, rate }])),
    actors: new Map(view.actors.map(({ id, index, status }) => [id, { index, status }])),
    order: view.stepped ? [] : null,
  };
}

const STATUS: Partial<Record<string, RunView["status"]>> = { "redis-down": "down", "redis-up": "live", ended: "ended" };

/** Answers the same object when the event changes nothing, so that nothing is drawn again. */
export function foldFacts(facts: RunFacts, event: RunEvent): RunFacts {
  switch (event.type) {
    case "run": {
      const params: Params = {};
      for (const [id, value] of Object.entries(event.params)) if (typeof value === "number") params[id] = value;
      return {
        ...facts,
        status: STATUS[event.status] ?? facts.status,
        variant: event.variant,
        params,
        seed: event.seed,
      };
    }
    case "scenario":
      return { ...facts, scenario: event.status === "started" ? { id: event.scenario, pace: event.pace } : null };
    case "traffic": {
      const traffic = new Map(facts.traffic);
      if (event.status === "started") traffic.set(event.client, { shape: event.shape, rate: event.rate });
      else traffic.delete(event.client);
      return { ...facts, traffic };
    }
    case "actor":
      return {
        ...facts,
        actors: new Map(facts.actors).set(event.actor, { index: event.index, status: event.status }),
      };
    case "step":
      return { ...facts, order: event.schedule };
    default:
      return facts;
  }
}
