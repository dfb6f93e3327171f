/** The stories of the lock: in turn, an owner that stands still, dies or takes too long, and every order around the end of a lease. */
import type { RaceActor, Scenario, ScenarioTools } from "../../contract";
import type { Verdict, WireValue } from "../../events";
import { type AcquireResult, AMOUNT, RESOURCE } from "../../families/locks/lock";
import type { LockParams } from "./lock-params";

type Tools = ScenarioTools<LockParams>;
type Actor = Pick<RaceActor<LockParams>, "act">;

const resource = RESOURCE;
const work = ({ act }: Actor, owner: string, ms: number) => act("work", { resource, owner, ms });
/** @returns the token, or null when somebody else has the lock */
async function acquire({ act }: Actor, owner: string): Promise<string | null> {
  return tokenIn(await act("acquire", { resource, owner }));
}
const tokenIn = (value: WireValue): string | null => (value as Pick<AcquireResult, "token"> | null)?.token ?? null;
const write = async ({ act }: Actor, owner: string, token: string | null) =>
  token === null ? null : act("write", { resource, owner, token, amount: AMOUNT });
const release = async ({ act }: Actor, token: string | null) =>
  token === null ? null : act("release", { resource, token });

/** Asks once for the lock; who gets it writes and gives it back. */
const asksOnce = (owner: string) => async (actor: RaceActor<LockParams>) => {
  const token = await acquire(actor, owner);
  await write(actor, owner, token);
  await release(actor, token);
};
const breach = ({ metrics: { lost = 0 } }: Verdict) =>
  lost > 0 ? "lose an update" : "let a late owner write after the next one";

const LEASE = { ttlMs: 5000, renewals: 3, waitMs: 10_000, retryMs: 200, databaseMs: 20 };

export const scenarios: Scenario<LockParams>[] = [
  {
    id: "take-turns",
    title: "Three workers take turns",
    summary: "Each works twice for less than a lease. Whoever finds the lock taken asks again after a random while.",
    params: LEASE,
    expect: { "as-written": "holds", "get-then-del": "holds", "fence-at-write": "holds", safe: "holds" },
    async play(tools: Tools) {
      const twice = async (owner: string, nth: number) => {
        await tools.sleep(50 * nth);
        for (let job = 0; job < 2; job++) {
          await work(tools, owner, 400);
          // Who comes back at once takes it again while the others still sleep.
          await tools.sleep(500);
        }
      };
      await Promise.all(["alice", "bob", "carol"].map(twice));
    },
  },
  {
    id: "paused-owner",
    title: "An owner that stands still",
    summary:
      "Alice has read the row when her process stops for eight seconds. Her lease ends, Bob works and writes; then her write arrives.",
    params: LEASE,
    expect: { "as-written": "breaks", "get-then-del": "breaks", "fence-at-write": "holds", safe: "holds" },
    async play(tools: Tools) {
      const alice = work(tools, "alice", 1000);
      await tools.sleep(500);
      // Her next command is the read; she stops before the write.
      await tools.fault("pause-owner", { owner: "alice", ms: 8000, afterCommands: 1 });
      await tools.sleep(1000);
      await work(tools, "bob", 500);
      await alice;
    },
  },
  {
    id: "long-work",
    title: "Work longer than the lease",
    summary:
      "Alice works for eight seconds under a lease of five, and nothing stops her. Without renewal Bob is let in beside her.",
    params: LEASE,
    expect: { "as-written": "breaks", "get-then-del": "breaks", "fence-at-write": "holds", safe: "holds" },
    async play(tools: Tools) {
      const alice = work(tools, "alice", 8000);
      await tools.sleep(1000);
      await Promise.all([alice, work(tools, "bob", 500)]);
    },
  },
  {
    id: "get-then-del",
    title: "Somebody else's lock deleted",
    summary:
      "Alice looks whether the lock is still hers, and stands still. Her lease ends and Bob acquires; then her DEL removes Bob's lock, and Carol gets in beside him.",
    params: LEASE,
    expect: { "as-written": "holds", "get-then-del": "breaks", "fence-at-write": "holds", safe: "holds" },
    async play(tools: Tools) {
      // Once before, so that Redis knows the scripts: what is sent for the first time takes two commands.
      await work(tools, "alice", 200);
      const hers = await acquire(tools, "alice");
      await tools.sleep(1000);
      await tools.fault("pause-owner", { owner: "alice", ms: 6000, afterCommands: 1 });
      const gone = release(tools, hers);
      await tools.sleep(4300);
      const bobs = await acquire(tools, "bob");
      await tools.sleep(2200);
      const carols = await acquire(tools, "carol");
      await tools.sleep(500);
      await Promise.all([write(tools, "bob", bobs), write(tools, "carol", carols)]);
      await Promise.all([release(tools, bobs), release(tools, carols), gone]);
    },
  },
  {
    id: "crash",
    title: "An owner that dies",
    summary:
      "Alice's process dies in the middle of her work, and its renewal with it. Bob waits for her lease to end: that is what it is for.",
    params: LEASE,
    expect: { "as-written": "holds", "get-then-del": "holds", "fence-at-write": "holds", safe: "holds" },
    async play(tools: Tools) {
      const alice = work(tools, "alice", 4000);
      await tools.sleep(2500);
      await tools.fault("crash-owner", { owner: "alice" });
      await Promise.all([alice, work(tools, "bob", 500)]);
    },
  },
  {
    id: "explore-ttl",
    title: "A lease that may end at any step",
    summary:
      "Two owners ask once each; who gets the lock writes and gives it back. The lease may end between any two steps, and nobody renews it.",
    params: { ...LEASE, ttlMs: 1000, renewals: 0 },
    expect: { "as-written": "breaks", "get-then-del": "breaks", "fence-at-write": "breaks", safe: "holds" },
    race: {
      actors: { A: asksOnce("A"), B: asksOnce("B") },
      ticks: 1,
      // A has the lock and reads; the lease ends; B has it and reads; A writes, then B.
      order: ["A", "A", "tick", "B", "B", "A", "B"],
      breach,
    },
  },
];
