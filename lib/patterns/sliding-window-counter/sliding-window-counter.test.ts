/** Estimate, picture and verdict of the window counter, without Redis. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WindowsPanel } from "../../contract";
import type { NewEvent, RunEvent } from "../../events";
import { admit, estimateAt, noCounts } from "./estimate";
import { invariant } from "./invariant";
import { stage } from "./stage";

const PARAMS = { limit: 3, windowMs: 10_000 };
const WINDOW_US = 10_000_000;
/** The start of a window. */
const START_US = 179_000_000 * WINDOW_US;
const at = (ms: number): number => START_US + ms * 1000;

type Given = NewEvent & { atUs?: number; epoch?: number };
const run = (variant = "safe"): Given =>
  ({ type: "run", status: "started", pattern: "p", variant, params: PARAMS, seed: 1, text: "" }) as Given;
const seen = (...keys: { key: string; kind: string; value: unknown }[]): Given =>
  ({ type: "observation", keys: keys.map((key) => ({ ttlMs: 5000, ...key })), atUs: at(0) }) as Given;
const take = (action: number, allowed: boolean, ms: number, until = ms): Given[] => [
  { type: "command", actor: "alice", action, name: "EVALSHA", args: [], atUs: at(ms) - 10 } as Given,
  {
    type: "result",
    actor: "alice",
    action,
    name: "take",
    body: { client: "alice", cost: 1 },
    value: { allowed, limit: 3, remaining: 0, retryAfterMs: null, resetMs: null },
    decidedUs: [at(ms), at(until)],
    ms: 1,
    atUs: at(until),
  } as Given,
];
const events = (given: readonly Given[]): RunEvent[] =>
  given.map((event, i) => ({ atUs: at(0), epoch: 0, ...event, seq: i + 1 }) as RunEvent);
const rowOf = (given: readonly Given[], nowUs: number) => {
  const state = events(given).reduce((before, event) => stage.fold(before, event), stage.initial());
  const panel = stage.panels(JSON.parse(JSON.stringify(state)), nowUs, null).find(({ kind }) => kind === "windows");
  return (panel as WindowsPanel).rows[0];
};
const judged = (given: readonly Given[]) => {
  const start = invariant.initial(PARAMS);
  return invariant.judge(events(given).reduce((state, event) => invariant.fold(state, event), start));
};

describe("the estimate", () => {
  it("is what the two counts say, for moments in any order within a window", () => {
    const moments = fc.array(fc.integer({ min: 0, max: 5 * WINDOW_US }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(moments, (given) => {
        const sorted = given.toSorted((a, b) => a - b);
        const counts = noCounts();
        for (const atUs of sorted) admit(counts, atUs, atUs, 1, WINDOW_US);
        const last = sorted.at(-1) ?? 0;
        const index = Math.floor(last / WINDOW_US);
        const inWindow = (wanted: number) => sorted.filter((atUs) => Math.floor(atUs / WINDOW_US) === wanted).length;
        const expected = inWindow(index - 1) * (1 - (last % WINDOW_US) / WINDOW_US) + inWindow(index);
        expect(estimateAt(counts, last, WINDOW_US)).toBeCloseTo(expected, 9);
      }),
    );
  });

  it("leaves out what may lie in either of two windows", () => {
    const counts = noCounts();
    admit(counts, START_US - 10, START_US + 10, 1, WINDOW_US);
    expect(estimateAt(counts, START_US + 20, WINDOW_US)).toBe(0);
  });

  it("counts a late result of the window before where it belongs", () => {
    const counts = noCounts();
    admit(counts, START_US + 10, START_US + 10, 1, WINDOW_US);
    admit(counts, START_US - 10, START_US - 10, 1, WINDOW_US);
    expect(estimateAt(counts, START_US, WINDOW_US)).toBe(2);
  });
});

describe("the picture", () => {
  const hash = {
    key: "ratelimit:alice",
    kind: "hash",
    value: { startUs: String(START_US), current: "2", previous: "3" },
  };

  it("shows both windows, the one before by what of it still counts", () => {
    expect(rowOf([run(), seen(hash)], at(4000))).toMatchObject({
      used: 3 * 0.6 + 2,
      next: "a new window in 6.0 s",
      frames: [
        { fromUs: at(-10_000), toUs: at(0), label: "3 before, counts 60 %" },
        { fromUs: at(0), toUs: at(10_000), label: "2 in this window", weight: 1 },
      ],
    });
  });

  it("turns the window when it is time, before any request comes", () => {
    expect(rowOf([run(), seen(hash)], at(15_000))).toMatchObject({ used: 1 });
    expect(rowOf([run(), seen(hash)], at(25_000))).toMatchObject({ used: 0 });
  });

  it("adds up the two counters of the variant that has a key per window", () => {
    const index = START_US / WINDOW_US;
    const keys = [
      { key: `ratelimit:alice:${index - 1}`, kind: "string", value: "3" },
      { key: `ratelimit:alice:${index}`, kind: "string", value: "2" },
    ];
    expect(rowOf([run("as-written"), seen(...keys)], at(4000))).toMatchObject({ actor: "alice", used: 3 * 0.6 + 2 });
  });
});

describe("the verdict", () => {
  it("is open until something was taken", () => {
    expect(judged([run()])).toMatchObject({ holds: null, text: "Nothing taken yet." });
  });

  it("holds while the estimate stays within the limit, and says how far it came", () => {
    const three = [1, 2, 3].flatMap((action) => take(action, true, 1000 + action));
    expect(judged(three)).toMatchObject({
      holds: true,
      text: "alice: the estimate reached 3.0 of 3; at most 3 in any 10 s; 0 denied.",
    });
  });

  it("breaks at the admission that takes the estimate over the limit", () => {
    const four = [1, 2, 3, 4].flatMap((action) => take(action, true, 1000 + action));
    expect(judged(four)).toMatchObject({
      holds: false,
      text: "alice: the estimate reached 4.0, at most 3 allowed.",
      violations: [{ seq: 8 }],
    });
  });

  it("does not accuse when the decision may have fallen into the window before", () => {
    const vague = [1, 2, 3, 4].flatMap((action) => take(action, true, -1, 1));
    expect(judged(vague)).toMatchObject({ holds: true });
  });

  it("measures the error: three at the end of a window count a fifth eight seconds later", () => {
    const given = [
      ...[1, 2, 3].flatMap((action) => take(action, true, -100 + action)),
      ...take(4, true, 8000),
      ...take(5, true, 8001),
    ];
    expect(judged(given).metrics).toMatchObject({ mostInAnyWindow: 5, admittedThoughFull: 2, estimateErrorMax: 2.4 });
  });

  it("counts the denials that an exact log would not have made", () => {
    const given = [...[1, 2, 3].flatMap((action) => take(action, true, action)), ...take(4, false, 10_500)];
    expect(judged(given).metrics).toMatchObject({ denied: 1, deniedThoughFree: 1 });
  });
});
