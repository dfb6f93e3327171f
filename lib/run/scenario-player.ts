/** Plays a scenario: a named, seeded story told on the run's real Redis, on a clock that may jump. */
import type { Body, Params, Scenario, ScenarioTools, TrafficShape } from "../contract";
import type { Verdict, WireValue } from "../events";
import { playRace } from "../explore/play-race";
import { noVirtualClock } from "./node-faults";
import { PlaygroundError } from "./playground-error";
import { seededRandom, seedFrom } from "./random";
import type { Run } from "./run";
import { arrivalTimes } from "./traffic";

export type Pace = "live" | "fast";

export interface ScenarioOutcome {
  scenario: string;
  pace: Pace;
  expect: "holds" | "breaks" | "n/a";
  verdict: Verdict;
  metrics: Record<string, number>;
}

/** Real time that a play may take before it is called failed. */
const LIMIT_MS: Record<Pace, number> = { live: 30_000, fast: 20_000 };

/** @throws PlaygroundError 409 when the scenario says nothing about the run's variant. */
export async function playScenario(run: Run, scenario: Scenario, wanted: Pace): Promise<ScenarioOutcome> {
  const expect = scenario.expect[run.variant.id] ?? "n/a";
  if (expect === "n/a")
    throw new PlaygroundError(409, "not_in_variant", `"${scenario.title}" has no meaning for "${run.variant.title}".`);
  if (scenario.needs === "clock" && !run.clock.movable) throw noVirtualClock();
  // Without the clock shim time cannot jump, so the story takes its own time.
  const pace = run.clock.movable && !scenario.realTime ? wanted : "live";
  await run.startAfresh({ ...run.params, ...definedOf(scenario.params) }, `Scenario: ${scenario.title}`);
  if (pace === "fast") run.clock.freeze();
  run.measure(scenario.realTime === true);
  const tell = (status: "started" | "ended" | "failed", text: string) =>
    run.trace.append({ type: "scenario", scenario: scenario.id, status, pace, text });
  tell("started", scenario.summary);
  try {
    const story = scenario.race ? playRace(run, scenario.race) : scenario.play?.(toolsFor(run, scenario));
    await withLimit(
      Promise.resolve(story).then(() => run.settle()),
      LIMIT_MS[pace],
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    tell("failed", reason);
    throw new PlaygroundError(409, "scenario_failed", `The scenario could not be played to its end: ${reason}`);
  } finally {
    run.clock.thaw();
    run.measure(false);
  }
  const verdict = run.trace.judge();
  tell("ended", verdict.text);
  return { scenario: scenario.id, pace, expect, verdict, metrics: verdict.metrics };
}

function toolsFor(run: Run, scenario: Scenario): ScenarioTools {
  const { clock } = run;
  const act = (action: string, body: Body) => run.act(action, body).catch(() => null);
  return {
    params: run.params,
    act,
    now: () => clock.nowMs(),
    sleep: (ms) => clock.sleep(ms),
    sleepUntilPast: (everyMs, offsetMs) => {
      const past = (clock.nowMs() - offsetMs) % everyMs;
      return clock.sleep(past === 0 ? 0 : everyMs - past);
    },
    persist: (mode) => run.persist(mode),
    random: seededRandom(seedFrom(run.seed, scenario.id)),
    fault: async (fault, body) => {
      await run.pullFault(fault, body, "scenario");
    },
    traffic: async (client, shape, rate, seconds, body = {}) => {
      await sendArrivals(
        run,
        client,
        { shape, rate, seconds, body, seed: seedFrom(run.seed, scenario.id, client) },
        act,
      );
    },
  };
}

async function sendArrivals(
  run: Run,
  client: string,
  traffic: { shape: TrafficShape; rate: number; seconds: number; body: Body; seed: number },
  act: (action: string, body: Body) => Promise<WireValue>,
): Promise<void> {
  const action = run.pattern.actions.find(({ id }) => id === run.pattern.trafficAction);
  if (!action) throw new Error(`${run.pattern.id} takes no traffic`);
  const startMs = run.clock.nowMs();
  const answers: Promise<WireValue>[] = [];
  for (const atMs of arrivalTimes(traffic.shape, traffic.rate, traffic.seconds, traffic.seed)) {
    const waitMs = startMs + atMs - run.clock.nowMs();
    if (waitMs > 0) await run.clock.sleep(waitMs);
    answers.push(act(action.id, { ...traffic.body, ...(action.actorField ? { [action.actorField]: client } : {}) }));
  }
  await Promise.all(answers);
}

/** Without the entries that are undefined. */
export function definedOf(params: Partial<Params> | undefined): Params {
  return Object.fromEntries(
    Object.entries(params ?? {}).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );
}

async function withLimit<T>(work: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it took longer than ${limitMs / 1000} s`)), limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
