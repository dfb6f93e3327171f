/**
 * A check from outside our code: the unmodified @sesamecare-oss/redlock on the same five servers, through the same faults, judged by
 * the same invariant. Whatever our Redlock does in a story, the library does too: the algorithm breaks there, not our code.
 *
 * The library takes ioredis clients, so it gets those of the run, gated and behind their proxies. It has no time-out of its
 * own (it relies on ioredis' `commandTimeout`, which counts real time): each command gets one on the run's clock, as ours do.
 */
import { Redlock } from "@sesamecare-oss/redlock";
import type { Redis } from "ioredis";
import { afterAll, describe, expect, it } from "vitest";
import type { Invariant, Params, Pattern, PatternContext, Variant } from "../../contract";
import type { EventOf, RunEvent } from "../../events";
import { exploreOnServers, registered } from "../../explore/testing";
import type { ExtendBody, ExtendResult, ReleaseBody, ReleaseResult } from "../../families/locks/lock";
import { testService } from "../../run/testing";
import { patterns } from "../registry";
import { stages } from "../stages";
import { write as plainWrite } from "./as-written";
import { invariant } from "./invariant";
import { pattern } from "./pattern";
import type { QuorumBody, QuorumResult, RedlockParams } from "./redlock-params";
import { write as fencedWrite } from "./safe";
import { workWith } from "./work";

type Context = PatternContext;
type Lock = Awaited<ReturnType<Redlock["acquire"]>>;

const STORY_MS = 40_000;
const SCRIPTS = ["acquireLock", "extendLock", "releaseLock"];
const FENCE = /:\d+$/;

/** By what we call its token. */
const locks = new Map<string, Lock>();

/** A client whose commands are given up after the time-out, on the run's clock. */
const impatient = (client: Redis, ctx: Context, { nodeTimeoutMs }: RedlockParams): Redis =>
  new Proxy(client, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof name !== "string" || !SCRIPTS.includes(name) || typeof value !== "function") return value;
      return (...args: unknown[]) =>
        Promise.race([
          value.apply(target, args) as Promise<unknown>,
          ctx.sleep(nodeTimeoutMs).then(() => {
            throw new Error("Command timed out");
          }),
        ]);
    },
  });

const libraryFor = (ctx: Context, params: RedlockParams) =>
  new Redlock(
    ctx.nodes.map((client) => impatient(client, ctx, params)),
    { retryCount: 0 },
  );

async function acquire(ctx: Context, params: RedlockParams, body: QuorumBody): Promise<QuorumResult> {
  const { resource, ttlMs = params.ttlMs } = body;
  const quorum = 3;
  try {
    const lock = await libraryFor(ctx, params).acquire([`lock:${resource}`], ttlMs);
    const [stats] = await Promise.all(lock.attempts);
    const token = `${ctx.actor}:${lock.value}`;
    locks.set(token, lock);
    const votes = stats?.votesFor.size ?? 0;
    return { acquired: true, token, fencingToken: null, votes, quorum, validityMs: ttlMs };
  } catch {
    return { acquired: false, token: null, fencingToken: null, votes: 0, quorum, validityMs: null };
  }
}

async function acquireWithFence(ctx: Context, params: RedlockParams, body: QuorumBody): Promise<QuorumResult> {
  const lock = await acquire(ctx, params, body);
  if (lock.token === null) return lock;
  const [minted] = await ctx.db.query("SELECT nextval('fencing_tokens') AS token");
  const fencingToken = Number(minted?.token);
  return { ...lock, token: `${lock.token}:${fencingToken}`, fencingToken };
}

const lockOf = (token: string): Lock | undefined => locks.get(token) ?? locks.get(token.replace(FENCE, ""));

async function release(_ctx: Context, _params: RedlockParams, { token }: ReleaseBody): Promise<ReleaseResult> {
  return (
    lockOf(token)
      ?.release()
      .then(
        () => ({ released: true }),
        () => ({ released: false }),
      ) ?? { released: false }
  );
}

async function extend(_ctx: Context, params: RedlockParams, { token, ttlMs }: ExtendBody): Promise<ExtendResult> {
  const lock = await lockOf(token)
    ?.extend(ttlMs ?? params.ttlMs)
    .catch(() => null);
  if (lock) locks.set(token, lock);
  return { extended: Boolean(lock), ttlMs: lock ? params.ttlMs : null };
}

const ACTIONS: Readonly<Record<string, Variant<RedlockParams>["actions"]>> = {
  "as-written": {
    acquire,
    extend,
    release,
    write: plainWrite,
    work: workWith({ acquire, write: plainWrite, release }),
  },
  safe: {
    acquire: acquireWithFence,
    extend,
    release,
    write: fencedWrite,
    work: workWith({ acquire: acquireWithFence, write: fencedWrite as typeof plainWrite, release }),
  },
};

/** What the library asks of a node, as our reader of votes knows it. Its scripts: database, value, ms. */
function translated(event: RunEvent): RunEvent {
  if (event.type !== "command" || event.node === undefined || !/^EVAL/.test(event.name)) return event;
  const [, , key = "", , value = "", ttlMs] = event.args;
  if (ttlMs !== undefined) return { ...event, name: "SET", args: [key, value, "PX", ttlMs, "NX"] };
  const script = "release-as-written-1.lua";
  return { ...event, script, args: [script, "1", key, value] };
}

const translating: Invariant<Params, never> = {
  ...(invariant as unknown as Invariant<Params, never>),
  fold: (state, event) => invariant.fold(state, translated(event)) as never,
};

const library: Pattern = {
  ...pattern,
  variants: pattern.variants.map((variant) => ({
    ...variant,
    actions: (ACTIONS[variant.id] ?? {}) as unknown as Variant["actions"],
  })),
  invariant: translating,
};

const ours = testService();
const theirs = testService({}, { patterns: patterns.map((one) => (one.id === library.id ? library : one)), stages });
afterAll(() => Promise.all([ours.close(), theirs.close()]));

async function play({ service }: typeof ours, variant: string, scenario: string) {
  const owned = await service.open({ pattern: "redlock", variant, seed: 1 }, `${variant} ${scenario}`);
  const { verdict, metrics } = await owned.run.play(scenario, "fast");
  const { events } = owned.run.trace.log.range(1, owned.run.trace.log.lastSeq);
  await service.remove(owned);
  const commands = events.filter((event): event is EventOf<"command"> => event.type === "command");
  return { holds: verdict.holds, lost: metrics.lost, two: (metrics.timesTwoOwners ?? 0) > 0, commands };
}

const told = pattern.scenarios
  .filter(({ race, needs }) => !race && (needs !== "clock" || process.env.CLOCK_SHIM))
  .flatMap(({ id, expect: promised }) =>
    Object.entries(promised).map(([variant, verdict]) => ({ id, variant, verdict })),
  );

describe("the unmodified library", () => {
  it.each(told)(
    "$id, $variant: has our verdict, $verdict, and two owners where ours has",
    async ({ id, variant, verdict }) => {
      const [our, their] = [await play(ours, variant, id), await play(theirs, variant, id)];
      expect({ ...their, commands: null }).toEqual({ ...our, commands: null });
      expect(their.holds).toBe(verdict === "holds");
      // It was the library indeed that asked the nodes.
      expect(their.commands.some(({ name, node }) => node !== undefined && name === "SET")).toBe(false);
      expect(their.commands.some(({ node, args }) => node !== undefined && args.length === 6)).toBe(true);
    },
    STORY_MS,
  );

  it("has no two owners in any order of two majorities, and some with one restart", async () => {
    const explored = async (scenario: string, maxSchedules?: number) => {
      const race = { ...registered("redlock", "as-written", scenario), pattern: library };
      const variant = library.variants.find(({ id }) => id === "as-written") ?? race.variant;
      const { search } = await exploreOnServers({ ...race, variant }, maxSchedules ? { maxSchedules } : {});
      return search;
    };
    const split = await explored("explore-split");
    expect([split.complete, split.notable?.orders]).toEqual([true, 0]);
    const restart = await explored("explore-restart", 100);
    expect(restart.notable?.orders).toBeGreaterThan(0);
  }, 120_000);
});
