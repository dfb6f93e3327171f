import { describe, expect, it, vi } from "vitest";
import type { Stage } from "@/lib/contract";
import type { RunEvent } from "@/lib/events";
import { RunStore } from "../run/run-store";
import type { RunSession } from "../run/session";
import { LessonWalk } from "./lesson-walk";

const NO_STAGE: Stage = { initial: () => null, fold: (state) => state, panels: () => [], say: () => null };
const SECTIONS = [
  { title: "What it is", html: "" },
  { title: "It breaks", html: "", scenario: "burst", variant: "as-written" },
  { title: "A crash", html: "", scenario: "crash", variant: "as-written", moment: "fault" as const },
];

type Told = Record<string, unknown> & { type: RunEvent["type"] };

/** A session that answers everything with yes; events come when the test says so. */
function setUp() {
  const frames: (() => void)[] = [];
  const ticker = {
    nowMs: () => 0,
    calm: () => true,
    frame: (callback: () => void) => {
      frames.push(callback);
      return () => undefined;
    },
  };
  const store = new RunStore(NO_STAGE, ticker);
  const session = {
    store,
    lock: null as string | null,
    detach: vi.fn(),
    setVariant: vi.fn(async () => true),
    scenario: vi.fn(async () => true),
  };
  const walk = new LessonWalk(session as unknown as RunSession, SECTIONS);
  const tell = (...events: Told[]) => {
    const first = store.log.lastSeq + 1;
    const dated = events.map((event, i) => ({ seq: first + i, atUs: (first + i) * 1000, epoch: 0, ...event }));
    store.ingest({ nowUs: 0, frozen: true, events: dated as unknown as RunEvent[] });
    for (const frame of frames.splice(0)) frame();
  };
  const run = (variant: string): Told => ({ type: "run", status: "reset", pattern: "p", variant, params: {}, seed: 1 });
  const scenario = (id: string, status: string): Told => ({ type: "scenario", scenario: id, status, pace: "live" });
  const violation = (seq: number): Told => ({
    type: "verdict",
    holds: false,
    text: "",
    violations: [{ seq, text: "too many" }],
    metrics: {},
  });
  const result: Told = { type: "result", actor: "a", action: 1, name: "take", body: {}, value: { allowed: true } };
  return { walk, session, store, tell, run, scenario, violation, result };
}

describe("a walk through the lesson", () => {
  it("plays the first section that has a scenario, on its variant, and stands at the violation when it is over", async () => {
    const { walk, session, store, tell, run, scenario, violation, result } = setUp();
    tell(run("safe"));
    walk.go(1);
    await vi.waitFor(() => expect(session.scenario).toHaveBeenCalledWith("burst", "live"));
    expect(session.setVariant).toHaveBeenCalledWith("as-written");
    expect([walk.stop?.title, walk.isPlaying]).toEqual(["It breaks", true]);
    tell(run("as-written"), scenario("burst", "started"), result);
    expect(store.playhead.live).toBe(true);
    tell(violation(4), scenario("burst", "ended"));
    expect(store.playhead).toMatchObject({ live: false, seq: 4 });
    expect(walk.isPlaying).toBe(false);
  });

  it("goes back to a moment that the trace holds without playing anything", () => {
    const { walk, session, store, tell, run, scenario, violation, result } = setUp();
    tell(run("as-written"), scenario("burst", "started"), result, violation(3), scenario("burst", "ended"));
    tell(scenario("crash", "started"), { type: "fault", fault: "f", target: "t", by: "scenario", text: "" }, result);
    tell(scenario("crash", "ended"));
    walk.go(1);
    expect(store.playhead).toMatchObject({ live: false, seq: 3 });
    walk.go(1);
    expect(store.playhead.seq).toBe(7);
    walk.go(1);
    walk.go(-1);
    expect([store.playhead.seq, walk.stop?.title]).toEqual([3, "It breaks"]);
    expect(session.scenario).not.toHaveBeenCalled();
  });

  it("leaves whoever has paused meanwhile where they are", async () => {
    const { walk, session, store, tell, run, scenario, violation, result } = setUp();
    tell(run("as-written"));
    walk.go(1);
    await vi.waitFor(() => expect(session.scenario).toHaveBeenCalled());
    tell(scenario("burst", "started"), result);
    store.seek(2);
    tell(violation(3), scenario("burst", "ended"));
    expect(store.playhead).toMatchObject({ live: false, seq: 2 });
  });

  it("stays at what is being played when one asks for the next too early", async () => {
    const { walk, session, store, tell, run, scenario, violation, result } = setUp();
    tell(run("as-written"));
    walk.go(1);
    await vi.waitFor(() => expect(session.scenario).toHaveBeenCalled());
    tell(scenario("burst", "started"), result);
    walk.go(1);
    expect([walk.stop?.title, walk.isPlaying]).toEqual(["It breaks", true]);
    expect(walk.problem).toMatch(/its end comes first/);
    tell(violation(3), scenario("burst", "ended"));
    expect([walk.problem, store.playhead.seq]).toEqual([null, 3]);
  });

  it("says why nothing can be played", () => {
    const { walk, session, tell, run } = setUp();
    tell(run("as-written"));
    session.lock = "You are watching.";
    walk.go(1);
    expect(walk.problem).toBe("You are watching.");
    expect(session.scenario).not.toHaveBeenCalled();
  });
});
