import { describe, expect, it } from "vitest";
import type { Stage } from "@/lib/contract";
import type { RunEvent } from "@/lib/events";
import { RunStore, type Ticker } from "./run-store";

interface Count {
  commands: number;
}
const stage = {
  initial: (): Count => ({ commands: 0 }),
  fold(state: Count, event: RunEvent) {
    if (event.type === "command") state.commands++;
    return state;
  },
  panels: () => [],
  say: () => null,
} as unknown as Stage;

const command = (seq: number): RunEvent => ({
  seq,
  atUs: seq * 1000,
  epoch: 0,
  type: "command",
  actor: "alice",
  action: null,
  name: "GET",
  args: ["k"],
});
const commands = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => command(from + i));
const frame = (fromSeq: number, toSeq: number, seen: number): RunEvent => ({
  seq: toSeq,
  atUs: toSeq * 1000,
  epoch: 0,
  type: "frame",
  fromSeq,
  toSeq,
  counts: { command: toSeq - fromSeq + 1 },
  state: { commands: seen },
  verdict: null,
});

function setUp() {
  const time = { ms: 0, pending: null as (() => void) | null };
  const ticker: Ticker = {
    nowMs: () => time.ms,
    frame(callback) {
      time.pending = callback;
      return () => {
        time.pending = null;
      };
    },
    calm: () => false,
  };
  const store = new RunStore(stage, ticker);
  const receive = (events: RunEvent[], frozen = true) =>
    store.ingest({ nowUs: (events.at(-1)?.atUs ?? 0) + 1, frozen, events });
  const tick = (ms: number) => {
    time.ms += ms;
    time.pending?.();
  };
  return { store, receive, tick, time };
}

describe("run store", () => {
  it("passes over events that it has, so that a resumed socket doubles nothing", () => {
    const { store, receive } = setUp();
    receive(commands(1, 5));
    receive(commands(3, 8));
    expect(store.log.lastSeq).toBe(8);
    expect(store.picture().state).toEqual({ commands: 8 });
    expect(store.wire.all).toHaveLength(8);
  });

  it("asks again when events are missing before a batch", () => {
    const { store, receive } = setUp();
    let asked = 0;
    store.onMissing = () => asked++;
    receive(commands(1, 2));
    receive(commands(5, 6));
    expect([asked, store.log.lastSeq]).toEqual([1, 2]);
  });

  it("shows the fold up to the playhead, and goes on folding at the edge meanwhile", () => {
    const { store, receive } = setUp();
    receive(commands(1, 10));
    store.seek(4);
    receive(commands(11, 12));
    expect(store.picture()).toMatchObject({ seq: 4, live: false, nowUs: 4000, state: { commands: 4 } });
    store.seek(null);
    expect(store.picture()).toMatchObject({ seq: 12, live: true, state: { commands: 12 } });
  });

  it("stands still when paused at the very edge", () => {
    const { store, receive } = setUp();
    receive(commands(1, 3));
    store.togglePause();
    receive(commands(4, 6));
    expect(store.picture().state).toEqual({ commands: 3 });
  });

  it("steps one command at a time and past the last one to the live edge", () => {
    const { store, receive } = setUp();
    receive(commands(1, 3));
    store.step(-1);
    expect(store.playhead).toMatchObject({ live: false, seq: 2 });
    store.step(1);
    expect(store.playhead).toMatchObject({ live: false, seq: 3 });
    store.step(1);
    expect(store.playhead.live).toBe(true);
  });

  it("starts from a gap's state when it joins late", () => {
    const { store, receive } = setUp();
    const gap: RunEvent = {
      seq: 100,
      atUs: 100_000,
      epoch: 0,
      type: "gap",
      reason: "joined-late",
      fromSeq: 1,
      toSeq: 100,
      text: "",
      state: { commands: 100 },
    };
    receive([gap, ...commands(101, 103)]);
    expect(store.picture().state).toEqual({ commands: 103 });
    expect(store.holes).toHaveLength(1);
  });

  it("asks for the events of a frame when one scrubs into it, and is exact once they are there", () => {
    const { store, receive } = setUp();
    const asked: number[][] = [];
    store.onHole = (from, to) => asked.push([from, to]);
    receive([...commands(1, 2), frame(3, 50, 50), ...commands(51, 52)]);
    expect(store.wire.all.map((row) => row.kind)).toEqual(["command", "command", "frame", "command", "command"]);
    store.seek(10);
    expect(asked).toEqual([[3, 50]]);
    expect(store.picture().state).toEqual({ commands: 50 });
    store.fill(commands(3, 50));
    expect(store.picture().state).toEqual({ commands: 10 });
    expect(store.wire.all).toHaveLength(52);
    expect(store.holes).toEqual([]);
    expect(store.marks.step(10, 1)).toBe(11);
  });

  it("runs the clock on between events unless it is frozen", () => {
    const { store, receive, time } = setUp();
    receive(commands(1, 1), false);
    time.ms += 500;
    expect(store.liveUs()).toBe(501_001);
    receive(commands(2, 2), true);
    time.ms += 500;
    expect(store.liveUs()).toBe(2001);
  });

  it("plays from the playhead by the run's clock and arrives at the live edge", () => {
    const { store, receive, tick } = setUp();
    store.subscribe(() => undefined);
    receive(commands(1, 400));
    tick(0);
    store.seek(100);
    store.setSpeed(0.5);
    store.play();
    tick(0);
    tick(100);
    expect(store.playhead).toMatchObject({ live: false, seq: 150 });
    for (let i = 0; i < 10; i++) tick(100);
    expect(store.playhead.live).toBe(true);
  });

  it("draws once a frame however many batches arrive", () => {
    const { store, receive, tick } = setUp();
    let drawn = 0;
    store.subscribe(() => drawn++);
    for (let i = 1; i <= 50; i++) receive([command(i)]);
    expect(drawn).toBe(0);
    tick(16);
    expect(drawn).toBe(1);
    expect(store.version("events")).toBe(1);
  });
});
