import { describe, expect, it } from "vitest";
import { ChunkedLog } from "./chunked-log";
import type { Stage } from "./contract";
import type { EventOf, RunEvent } from "./events";

/** Counts key events and remembers the last seq: enough to tell any two moments apart. */
const stage: Stage = {
  initial: () => ({ keys: 0, last: 0 }),
  fold: (state, event) => {
    const counted = state as { keys: number; last: number };
    if (event.type === "key") counted.keys += 1;
    counted.last = event.seq;
    return counted;
  },
  panels: () => [],
  say: () => null,
};

const key = (seq: number): RunEvent => ({ type: "key", seq, atUs: seq * 10, epoch: 0, event: "set", key: "k" });
const bounds = { maxEvents: 1000, maxBytes: 1e9, chunkSize: 8 };

function logOf(count: number, limits = bounds): ChunkedLog {
  const log = new ChunkedLog(stage, limits);
  for (let seq = 1; seq <= count; seq++) log.append(key(seq), 100);
  return log;
}

describe("a chunked log", () => {
  it("shows at every past event the state that it had when that event was the last", () => {
    const log = logOf(50);
    for (let seq = 1; seq <= 50; seq++) {
      expect(log.moment(seq)).toMatchObject({ state: { keys: seq, last: seq }, event: { seq }, atUs: seq * 10 });
    }
  });

  it("keeps the live state untouched by looking back", () => {
    const log = logOf(20);
    log.moment(3);
    expect(log.state).toEqual({ keys: 20, last: 20 });
  });

  it("finds the last event at or before a time", () => {
    const log = logOf(30);
    expect(log.seqAt(5)).toBe(0);
    expect(log.seqAt(10)).toBe(1);
    expect(log.seqAt(155)).toBe(15);
    expect(log.seqAt(1e9)).toBe(30);
  });

  it("drops whole chunks from the head, and keeps the picture from before what is left", () => {
    const log = logOf(100, { ...bounds, maxEvents: 40 });
    expect(log.firstSeq).toBeGreaterThan(50);
    expect(log.lastSeq - log.firstSeq + 1).toBeLessThanOrEqual(40);
    expect(log.checkpoint).toMatchObject({ seq: log.firstSeq - 1, state: { keys: log.firstSeq - 1 } });
    expect(log.moment(log.firstSeq)).toMatchObject({ state: { keys: log.firstSeq } });
  });

  it("drops by bytes as well as by number", () => {
    const log = logOf(100, { ...bounds, maxBytes: 3000 });
    expect(log.lastSeq - log.firstSeq + 1).toBeLessThanOrEqual(30);
  });

  it("says which part of a range it does not hold", () => {
    const log = logOf(100, { ...bounds, maxEvents: 40 });
    const { events, holes } = log.range(1, 100);
    expect(holes).toEqual([[1, log.firstSeq - 1]]);
    expect(events.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 101 - log.firstSeq }, (_, i) => log.firstSeq + i),
    );
  });

  it("takes a frame for the events that it stands for, and fills the hole later", () => {
    const log = logOf(10);
    const frame: EventOf<"frame"> = {
      type: "frame",
      seq: 14,
      atUs: 140,
      epoch: 0,
      fromSeq: 11,
      toSeq: 14,
      counts: { key: 4 },
      state: { keys: 14, last: 14 },
      verdict: null,
    };
    log.append(frame);
    log.append(key(15));
    expect(log.state).toEqual({ keys: 15, last: 15 });
    expect(log.range(9, 15).holes).toEqual([[11, 14]]);
    log.fill([11, 12, 13, 14].map(key));
    expect(log.range(9, 15).holes).toEqual([]);
    expect(log.moment(12)).toMatchObject({ state: { keys: 12, last: 12 } });
  });

  it("starts from a checkpoint when it joins late", () => {
    const log = new ChunkedLog(stage, bounds);
    log.append({
      type: "gap",
      seq: 500,
      atUs: 5000,
      epoch: 0,
      reason: "joined-late",
      fromSeq: 1,
      toSeq: 500,
      text: "",
      state: { keys: 500, last: 500 },
      verdict: null,
    });
    log.append(key(501));
    expect(log.state).toEqual({ keys: 501, last: 501 });
    expect(log.moment(501)).toMatchObject({ state: { keys: 501 } });
  });
});
