import { describe, expect, it } from "vitest";
import type { LanesPanel, SeriesPanel, StatPanel, TankPanel } from "../../contract";
import type { EventOf, NewEvent, RunEvent } from "../../events";
import { type InvariantState, invariant } from "./invariant";
import { pattern } from "./pattern";
import { stage } from "./stage";
import type { State } from "./state";

const T0 = 1_800_000_000_000_000;
const MS = 1000;
const S = 1_000_000;

let seq = 0;
const at = (atUs: number, event: NewEvent, epoch = 0): RunEvent => ({ seq: ++seq, atUs, epoch, ...event }) as RunEvent;

interface Took {
  client?: string;
  allowed?: boolean;
  cost?: number;
  remaining?: number;
  retryAfterMs?: number | null;
  decidedUs?: [number, number];
}
const took = (atUs: number, take: Took = {}, epoch = 0) => {
  const { client = "alice", allowed = true, cost, remaining = 0, retryAfterMs = allowed ? 0 : 500 } = take;
  return at(
    atUs,
    {
      type: "result",
      actor: client,
      action: seq,
      name: "take",
      body: { client, ...(cost ? { cost } : {}) },
      value: { allowed, limit: 10, remaining, retryAfterMs, resetMs: 1000 },
      decidedUs: take.decidedUs ?? [atUs, atUs],
      ms: 1,
    },
    epoch,
  ) as EventOf<"result">;
};
const run = (status: EventOf<"run">["status"], params: Record<string, number>, epoch = 0, variant = "safe") =>
  at(T0, { type: "run", status, pattern: "token-bucket", variant, params: { ...params }, seed: 1, text: "" }, epoch);
const skew = (client: string, ms: number, by: "person" | "scenario" = "person") =>
  at(T0, { type: "fault", fault: "skew-clock", target: client, ms, by, text: `${client}'s clock is ${ms} ms ahead.` });

const judge = (events: RunEvent[], params = { capacity: 10, refillPerSecond: 1 }) =>
  invariant.judge(
    events.reduce<InvariantState>((state, event) => invariant.fold(state, event), invariant.initial(params)),
  );

/** mulberry32: small, seeded, good enough for test data. */
function seeded(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

describe("the invariant", () => {
  it("says nothing before the first take", () => {
    expect(judge([])).toMatchObject({ holds: null, text: "Nothing taken yet." });
  });

  it("holds at exactly the bound and breaks one above it", () => {
    const full = Array.from({ length: 10 }, () => took(T0));
    expect(judge([...full, took(T0 + S)])).toMatchObject({
      holds: true,
      text: "alice: 10 admitted at one moment, at most 10 allowed.",
    });
    const broken = judge([...full, took(T0 + S), took(T0 + 1.9 * S)]);
    expect(broken.holds).toBe(false);
    expect(broken.text).toBe("alice: 12 admitted in 1.9 s, at most 11.9 allowed.");
    expect(broken.violations).toEqual([{ seq, text: broken.text }]);
  });

  it("names the worst span, not the first", () => {
    const verdict = judge(
      [...Array(10).fill(T0), ...Array(10).fill(T0 + 18 * MS)].map((time) => took(time)),
      { capacity: 10, refillPerSecond: 10 },
    );
    expect(verdict.text).toBe("alice: 20 admitted within 18 ms, at most 10.1 allowed.");
    expect(verdict.violations).toHaveLength(10);
  });

  it("counts cost, and each client for itself", () => {
    expect(judge([took(T0, { cost: 6 }), took(T0, { client: "bob", cost: 6 })]).holds).toBe(true);
    expect(judge([took(T0, { cost: 6 }), took(T0, { cost: 5 })]).holds).toBe(false);
  });

  it("does not confuse a client's name with what objects have", () => {
    expect(judge([took(T0, { client: "constructor" }), took(T0, { client: "toString" })]).metrics.admitted).toBe(2);
  });

  it("starts afresh with the epoch, and takes the new parameters", () => {
    const ten = Array.from({ length: 10 }, () => took(T0));
    const again = Array.from({ length: 3 }, () => took(T0, {}, 1));
    expect(judge([...ten, run("reset", { capacity: 10, refillPerSecond: 1 }, 1), ...again]).holds).toBe(true);
    expect(judge([...ten, run("configured", { capacity: 2, refillPerSecond: 1 }, 1), ...again]).holds).toBe(false);
  });

  it("names the fault that a person pulled before a violation, and no fault when it holds", () => {
    const eleven = Array.from({ length: 11 }, () => took(T0));
    expect(judge([skew("alice", 10_000), ...eleven]).text).toMatch(
      /at most 10 allowed\. Before it: alice's clock is 10000 ms ahead \(pulled by a person\)\.$/,
    );
    expect(judge([skew("alice", 10_000), took(T0)]).text).not.toMatch(/Before it/);
  });

  it("keeps the first 50 violations and counts all", () => {
    const verdict = judge(Array.from({ length: 200 }, () => took(T0)));
    expect(verdict.violations).toHaveLength(50);
    expect(verdict.metrics.violations).toBe(190);
  });

  it("tells how many tokens came back and how many were due", () => {
    const drained = took(T0, { remaining: 0 });
    const seconds = (left: (second: number) => number) =>
      Array.from({ length: 14 }, (_, i) => took(T0 + (i + 1) * S, { remaining: left(i + 1) }));
    const slow = { capacity: 10, refillPerSecond: 1.5 };
    expect(judge([drained, ...seconds(() => 0)], slow).metrics).toMatchObject({ refilled: 14, due: 21 });
    expect(judge([drained, ...seconds((n) => Math.floor(n / 2))], slow).metrics).toMatchObject({
      refilled: 21,
      due: 21,
    });
  });

  it("agrees with a check of all pairs on exact, ordered times", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = seeded(seed);
      const params = { capacity: 1 + Math.floor(random() * 8), refillPerSecond: 0.5 + random() * 20 };
      const takes = randomTakes(random, 60, params);
      const excess = worstExcess(takes, params, (take) => [take.trueUs, take.trueUs]);
      if (Math.abs(excess) < 1e-3) continue;
      const verdict = judge(
        takes.map((take) => took(take.trueUs, { cost: take.cost })),
        params,
      );
      expect(verdict.holds, `seed ${seed}, excess ${excess}`).toBe(excess <= 0);
    }
  });

  it("never breaks on intervals out of order when the true times keep the bound, and sees what certainly breaks it", () => {
    const seen = { kept: 0, broken: 0 };
    for (let seed = 1; seed <= 400; seed++) {
      const random = seeded(seed);
      const params = { capacity: 1 + Math.floor(random() * 8), refillPerSecond: 0.5 + random() * 20 };
      const takes = randomTakes(random, 60, params);
      const truth = worstExcess(takes, params, (take) => [take.trueUs, take.trueUs]);
      const certain = worstExcess(takes, params, (take) => [take.trueUs - 20 * MS, take.trueUs + 20 * MS]);
      const events = takes
        .map((take) => {
          const decidedUs: [number, number] = [take.trueUs - random() * 5 * MS, take.trueUs + random() * 5 * MS];
          return { seenUs: decidedUs[1] + random() * 5 * MS, take, decidedUs };
        })
        .sort((a, b) => a.seenUs - b.seenUs)
        .map(({ seenUs, take, decidedUs }) => took(seenUs, { cost: take.cost, decidedUs }));
      const { holds } = judge(events, params);
      if (truth <= 0) expect(holds, `seed ${seed}: false alarm`).toBe(true);
      if (certain > 0) expect(holds, `seed ${seed}: missed, excess ${certain}`).toBe(false);
      if (truth <= 0) seen.kept += 1;
      if (certain > 0) seen.broken += 1;
    }
    expect(seen.kept).toBeGreaterThan(40);
    expect(seen.broken).toBeGreaterThan(40);
  });

  it("allows for the time between MONITOR's stamp and the script's own clock", () => {
    const stamped = (trueUs: number, lagUs: number) =>
      took(trueUs + 300, { decidedUs: [trueUs - lagUs, trueUs - lagUs] });
    const full = Array.from({ length: 10 }, () => stamped(T0, 0));
    expect(judge([...full, stamped(T0 + S, 200)]).holds).toBe(true);
  });

  it("folds 200,000 takes of 60 clients in less than two seconds", () => {
    const events = Array.from({ length: 200_000 }, (_, i) =>
      took(T0 + i * MS, { client: `c${i % 60}`, allowed: i % 3 === 0 }),
    );
    const started = performance.now();
    judge(events);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it("keeps a small state that is JSON, whatever the number of clients", () => {
    let state = invariant.initial({ capacity: 10, refillPerSecond: 1 });
    for (let i = 0; i < 5000; i++) state = invariant.fold(state, took(T0 + i * MS, { client: `c${i}` }));
    expect(JSON.stringify(state).length).toBeLessThan(50_000);
    expect(structuredClone(state)).toEqual(JSON.parse(JSON.stringify(state)));
  });
});

interface RandomTake {
  trueUs: number;
  cost: number;
}
/** About half of the lists keep the bound: an exact bucket that now and then gives what it does not have. */
function randomTakes(
  random: () => number,
  count: number,
  params: { capacity: number; refillPerSecond: number },
): RandomTake[] {
  const cheat = random() < 0.5 ? 0 : random() * 0.2;
  const takes: RandomTake[] = [];
  let level = params.capacity;
  let nowUs = T0;
  while (takes.length < count) {
    const gapUs = Math.floor((random() ** 3 * 2 * S) / params.refillPerSecond);
    nowUs += gapUs;
    level = Math.min(params.capacity, level + (gapUs * params.refillPerSecond) / 1e6);
    const cost = 1 + Math.floor(random() * Math.min(3, params.capacity));
    if (level < cost && random() >= cheat) continue;
    level = Math.max(0, level - cost);
    takes.push({ trueUs: nowUs, cost });
  }
  return takes;
}

/** By how many tokens the worst pair is over the bound; O(n²). */
function worstExcess(
  takes: RandomTake[],
  { capacity, refillPerSecond }: { capacity: number; refillPerSecond: number },
  span: (take: RandomTake) => [number, number],
): number {
  let worst = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < takes.length; i++) {
    let sum = 0;
    for (let j = i; j < takes.length; j++) {
      const [first, last] = [takes[i] as RandomTake, takes[j] as RandomTake];
      sum += last.cost;
      worst = Math.max(worst, sum - capacity - ((span(last)[1] - span(first)[0]) * refillPerSecond) / 1e6);
    }
  }
  return worst;
}

// ---------------------------------------------------------------- the stage

const initial = () => stage.initial() as State;
const fold = (events: RunEvent[], state = initial()) =>
  events.reduce((s, event) => stage.fold(s, event) as State, state);
const panelsOf = (state: State, nowUs: number, focus: string | null = null) => {
  const [tank, stat, series, lanes] = stage.panels(state, nowUs, focus);
  return {
    tank: tank as TankPanel,
    stat: stat as StatPanel,
    series: series as SeriesPanel,
    lanes: lanes as LanesPanel,
  };
};
const observed = (atUs: number, client: string, value: Record<string, string> | null, ttlMs = 5000) =>
  at(atUs, {
    type: "observation",
    keys: [{ key: `bucket:${client}`, kind: value ? "hash" : "none", ttlMs: value ? ttlMs : -2, value }],
  });
const script = (atUs: number, client: string, tokens: string, expiresMs: number) =>
  at(atUs, {
    type: "reply",
    ref: 1,
    actor: client,
    value: [1, 3, 0, 6600],
    latencyUs: 200,
    serverOrder: 1,
    serverUs: [atUs, atUs],
    inner: [
      ["TIME"],
      ["HMGET", `bucket:${client}`, "tokens", "atUs"],
      ["HSET", `bucket:${client}`, "tokens", tokens, "atUs", String(atUs)],
      ["PEXPIREAT", `bucket:${client}`, String(expiresMs)],
    ],
  });
const gone = (atUs: number, event: string, client = "alice") =>
  at(atUs, { type: "key", event, key: `bucket:${client}` });

describe("the stage", () => {
  it("shows a full bucket before anything has happened", () => {
    const { tank, stat, series, lanes } = panelsOf(initial(), T0);
    expect(tank).toMatchObject({ stored: null, computed: 10, caption: "no key yet: a full bucket", next: "full" });
    expect(stat.items.map((item) => item.value)).toEqual(["no key", "0", "0"]);
    expect(series.lines).toEqual([]);
    expect(lanes.lanes).toEqual([]);
  });

  it("tells what Redis holds from what it would be if asked now", () => {
    const state = fold([script(T0, "alice", "3.4", (T0 + 6.6 * S) / MS)]);
    expect(panelsOf(state, T0 + 2 * S, "alice").tank).toMatchObject({
      stored: 3.4,
      computed: 5.4,
      caption: "bucket:alice, a hash, expires in 4.6 s",
      next: "full again in 4.6 s",
    });
  });

  it("knows what a client wrote without a script, once Redis has answered", () => {
    const command = (name: string, args: string[]) =>
      at(T0, { type: "command", actor: "alice", action: 1, name, args }) as EventOf<"command">;
    const reply = (ref: number, error?: string) =>
      at(T0 + MS, {
        type: "reply",
        ref,
        actor: "alice",
        ...(error ? { error } : { value: 2 }),
        latencyUs: 1000,
        serverOrder: null,
        serverUs: [T0, T0 + MS],
      });
    const hset = command("HSET", ["bucket:alice", "tokens", "8.5", "atMs", String(T0 / MS)]);
    expect(panelsOf(fold([hset]), T0, "alice").tank.stored).toBeNull();
    expect(panelsOf(fold([hset, reply(hset.seq, "OOM")]), T0, "alice").tank.stored).toBeNull();
    const expire = command("PEXPIRE", ["bucket:alice", "1500"]);
    const { tank } = panelsOf(fold([hset, reply(hset.seq), expire, reply(expire.seq)]), T0 + MS, "alice");
    expect(tank).toMatchObject({ stored: 8.5, caption: "bucket:alice, a hash, expires in 1.5 s" });
    expect(tank.computed).toBeCloseTo(8.501);
  });

  it("computes as-written's level by whole seconds of the app's clock", () => {
    const fields = { tokens: "2", lastRefill: String(T0 / S) };
    const state = fold([observed(T0 + 500 * MS, "alice", fields, 3_600_000)]);
    expect(panelsOf(state, T0 + 999 * MS, "alice").tank).toMatchObject({
      computed: 2,
      next: "next refill at a whole second, in 0.0 s",
    });
    expect(panelsOf(state, T0 + 1000 * MS, "alice").tank.computed).toBe(3);
    const skewed = fold([skew("alice", 4000)], state);
    expect(panelsOf(skewed, T0 + 1000 * MS, "alice").tank.computed).toBe(7);
  });

  it("asks only Redis' clock where the variant does", () => {
    const state = fold([skew("alice", 10_000), script(T0, "alice", "0", T0 / MS + 10_000)]);
    expect(panelsOf(state, T0 + S, "alice").tank).toMatchObject({ computed: 1, next: "full again in 9.0 s" });
    expect(panelsOf(state, T0 + 0.6 * S, "alice").tank.next).toBe("next token in 0.4 s");
  });

  it("counts a TTL down, and draws its end and the deletion as two ticks", () => {
    const state = fold([took(T0), script(T0, "alice", "9", T0 / MS + 1000)]);
    expect(panelsOf(state, T0 + 1100 * MS, "alice").tank).toMatchObject({
      stored: 9,
      computed: 10,
      caption: "bucket:alice, its TTL is over; Redis has not deleted it yet",
    });
    const { tank, lanes } = panelsOf(fold([gone(T0 + 1250 * MS, "expired")], state), T0 + 2 * S, "alice");
    expect(tank).toMatchObject({ stored: null, caption: "bucket:alice is not there: a full bucket" });
    expect(lanes.lanes[0]?.marks.filter(({ outcome }) => outcome === "redis")).toMatchObject([
      { atUs: T0 + 1000 * MS, text: "TTL reached 0" },
      { atUs: T0 + 1250 * MS, text: "deleted by Redis, 250 ms later" },
    ]);
  });

  it("is not fooled by a late notice of a key that is back, nor by an observation older than a write", () => {
    const back = script(T0 + 2 * S, "alice", "9", T0 / MS + 3000);
    const state = fold([script(T0, "alice", "9", T0 / MS + 1000), back, gone(T0 + 2 * S + 500, "expired")]);
    expect(panelsOf(state, T0 + 2 * S, "alice").tank.stored).toBe(9);
    fold([observed(T0 + 2 * S + MS, "alice", { tokens: "4", atUs: String(T0) })], state);
    expect(panelsOf(state, T0 + 2 * S, "alice").tank.stored).toBe(9);
  });

  it("takes a deleted key for a full bucket, and a reset for a fresh start", () => {
    const state = fold([took(T0), script(T0, "alice", "3", T0 / MS + 7000), gone(T0 + MS, "del")]);
    expect(panelsOf(state, T0 + MS, "alice").tank).toMatchObject({ stored: null, computed: 10 });
    fold([run("reset", { capacity: 5, refillPerSecond: 2 }, 1)], state);
    expect(state).toMatchObject({ buckets: [], capacity: 5, refillPerSecond: 2 });
  });

  it("keeps the buckets when only parameters change", () => {
    const state = fold([
      run("started", { capacity: 10, refillPerSecond: 1 }),
      script(T0, "alice", "3", T0 / MS + 7000),
    ]);
    fold([run("configured", { capacity: 20, refillPerSecond: 1 }, 1)], state);
    expect(panelsOf(state, T0, "alice").tank).toMatchObject({ stored: 3, capacity: 20 });
    fold([run("configured", { capacity: 20, refillPerSecond: 1 }, 2, "as-written")], state);
    expect(state.buckets).toEqual([]);
  });

  it("shows one bucket calmly: the first that took, until it has been quiet for three seconds", () => {
    const state = fold([took(T0), took(T0 + S, { client: "bob" })]);
    expect(panelsOf(state, T0 + S).tank.title).toBe("alice");
    expect(panelsOf(state, T0 + S, "bob").tank.title).toBe("bob");
    fold([took(T0 + 4 * S, { client: "bob" })], state);
    expect(panelsOf(state, T0 + 4 * S).tank.title).toBe("bob");
  });

  it("joins marks of one outcome within 50 ms", () => {
    const burst = Array.from({ length: 30 }, (_, i) =>
      took(T0 + i * MS, { allowed: i < 10, retryAfterMs: i < 10 ? 0 : 310 }),
    );
    const { lanes, stat } = panelsOf(fold(burst), T0 + S);
    expect(lanes.lanes[0]?.marks).toMatchObject([
      { outcome: "yes", count: 10, text: "admitted" },
      { outcome: "no", count: 20, text: "denied, told to wait 310 ms" },
    ]);
    expect(stat.items.map((item) => item.value)).toEqual(["no key", "10", "20"]);
  });

  it("draws the stored level as steps up to now", () => {
    const state = fold([script(T0, "alice", "9", T0 / MS + 1000), script(T0 + S, "alice", "8.5", T0 / MS + 2500)]);
    expect(panelsOf(state, T0 + 2 * S).series.lines).toEqual([
      {
        actor: "alice",
        points: [
          { atUs: T0 - 1, value: 10 },
          { atUs: T0, value: 9 },
          { atUs: T0 + S - 1, value: 9 },
          { atUs: T0 + S, value: 8.5 },
          { atUs: T0 + 2 * S, value: 8.5 },
        ],
      },
    ]);
  });

  it("stays small and JSON whatever the length of the trace", () => {
    let state = initial();
    for (let i = 0; i < 60_000; i++) {
      const client = `c${i % 40}`;
      const atUs = T0 + i * 3 * MS;
      state = fold(
        [script(atUs, client, String(i % 10), atUs / MS + 5000), took(atUs, { client, allowed: i % 7 < 3 })],
        state,
      );
    }
    for (let i = 0; i < 20_000; i++) {
      const atUs = T0 + 200 * S + i * MS;
      state = fold(
        [script(atUs, "alice", String(i % 10), atUs / MS + 5000), took(atUs, { allowed: i % 2 === 0 })],
        state,
      );
    }
    expect(state.buckets).toHaveLength(12);
    for (const { marks, points } of state.buckets) {
      expect(marks.length).toBeLessThanOrEqual(300);
      expect(points.length).toBeLessThanOrEqual(301);
    }
    const { lanes, series } = panelsOf(state, T0 + 220 * S, "alice");
    expect(series.lines).toHaveLength(4);
    const alice = lanes.lanes.find(({ actor }) => actor === "alice")?.marks ?? [];
    expect(Math.min(...alice.map(({ atUs }) => atUs))).toBeLessThan(T0 + 209 * S);
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });

  it("says one sentence for what is worth one", () => {
    const cases: [RunEvent, string | null][] = [
      [took(T0, { remaining: 9 }), "alice was admitted; 9 tokens left."],
      [
        took(T0, { client: "bob", allowed: false, retryAfterMs: 1310 }),
        "bob was denied; no tokens left, told to wait 1,310 ms.",
      ],
      [
        took(T0, { allowed: false, cost: 5, remaining: 1, retryAfterMs: null }),
        "alice was denied 5 tokens; 1 token left.",
      ],
      [gone(T0, "expired"), "Redis deleted bucket:alice, whose time was over: a full bucket."],
      [skew("bob", 4000), "bob's clock is 4000 ms ahead."],
      [{ ...took(T0), value: undefined, error: "Connection is closed." }, "alice's take failed: Connection is closed."],
      [gone(T0, "hset"), null],
    ];
    for (const [event, sentence] of cases) expect(stage.say(event)).toBe(sentence);
  });
});

describe("the action", () => {
  const take = pattern.actions[0];
  const check = (cost: number, variant = "safe") =>
    take?.check?.({ client: "alice", cost }, { capacity: 10 }, variant)?.code ?? null;

  it("takes a client and a cost, and nothing else", () => {
    const ok = (body: unknown) => take?.body.safeParse(body).success;
    expect(take?.body.parse({ client: "Alice.1" })).toEqual({ client: "Alice.1", cost: 1 });
    for (const bad of [{}, { client: "" }, { client: "-a" }, { client: "a".repeat(65) }, { client: "__proto__" }])
      expect(ok(bad)).toBe(false);
    for (const cost of [0, -1, 1.5, 1001, 1e308, Number.NaN, "1", null]) expect(ok({ client: "a", cost })).toBe(false);
    expect(ok({ client: "a", more: 1 })).toBe(false);
  });

  it("refuses a cost above the capacity, and any cost but 1 where the notes know none", () => {
    expect([check(10), check(11), check(1, "as-written"), check(2, "as-written"), check(11, "as-written")]).toEqual([
      null,
      "invalid",
      null,
      "not_in_variant",
      "invalid",
    ]);
  });
});
