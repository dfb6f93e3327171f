/** The ledger against a slow and simple count, on random histories. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EventOf, NewEvent, RunEvent } from "../../events";
import { type Admitted, book, type Denied, emptyLedger } from "./ledger";

const WINDOW_MS = 1000;
const WINDOW_US = WINDOW_MS * 1000;
const LIMIT = 5;

/** A take that was truly decided at `trueUs`, and whose result came `lateUs` after that. */
interface History {
  trueUs: number;
  beforeUs: number;
  lateUs: number;
  cost: number;
  allowed: boolean;
}

const history = (most: { beforeUs: number; lateUs: number }) =>
  fc.array(
    fc.record({
      trueUs: fc.integer({ min: 10_000, max: 6 * WINDOW_US }),
      beforeUs: fc.integer({ min: 0, max: most.beforeUs }),
      lateUs: fc.integer({ min: 0, max: most.lateUs }),
      cost: fc.integer({ min: 1, max: 3 }),
      allowed: fc.boolean(),
    }),
    { minLength: 1, maxLength: 300, size: "medium" },
  );

function numbered(events: (NewEvent & { atUs: number })[]): RunEvent[] {
  return events.toSorted((a, b) => a.atUs - b.atUs).map((event, i) => ({ ...event, seq: i + 1, epoch: 0 }) as RunEvent);
}

/** As the recorder tells it: a command before, a result after, and an interval in which the decision lies. */
function told(takes: readonly History[]): RunEvent[] {
  return numbered(
    takes.flatMap(({ trueUs, beforeUs, lateUs, cost, allowed }, i) => {
      const [loUs, hiUs] = [trueUs - beforeUs, trueUs + lateUs / 2];
      const call = { actor: "a", action: i + 1 };
      return [
        { ...command(i + 1), atUs: loUs - 1 },
        {
          type: "result" as const,
          ...call,
          name: "take",
          body: { client: "alice", cost },
          value: { allowed, limit: LIMIT, remaining: 0, retryAfterMs: 0, resetMs: 0 },
          decidedUs: [loUs, hiUs] satisfies [number, number],
          ms: 1,
          atUs: trueUs + lateUs + 1,
        },
      ];
    }),
  );
}

const command = (action: number): NewEvent => ({
  type: "command",
  actor: "a",
  action,
  name: "EVALSHA",
  args: [],
});

function bookAll(events: readonly RunEvent[], ledger = emptyLedger(WINDOW_MS)): (Admitted | Denied)[] {
  return events.flatMap((event) => book(ledger, event));
}

const sum = (takes: readonly History[]): number => takes.reduce((total, { cost }) => total + cost, 0);
const admittedWithin = (takes: readonly History[], fromUs: number, toUs: number): number =>
  sum(takes.filter(({ allowed, trueUs }) => allowed && trueUs > fromUs && trueUs <= toUs));
const fullestWindow = (takes: readonly History[]): number =>
  Math.max(0, ...takes.map(({ trueUs }) => admittedWithin(takes, trueUs - WINDOW_US, trueUs)));
/** The one a denial tells of: its number is that of the result's event. */
const takeOfSeq = (takes: readonly History[], events: readonly RunEvent[], seq: number): History | undefined => {
  const event = events[seq - 1] as EventOf<"result"> | undefined;
  return takes[(event?.action ?? 0) - 1];
};

describe("the ledger", () => {
  it("finds the fullest window exactly when moments are known exactly", () => {
    fc.assert(
      fc.property(history({ beforeUs: 0, lateUs: 0 }), (takes) => {
        const found = bookAll(told(takes)).map((one) => (one.kind === "admitted" ? one.units : 0));
        expect(Math.max(0, ...found)).toBe(fullestWindow(takes));
      }),
      { numRuns: 300 },
    );
  });

  it("never claims a fuller window than there was, however vague and late the results are", () => {
    fc.assert(
      fc.property(history({ beforeUs: 9000, lateUs: 400_000 }), (takes) => {
        const found = bookAll(told(takes)).map((one) => (one.kind === "admitted" ? one.units : 0));
        expect(Math.max(0, ...found)).toBeLessThanOrEqual(fullestWindow(takes));
      }),
      { numRuns: 500 },
    );
  });

  it("never claims that a window was emptier than it was before a denial", () => {
    fc.assert(
      fc.property(history({ beforeUs: 9000, lateUs: 400_000 }), (takes) => {
        const events = told(takes);
        for (const one of bookAll(events)) {
          const take = one.kind === "denied" && takeOfSeq(takes, events, one.seq);
          if (!take || one.kind !== "denied") continue;
          const before = admittedWithin(takes, take.trueUs - WINDOW_US, take.trueUs - 1);
          expect(Math.min(one.atMost + take.cost, LIMIT + 1)).toBeGreaterThanOrEqual(
            Math.min(before + take.cost, LIMIT + 1),
          );
        }
      }),
      { numRuns: 500 },
    );
  });

  it("judges every denial once all that may have come before it is known", () => {
    fc.assert(
      fc.property(history({ beforeUs: 9000, lateUs: 400_000 }), (takes) => {
        const denied = bookAll(told(takes)).filter(({ kind }) => kind === "denied");
        expect(denied).toHaveLength(takes.filter(({ allowed }) => !allowed).length);
      }),
    );
  });

  it("keeps a bounded memory and claims less, not more, beyond it", () => {
    const takes = Array.from({ length: 20_000 }, (_, i) => ({
      trueUs: 10_000 + i * 10,
      beforeUs: 0,
      lateUs: 0,
      cost: 1,
      allowed: true,
    }));
    const ledger = emptyLedger(WINDOW_MS);
    const found = bookAll(told(takes), ledger).map((one) => (one.kind === "admitted" ? one.units : 0));
    expect(ledger.clients.alice?.entries.length).toBeLessThanOrEqual(2000);
    expect(Math.max(...found)).toBeLessThanOrEqual(20_000);
    expect(Math.max(...found)).toBeGreaterThan(15_000);
    expect(JSON.stringify(ledger).length).toBeLessThan(300_000);
  });
});

describe("an epoch", () => {
  const result = (action: number, atUs: number, allowed: boolean, epoch: number): NewEvent & { atUs: number } =>
    ({
      type: "result",
      actor: "a",
      action,
      name: "take",
      body: { client: "alice", cost: 1 },
      value: { allowed, limit: 1, remaining: 0, retryAfterMs: 0, resetMs: 0 },
      decidedUs: [atUs, atUs],
      ms: 1,
      atUs,
      epoch,
    }) as NewEvent & { atUs: number };
  const run = (status: "configured" | "reset", atUs: number, epoch: number) =>
    ({
      type: "run",
      status,
      pattern: "p",
      variant: "v",
      params: { windowMs: WINDOW_MS },
      seed: 1,
      text: "",
      atUs,
      epoch,
    }) as NewEvent & { atUs: number };
  const play = (events: (NewEvent & { atUs: number })[]) =>
    bookAll(events.map((event, i) => ({ epoch: 0, ...event, seq: i + 1 }) as RunEvent));

  it("of other parameters keeps who was admitted as a reason to deny, not as a count", () => {
    const found = play([
      { ...command(1), atUs: 0 },
      result(1, 10, true, 0),
      run("configured", 20, 1),
      { ...command(2), atUs: 30, epoch: 1 } as never,
      result(2, 40, false, 1),
      { ...command(3), atUs: 50, epoch: 1 } as never,
      result(3, 60, true, 1),
    ]);
    expect(found).toMatchObject([
      { kind: "admitted", units: 1 },
      { kind: "denied", atMost: 1 },
      { kind: "admitted", units: 1 },
    ]);
  });

  it("of an emptied Redis forgets everything", () => {
    const found = play([
      { ...command(1), atUs: 0 },
      result(1, 10, true, 0),
      run("reset", 20, 1),
      { ...command(2), atUs: 30, epoch: 1 } as never,
      result(2, 40, false, 1),
    ]);
    expect(found).toMatchObject([{ kind: "admitted" }, { kind: "denied", atMost: 0 }]);
  });

  it("does not judge what was on its way when it began", () => {
    const found = play([{ ...command(1), atUs: 0 }, run("configured", 20, 1), result(1, 40, false, 1)]);
    expect(found).toEqual([]);
  });

  it("takes a call that failed for one that may have been admitted", () => {
    const failed = { ...result(1, 20, true, 0), value: undefined, error: "gone", decidedUs: null };
    const found = play([
      { ...command(1), atUs: 0 },
      failed as never,
      { ...command(2), atUs: 30 },
      result(2, 40, false, 0),
    ]);
    expect(found).toMatchObject([{ kind: "denied", atMost: 1 }]);
  });
});
