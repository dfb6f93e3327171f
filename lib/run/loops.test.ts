/** Loops, without Redis: their turns, and everything that ends them. */
import { beforeEach, describe, expect, it } from "vitest";
import type { Loop, PatternContext } from "../contract";
import type { Actor } from "./actors";
import { type LoopHost, Loops } from "./loops";

const actor = (): Actor => ({ id: "alice", status: "connected" }) as Actor;
const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Waits end when the test says so. */
class Host implements LoopHost {
  open = true;
  readonly waits: number[] = [];
  readonly turns: string[] = [];
  fails = false;
  private wake: (() => void) | null = null;

  admits = () => this.open;
  wait(ms: number): Promise<void> {
    this.waits.push(ms);
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }
  laneFor = async (owner: Actor, { lane, name }: Loop<never>) =>
    lane === "second" ? ({ id: `${owner.id} (${name})` } as Actor) : owner;
  async turn(lane: Actor, name: string, code: (context: PatternContext) => Promise<unknown>): Promise<boolean> {
    this.turns.push(`${lane.id}: ${name}`);
    await code({} as PatternContext);
    return !this.fails;
  }
  /** Time passes to the next turn. */
  async pass(): Promise<void> {
    this.wake?.();
    await tick();
  }
}

let host: Host;
let loops: Loops;
beforeEach(() => {
  host = new Host();
  loops = new Loops(host);
});
const renewal = (more: Partial<Loop> = {}): Loop => ({
  id: "token",
  name: "renewal",
  lane: "second",
  everyMs: 100,
  turn: async () => null,
  ...more,
});

describe("a loop", () => {
  it("waits before each turn, and takes it in the lane that it asks for", async () => {
    loops.start(actor(), renewal());
    expect(host.turns).toEqual([]);
    await host.pass();
    await host.pass();
    expect(host.turns).toEqual(["alice (renewal): renewal", "alice (renewal): renewal"]);
    loops.start(actor(), renewal({ id: "work", name: "work", lane: "own" }));
    await host.pass();
    expect(host.turns.at(-1)).toBe("alice: work");
    expect(loops.ids).toEqual(["token", "work"]);
  });

  it("is over when it is stopped, by whoever knows its id, itself too", async () => {
    loops.start(actor(), renewal());
    loops.stop("token");
    await host.pass();
    expect(host.turns).toEqual([]);
    loops.start(
      actor(),
      renewal({
        turn: async () => {
          loops.stop("token");
          return null;
        },
      }),
    );
    await host.pass();
    await host.pass();
    expect(host.turns).toHaveLength(1);
    expect(loops.ids).toEqual([]);
    loops.stop("unknown");
  });

  it("is over when its process is", async () => {
    const alice = actor();
    loops.start(alice, renewal());
    alice.status = "crashed";
    await host.pass();
    expect([host.turns, loops.ids]).toEqual([[], []]);
  });

  it("replaces the one of the same id that still runs", async () => {
    loops.start(actor(), renewal());
    loops.start(actor(), renewal({ name: "second renewal" }));
    await host.pass();
    expect(host.turns).toEqual(["alice (second renewal): second renewal"]);
    expect(loops.ids).toEqual(["token"]);
  });

  it("goes on after a turn that failed, but never without a pause", async () => {
    host.fails = true;
    loops.start(actor(), renewal({ everyMs: 0 }));
    await tick();
    expect([host.turns.length, host.waits]).toEqual([1, [500]]);
    await host.pass();
    expect(host.turns).toHaveLength(2);
    loops.stopAll();
    await host.pass();
    expect([host.turns.length, loops.ids]).toEqual([2, []]);
  });

  it("is one of 256 at the most", () => {
    for (let i = 0; i < 256; i++) loops.start(actor(), renewal({ id: `loop ${i}` }));
    expect(() => loops.start(actor(), renewal())).toThrow(/at most 256/);
    expect(loops.ids).toHaveLength(256);
    expect(() => loops.start(actor(), renewal({ id: "loop 7" }))).not.toThrow();
  });

  it("does not begin in a race, nor in an explored order", async () => {
    host.open = false;
    loops.start(actor(), renewal());
    new Loops(null).start(actor(), renewal());
    await host.pass();
    expect([host.turns, loops.ids]).toEqual([[], []]);
  });
});
