/** The run's clock where it is frozen: for whose sake it jumps, and who is woken when it runs on. */
import { beforeEach, describe, expect, it } from "vitest";
import type { ClockPage } from "../redis/clock-page";
import { RunClock } from "./run-clock";

let clock: RunClock;
let woken: string[];
const jumped = () => new Promise<void>((resolve) => setTimeout(resolve, 5));

beforeEach(() => {
  clock = new RunClock({ set: () => undefined } as unknown as ClockPage, () => Promise.resolve(false));
  woken = [];
  clock.freeze();
});
const note = (name: string, sleep: Promise<void>) => void sleep.then(() => woken.push(name));

describe("a frozen clock", () => {
  it("jumps to the deadline of a sleeper", async () => {
    const before = clock.nowMs();
    note("story", clock.sleep(60_000));
    await jumped();
    expect([woken, clock.nowMs() - before]).toEqual([["story"], 60_000]);
  });

  it("does not jump for what goes on in the background, but past it on the way to another's deadline", async () => {
    const before = clock.nowMs();
    note("renewal", clock.sleepInBackground(1000));
    await jumped();
    expect([woken, clock.nowMs() - before]).toEqual([[], 0]);
    note("story", clock.sleep(3000));
    await jumped();
    expect([woken, clock.nowMs() - before]).toEqual([["renewal", "story"], 3000]);
  });

  it("wakes sleepers when it runs on; those in the background sleep out the rest", async () => {
    note("renewal", clock.sleepInBackground(3_600_000));
    note("soon", clock.sleepInBackground(1));
    clock.thaw();
    await expect.poll(() => woken).toEqual(["soon"]);
    clock.stop();
    await expect.poll(() => woken).toEqual(["soon", "renewal"]);
  });
});
