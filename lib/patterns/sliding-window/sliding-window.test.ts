/** Picture and words of the sliding window, without Redis. */
import { describe, expect, it } from "vitest";
import type { Panel, WindowsPanel } from "../../contract";
import type { NewEvent, RunEvent } from "../../events";
import { invariant } from "./invariant";
import { stage } from "./stage";

const NOW_US = 1_790_000_000_000_000;
const PARAMS = { limit: 5, windowMs: 10_000 };

type Given = NewEvent & { atUs?: number; epoch?: number };
const run = (status: "started" | "reset" | "configured" | "redis-down", more: Partial<Given> = {}): Given =>
  ({
    type: "run",
    status,
    pattern: "sliding-window",
    variant: "safe",
    params: PARAMS,
    seed: 1,
    text: "",
    ...more,
  }) as Given;
const entries = (scores: number[], length = scores.length, ttlMs = 10_000): Given => ({
  type: "observation",
  keys: [
    { key: "ratelimit:alice", kind: "zset", ttlMs, length, value: scores.map((score, i) => [`m${i}`, String(score)]) },
  ],
});
const took = (allowed: boolean, more: { atUs?: number; action?: number; retryAfterMs?: number } = {}): Given => ({
  type: "result",
  actor: "alice",
  action: more.action ?? 1,
  name: "take",
  body: { client: "alice", cost: 1 },
  value: { allowed, limit: 5, remaining: allowed ? 4 : 0, retryAfterMs: more.retryAfterMs ?? 0, resetMs: null },
  decidedUs: [more.atUs ?? NOW_US, more.atUs ?? NOW_US],
  ms: 1,
  atUs: more.atUs ?? NOW_US,
});

const events = (given: readonly Given[]): RunEvent[] =>
  given.map((event, i) => ({ atUs: NOW_US, epoch: 0, ...event, seq: i + 1 }) as RunEvent);
const shown = (given: readonly Given[], nowUs = NOW_US): Panel[] => {
  const state = events(given).reduce((before, event) => stage.fold(before, event), stage.initial());
  return stage.panels(JSON.parse(JSON.stringify(state)), nowUs, null);
};
const rowOf = (given: readonly Given[], nowUs = NOW_US) => {
  const panel = shown(given, nowUs).find((one): one is WindowsPanel => one.kind === "windows");
  return panel?.rows[0];
};
const judged = (given: readonly Given[]) => {
  const start = invariant.initial(PARAMS);
  return invariant.judge(events(given).reduce((state, event) => invariant.fold(state, event), start));
};

describe("the window", () => {
  it("ends now and is as long as the parameter says", () => {
    expect(rowOf([run("started"), took(true)])?.frames).toEqual([
      { fromUs: NOW_US - 10_000_000, toUs: NOW_US, label: "the window, 10 s", weight: 1 },
    ]);
  });

  it("counts what Redis holds in it: what has left since Redis was seen no longer counts", () => {
    const seen = [run("started"), entries([NOW_US - 9_000_000, NOW_US - 1_000_000])];
    expect(rowOf(seen)).toMatchObject({ used: 2, next: "oldest leaves in 1.0 s", leavingUs: NOW_US - 9_000_000 });
    expect(rowOf(seen, NOW_US + 2_000_000)).toMatchObject({ used: 1, next: "oldest leaves in 7.0 s" });
    expect(rowOf(seen, NOW_US + 20_000_000)).toMatchObject({ used: 0, next: "empty", leavingUs: null });
  });

  it("reads the scores of both kinds: ms of the app's clock, µs of Redis' own", () => {
    expect(rowOf([run("started"), entries([(NOW_US - 2_000_000) / 1000])])).toMatchObject({
      used: 1,
      leavingUs: NOW_US - 2_000_000,
    });
  });

  it("counts a log that is longer than what was read of it", () => {
    const first = Array.from({ length: 50 }, (_, i) => NOW_US - 5_000_000 + i);
    expect(rowOf([run("started"), entries(first, 700)])).toMatchObject({ used: 700 });
  });

  it("lies elsewhere for an app server whose clock is ahead, unless the script asks Redis", () => {
    const ahead = { type: "fault", fault: "skew-clock", target: "alice", ms: 10_000, by: "person", text: "x" } as Given;
    const seen = entries([(NOW_US - 1_000_000) / 1000]);
    expect(rowOf([run("started", { variant: "count-then-add" } as never), ahead, seen])).toMatchObject({ used: 0 });
    expect(rowOf([run("started"), ahead, seen])).toMatchObject({ used: 1 });
  });

  it("says what the key is, and that it is gone when Redis is", () => {
    expect(rowOf([run("started"), entries([NOW_US])])?.caption).toBe(
      "ratelimit:alice, a sorted set, expires in 10.0 s",
    );
    expect(rowOf([run("started"), entries([NOW_US], 1, -1)])?.caption).toContain("without a TTL");
    expect(rowOf([run("started"), entries([NOW_US]), run("redis-down")])?.caption).toContain("Redis is down");
    expect(rowOf([run("started")])?.caption).toBe("no key yet: an empty window");
  });

  it("is empty after a reset, and keeps its log when only parameters change", () => {
    const seen = [run("started"), entries([NOW_US])];
    expect(rowOf([...seen, run("reset", { epoch: 1 })])).toMatchObject({ actor: "", used: 0 });
    expect(rowOf([...seen, run("configured", { epoch: 1 })])).toMatchObject({ actor: "alice", used: 1 });
  });

  it("stays bounded whatever the length of the trace", () => {
    const many = Array.from({ length: 5000 }, (_, i) =>
      took(i % 2 === 0, { atUs: NOW_US + i * 30_000, action: i + 1 }),
    );
    const state = events([run("started"), ...many]).reduce(
      (before, event) => stage.fold(before, event),
      stage.initial(),
    );
    expect(JSON.stringify(state).length).toBeLessThan(80_000);
  });
});

describe("sentences", () => {
  it("say who was admitted, who was denied, and how long to wait", () => {
    const [admitted, denied] = events([took(true), took(false, { retryAfterMs: 1200 })]);
    expect(admitted && stage.say(admitted)).toBe("alice was admitted; 4 places left.");
    expect(denied && stage.say(denied)).toBe("alice was denied; no places left, told to wait 1,200 ms.");
  });
});

describe("the verdict", () => {
  const at = (ms: number) => NOW_US + ms * 1000;
  const call = (action: number, allowed: boolean, ms: number): Given[] => [
    { type: "command", actor: "alice", action, name: "EVALSHA", args: [], atUs: at(ms) - 10 } as Given,
    took(allowed, { action, atUs: at(ms) }),
  ];

  it("is open until something was taken", () => {
    expect(judged([run("started")])).toMatchObject({ holds: null, text: "Nothing taken yet." });
  });

  it("holds at the limit and breaks one above it, with the span and the count", () => {
    const five = [0, 1, 2, 3, 4].flatMap((i) => call(i + 1, true, i * 100));
    expect(judged(five)).toMatchObject({
      holds: true,
      text: "alice: at most 5 of 5 in any 10 s; nobody denied.",
      metrics: { mostInAnyWindow: 5 },
    });
    expect(judged([...five, ...call(6, true, 9_900)])).toMatchObject({
      holds: false,
      text: "alice: 6 admitted in 9.9 s, at most 5 allowed.",
    });
    expect(judged([...five, ...call(6, true, 10_000)])).toMatchObject({ holds: true });
  });

  it("breaks when somebody was denied with room in the window, and points at the denial", () => {
    const { holds, text, violations } = judged([...call(1, true, 0), ...call(2, false, 100)]);
    expect(holds).toBe(false);
    expect(text).toBe("alice was denied, though only 1 of 5 had been admitted in the 10 s before.");
    expect(violations).toMatchObject([{ seq: 4 }]);
  });
});
