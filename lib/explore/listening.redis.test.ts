/** Messages in explored orders: each is heard before the next step, and no order inherits what another one remembered. */
import { expect, it } from "vitest";
import type { PatternContext } from "../contract";
import type { WireValue } from "../events";
import { adHoc, exploreOnServers } from "./testing";

/** Listens, then sends so many commands; answers after how many of them each message was heard. */
async function listening(ctx: PatternContext): Promise<WireValue> {
  const heard: number[] = [];
  let sent = 0;
  const before = ctx.memory.size;
  ctx.memory.set("was here", true);
  await ctx.listen(["news"], { message: () => void heard.push(sent) });
  for (; sent < 3; sent++) await ctx.redis.get("anything");
  return { actor: ctx.actor, before, heard };
}
const telling = async ({ redis }: PatternContext): Promise<WireValue> => {
  await redis.publish("news", "one");
  return redis.publish("news", "two");
};

it("every order has its own messages: heard after exactly the steps that were taken before", async () => {
  const outcomes = new Set<string>();
  const race = adHoc({ A: listening, B: telling }, (values) => {
    outcomes.add(JSON.stringify(values.find((value) => typeof value === "object")));
    return true;
  });
  const { search } = await exploreOnServers(race);
  expect([search.schedules, search.complete]).toEqual([10, true]);
  // What comes after A's last step finds A done: it is heard, and stands in no answer.
  const heard = [[0, 0], [0, 1], [0, 2], [0], [1, 1], [1, 2], [1], [2, 2], [2], []];
  expect([...outcomes].sort()).toEqual(
    heard.map((after) => JSON.stringify({ actor: "A", before: 0, heard: after })).sort(),
  );
});

it("where a pattern says so, subscribing, unsubscribing and hanging up are steps that stand at the gate", async () => {
  const comes = async (ctx: PatternContext): Promise<WireValue> => {
    let heard = 0;
    await ctx.listen({ channels: ["news"], patterns: ["n*"] }, { message: () => void heard++ });
    await ctx.unlisten({ patterns: ["n*"] });
    await ctx.hangUp();
    return { heard };
  };
  const counts = new Map<string, number>();
  const race = adHoc({ A: comes, B: ({ redis }) => redis.publish("news", "x") }, (values) => {
    const key = JSON.stringify(values.find((value) => typeof value === "object"));
    counts.set(key, (counts.get(key) ?? 0) + 1);
    return true;
  });
  race.pattern.listeningSteps = true;
  const { search } = await exploreOnServers(race);
  expect([search.schedules, search.complete]).toEqual([4, true]);
  // Published before it subscribed, or when it had hung up; over both subscriptions; over the one that is left.
  expect(Object.fromEntries(counts)).toEqual({ '{"heard":0}': 2, '{"heard":2}': 1, '{"heard":1}': 1 });
});

it("CLIENT TRACKING of one order is over in the next", async () => {
  const tracking = async (ctx: PatternContext): Promise<WireValue> => {
    let heard = 0;
    const id = await ctx.listen(["__redis__:invalidate"], { message: () => void heard++ });
    await ctx.redis.client("TRACKING", "ON", "REDIRECT", id);
    await ctx.redis.get("user:1");
    await ctx.redis.get("something else");
    return heard;
  };
  const counts = new Map<number, number>();
  const race = adHoc({ A: tracking, B: ({ redis }) => redis.set("user:1", "x") }, (values) => {
    for (const value of values) if (typeof value === "number") counts.set(value, (counts.get(value) ?? 0) + 1);
    return true;
  });
  const { search } = await exploreOnServers(race);
  expect(search.complete).toBe(true);
  // SET before A's GET, or after its end: nothing to hear. Between its two GETs: one.
  expect(Object.fromEntries(counts)).toEqual({ 0: 3, 1: 1 });
});
