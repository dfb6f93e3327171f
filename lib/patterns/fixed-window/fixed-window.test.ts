/** Picture and verdict of the fixed window, without Redis. */
import { describe, expect, it } from "vitest";
import type { WindowsPanel } from "../../contract";
import type { NewEvent, RunEvent } from "../../events";
import { invariant } from "./invariant";
import { stage } from "./stage";

const NOW_US = 1_790_000_000_000_000;
const PARAMS = { limit: 3, windowMs: 10_000 };

type Given = NewEvent & { atUs?: number; epoch?: number };
const run = (status: "started" | "configured" | "redis-down", more: Partial<Given> = {}): Given =>
  ({
    type: "run",
    status,
    pattern: "fixed-window",
    variant: "safe",
    params: PARAMS,
    seed: 1,
    text: "",
    ...more,
  }) as Given;
const counter = (value: string, ttlMs: number): Given => ({
  type: "observation",
  keys: [{ key: "ratelimit:alice", kind: "string", ttlMs, value }],
});
const sent = (action: number, name: string, args: string[], ms = 0): Given =>
  ({ type: "command", actor: "alice", action, name, args, atUs: at(ms) - 10 }) as Given;
const replied = (ref: number, value: number, ms = 0): Given =>
  ({
    type: "reply",
    ref,
    actor: "alice",
    value,
    latencyUs: 1,
    serverOrder: 1,
    serverUs: [at(ms), at(ms)],
    atUs: at(ms),
  }) as Given;
const ended = (action: number, outcome: { remaining: number | null } | { error: string }, ms = 0): Given =>
  ({
    type: "result",
    actor: "alice",
    action,
    name: "take",
    body: { client: "alice", cost: 1 },
    ...("error" in outcome
      ? { error: outcome.error }
      : {
          value: {
            allowed: outcome.remaining !== null,
            limit: 3,
            remaining: outcome.remaining ?? 0,
            retryAfterMs: null,
            resetMs: null,
          },
        }),
    decidedUs: [at(ms), at(ms)],
    ms: 1,
    atUs: at(ms),
  }) as Given;
function at(ms: number): number {
  return NOW_US + ms * 1000;
}

const events = (given: readonly Given[]): RunEvent[] =>
  given.map((event, i) => ({ atUs: NOW_US, epoch: 0, ...event, seq: i + 1 }) as RunEvent);
const rowOf = (given: readonly Given[], nowUs = NOW_US) => {
  const state = events(given).reduce((before, event) => stage.fold(before, event), stage.initial());
  const panel = stage.panels(JSON.parse(JSON.stringify(state)), nowUs, null).find(({ kind }) => kind === "windows");
  return (panel as WindowsPanel).rows[0];
};
const judged = (given: readonly Given[]) => {
  const start = invariant.initial(PARAMS);
  return invariant.judge(events(given).reduce((state, event) => invariant.fold(state, event), start));
};

describe("the window", () => {
  it("ends when the counter expires and began a window before that", () => {
    expect(rowOf([run("started"), counter("2", 4000)])).toMatchObject({
      used: 2,
      frames: [{ fromUs: at(-6000), toUs: at(4000), label: "this window, 10 s" }],
      next: "a new window in 4.0 s",
    });
  });

  it("is over once the TTL has reached 0, though Redis may not have deleted the counter", () => {
    const row = rowOf([run("started"), counter("2", 4000)], at(4001));
    expect(row).toMatchObject({ used: 0, frames: [], next: "over: the next request opens a window" });
    expect(row?.caption).toContain("Redis has not deleted it yet");
  });

  it("has no end when the counter has no TTL", () => {
    expect(rowOf([run("started"), counter("2", -1)])).toMatchObject({
      used: 2,
      next: "no TTL: this window never ends",
    });
  });

  it("is not there before the first request", () => {
    expect(rowOf([run("started")])).toMatchObject({ frames: [], next: "the next request opens a window" });
  });
});

describe("the verdict", () => {
  const admitted = (action: number, remaining: number, ms: number) => [
    sent(action, "EVALSHA", [], ms),
    ended(action, { remaining }, ms),
  ];

  it("is open until something was taken", () => {
    expect(judged([run("started")])).toMatchObject({ holds: null, text: "Nothing taken yet." });
  });

  it("lets twice the limit pass around an edge, and says so", () => {
    const around = [
      [1, 2, 0],
      [2, 1, 9900],
      [3, 0, 9901],
      [4, 2, 10_001],
      [5, 1, 10_002],
      [6, 0, 10_003],
    ] as const;
    expect(judged(around.flatMap(([action, left, ms]) => admitted(action, left, ms)))).toMatchObject({
      holds: true,
      text: "alice: at most 5 in any 10 s, 2 × 3 allowed; 0 denied.",
      metrics: { mostInAnySpan: 5 },
    });
  });

  it("breaks when more than the limit pass within one window", () => {
    const four = [2, 1, 0, 0].flatMap((left, i) => admitted(i + 1, left, i * 100));
    expect(judged(four)).toMatchObject({ holds: false, text: "alice: 4 admitted in one window, at most 3 allowed." });
  });

  it("breaks when more than twice the limit pass within a span of a window, whatever the counters said", () => {
    const seven = Array.from({ length: 7 }, (_, i) => admitted(i + 1, 2, i * 100)).flat();
    expect(judged(seven)).toMatchObject({
      holds: false,
      text: "alice: 7 admitted within 600 ms, at most 2 × 3 allowed.",
    });
  });

  it("breaks when a call that made a counter ends without giving it a TTL", () => {
    const crashed = [
      sent(1, "INCR", ["ratelimit:alice"]),
      replied(1, 1),
      ended(1, { error: "This actor has crashed" }),
    ];
    expect(judged(crashed)).toMatchObject({
      holds: false,
      text: "ratelimit:alice was left without a TTL: this window never ends.",
      violations: [{ seq: 3 }],
      metrics: { withoutTtl: 1 },
    });
  });

  it("does not call a counter lost while its TTL is on its way, nor when Redis took it along", () => {
    const made = [sent(1, "INCR", ["ratelimit:alice"]), replied(1, 1)];
    expect(judged(made)).toMatchObject({ holds: null });
    const given = [...made, sent(1, "EXPIRE", ["ratelimit:alice", "10"]), replied(3, 1), ended(1, { remaining: 2 })];
    expect(judged(given)).toMatchObject({ holds: true });
    expect(judged([...made, run("redis-down"), ended(1, { error: "Connection is closed." })]).metrics.withoutTtl).toBe(
      0,
    );
    expect(judged([...made, ended(1, { error: "Connection is closed." }), run("redis-down")]).metrics.withoutTtl).toBe(
      0,
    );
  });

  it("asks no TTL of a call that found the counter there", () => {
    const second = [sent(1, "INCR", ["ratelimit:alice"]), replied(1, 2), ended(1, { remaining: 1 })];
    expect(judged(second)).toMatchObject({ holds: true });
  });
});
