/** What the stories show on real Redis, and what subscribers hear, miss and are told. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { Body } from "../../contract";
import type { EventOf } from "../../events";
import { SteppingService } from "../../explore/stepping";
import { exploreOnServers, registered } from "../../explore/testing";
import type { Run } from "../../run/run";
import { eventsOf, runsUnderTest } from "../../run/testing";
import { STREAM } from "./reading";
import type { ListenResult } from "./subscriptions";

const SEED = 4711;
const STORY_MS = 40_000;
const RACE_MS = 60_000;
const VARIANTS = ["as-written", "safe"];
const CHANNEL = "user:100:events";

const { service, open, play, endAll, close } = runsUnderTest("pub-sub", SEED);
afterEach(endAll);
afterAll(close);
const judge = async (run: Run) => {
  await run.settle();
  return run.trace.judge();
};

const act = (run: Run, action: string, body: Body) => run.act(action, body) as Promise<ListenResult>;
const subscribe = (run: Run, subscriber: string, channel = CHANNEL) => act(run, "subscribe", { subscriber, channel });
const publish = (run: Run, message: string, channel = CHANNEL) => run.act("publish", { channel, message });
/** Who heard what: "mailer: paid". */
const heardIn = (run: Run) =>
  eventsOf(run).flatMap((event) =>
    event.type === "message" ? [`${event.actor.replace(" (listening)", "")}: ${event.message}`] : [],
  );
const laneOf = (run: Run, lane: string) =>
  eventsOf(run).filter((event): event is EventOf<"actor"> => event.type === "actor" && event.actor === lane);
const held = (run: Run): string | undefined => run.actors.find("mailer")?.process.memory.get("lastId") as string;

const lesson = readFileSync(join(import.meta.dirname, "lesson.md"), "utf8").replace(/\s+/g, " ");

describe("what the stories show", () => {
  it(
    "all-listening: each of six messages comes to all who subscribed, by channel or by pattern",
    async () => {
      for (const variant of VARIANTS) {
        const { metrics } = await play(variant, "all-listening");
        expect(metrics).toMatchObject({ published: 6, subscribers: 3, deliveries: 14, missed: 0, stillDue: 0 });
      }
    },
    STORY_MS,
  );

  it(
    "away: three messages are nowhere for the mailer, and wait for it in the stream",
    async () => {
      const asWritten = await play("as-written", "away");
      expect(asWritten.metrics).toMatchObject({ published: 8, deliveries: 19, missed: 3 });
      expect(asWritten.verdict.violations.map(({ text }) => text)).toEqual(
        ["paid", "packed", "shipped"].map((what) => `mailer lacks “${what}”, published while it was away.`),
      );
      const safe = await play("safe", "away");
      expect(safe.metrics).toMatchObject({ published: 8, deliveries: 22, missed: 0 });
      const back = safe.events.find((event) => event.type === "result" && event.name === "reconnect");
      const heard = ["paid", "packed", "shipped"].map((message) => ({ channel: CHANNEL, message }));
      expect(back).toMatchObject({ value: { listening: true, resumed: { heard, caughtUp: true } } });
    },
    STORY_MS,
  );

  it(
    "away: it costs the commands that the lesson's table says",
    async () => {
      for (const variant of VARIANTS) {
        const { run, events } = await play(variant, "away");
        if (!run.clock.movable) return;
        const sent = (...names: string[]) =>
          events.filter((event) => event.type === "command" && names.includes(event.name)).length;
        expect(lesson).toContain(
          variant === "safe"
            ? `| ${sent("EVAL", "EVALSHA")} scripts, ${sent("XREVRANGE")} XREVRANGE, ${sent("XREAD")} XREAD |`
            : `| ${sent("PUBLISH")} PUBLISH, ${sent("SUBSCRIBE", "PSUBSCRIBE")} subscribes |`,
        );
      }
    },
    STORY_MS,
  );

  it(
    "away: its socket is really gone, and Redis counts it no more",
    async () => {
      const { events, run } = await play("as-written", "away");
      expect(laneOf(run, "mailer (listening)").map(({ status }) => status)).toEqual([
        "connected",
        "closed",
        "connected",
      ]);
      const receivers = events.flatMap((event) =>
        event.type === "result" && event.name === "publish" ? [(event.value as { receivers: number }).receivers] : [],
      );
      expect(receivers).toEqual([3, 3, 2, 1, 2, 2, 3, 3]);
    },
    STORY_MS,
  );

  it(
    "slow-subscriber: Redis closes the mailer's connection and says why; what the kernel held still comes, the rest never",
    async () => {
      const { events, metrics, run } = await play("as-written", "slow-subscriber");
      const [first, gone, again] = laneOf(run, "mailer (listening)");
      expect([first?.status, gone?.status, again?.status]).toEqual(["connected", "closed", "connected"]);
      const [, bytes = ""] =
        /^Redis has closed it: ([\d,]+) bytes waited in its output buffer/.exec(gone?.text ?? "") ?? [];
      expect(Number(bytes.replaceAll(",", ""))).toBeGreaterThan(512 * 1024);
      // PUBLISH itself tells first: one receiver less, while the mailer knows nothing yet.
      const replies = events.flatMap((event) =>
        event.type === "reply" && typeof event.value === "number" ? [event] : [],
      );
      const cut = replies.find(({ actor, value }) => actor === "publisher" && value === 1);
      expect(cut?.seq).toBeLessThan(gone?.seq ?? 0);
      const { missed = 0, deliveries = 0 } = metrics;
      expect(missed).toBeGreaterThan(0);
      expect(missed).toBeLessThan(48);
      expect(deliveries).toBe(2 * 50 - missed);
    },
    STORY_MS,
  );

  it(
    "slow-subscriber: the dashboard, which reads, is not cut off, nor is the playground's own observer",
    async () => {
      for (const variant of VARIANTS) {
        const { events, run } = await play(variant, "slow-subscriber");
        expect(laneOf(run, "dashboard (listening)").filter(({ status }) => status === "closed")).toEqual([]);
        expect(events.filter(({ type }) => type === "gap")).toEqual([]);
      }
    },
    STORY_MS,
  );

  it(
    "slow-subscriber: in the stream the same 48 images wait, and are read in pieces of twenty",
    async () => {
      const { metrics, events, run } = await play("safe", "slow-subscriber");
      expect(metrics).toMatchObject({ published: 50, deliveries: 100, missed: 0 });
      if (!run.clock.movable) return;
      const sizes = events.flatMap((event) => {
        if (event.type !== "reply" || event.actor !== "mailer (reading)" || !Array.isArray(event.value)) return [];
        const [, entries] = event.value;
        return Array.isArray(entries) ? [entries.length] : [];
      });
      expect(sizes).toEqual([1, 20, 20, 8, 1]);
    },
    STORY_MS,
  );

  it(
    "after each story every key has a time to live: the stream is kept for the retention, counted from the last message",
    async () => {
      for (const { id } of (await open("safe")).pattern.scenarios) {
        const { run } = await play("safe", id);
        const keys = await run.inspect();
        expect(keys.map(({ key }) => key)).toEqual([STREAM]);
        expect(keys[0]?.ttlMs).toBeGreaterThan(0);
        // What the machine's clock was corrected by while the run's stood still adds to it; as a rule nothing.
        const correctedMs = Math.abs(Date.now() - (performance.timeOrigin + performance.now()));
        expect(keys[0]?.ttlMs).toBeLessThanOrEqual(60_000 + Math.ceil(correctedMs));
        await endAll();
      }
      expect(await (await play("as-written", "away")).run.inspect()).toEqual([]);
    },
    STORY_MS,
  );
});

describe("being away at the wrong moment, in every order", () => {
  it.each([
    ["as-written", 5, 15],
    ["safe", 0, 15],
  ])(
    "of %s: %i of %i break, as the lesson says",
    async (variant, violating, schedules) => {
      const { search } = await exploreOnServers(registered("pub-sub", variant, "explore-away"));
      expect(search).toMatchObject({ violating, schedules, complete: true });
      expect(lesson).toContain(`${violating === 0 ? "none" : violating} of ${schedules} orders`);
    },
    RACE_MS,
  );

  it("subscribing and hanging up are steps that one can choose", async () => {
    const { shortest } = await exploreOnServers(registered("pub-sub", "as-written", "explore-away"));
    expect(shortest?.schedule).toEqual(["mailer", "mailer", "publisher", "publisher", "mailer", "mailer"]);
  });
});

it("a learner who steps sees them at the gate", async () => {
  const stepping = new SteppingService(service);
  const owned = await service.open({ pattern: "pub-sub", variant: "as-written", seed: SEED }, "stepper");
  const gates = [(await stepping.begin(owned, { scenario: "explore-away" })).gate];
  for (const choice of ["mailer", "publisher", "mailer", "publisher", "mailer"])
    gates.push((await stepping.step(owned.run.id, choice)).gate);
  const mailers = gates.map((gate) => gate.find(({ actor }) => actor === "mailer")?.commands[0]);
  const again = `SUBSCRIBE ${CHANNEL}`;
  expect(mailers).toEqual([again, "hang up", "hang up", again, again, again]);
  const { verdict } = await stepping.step(owned.run.id, "mailer");
  expect(verdict).toMatchObject({ holds: false, metrics: { deliveries: 1, missed: 1 } });
});

describe("subscriptions", () => {
  it.each(VARIANTS)("of %s: a second time changes nothing, and unsubscribing ends it", async (variant) => {
    const run = await open(variant, { pollMs: 20 });
    await subscribe(run, "mailer");
    expect(await subscribe(run, "mailer")).toEqual({ listening: true, subscriptions: [CHANNEL], resumed: null });
    await act(run, "psubscribe", { subscriber: "mailer", pattern: "order:*" });
    await publish(run, "one", "order:7");
    await judge(run);
    const left = await act(run, "unsubscribe", { subscriber: "mailer", pattern: "order:*" });
    expect(left.subscriptions).toEqual([CHANNEL]);
    await publish(run, "two", "order:7");
    expect((await act(run, "unsubscribe", { subscriber: "mailer" })).subscriptions).toEqual([]);
    await publish(run, "three");
    expect(await judge(run)).toMatchObject({ metrics: { published: 3, missed: 0, stillDue: 0, subscribers: 0 } });
  });

  it("of as-written by channel and by pattern bring a message twice; of safe once", async () => {
    for (const [variant, deliveries] of [
      ["as-written", 2],
      ["safe", 1],
    ] as const) {
      const run = await open(variant);
      await subscribe(run, "mailer");
      await act(run, "psubscribe", { subscriber: "mailer", pattern: "user:[0-9]*" });
      await publish(run, "paid");
      if (variant === "safe") await act(run, "reconnect", { subscriber: "mailer" });
      expect(await judge(run)).toMatchObject({ holds: true, metrics: { deliveries, missed: 0 } });
    }
  });

  it("patterns fit the same channels in both, as Redis sees them", async () => {
    const channels = ["news", "news.a", "news.ab", "new?", "n*ws", "n-ws", "nbws", "[x]"];
    const patterns = [
      "news",
      "news*",
      "news.?",
      "new\\?",
      "n\\*ws",
      "n[a-c]ws",
      "n[^e]ws",
      "*w*",
      "\\[x\\]",
      "**s",
      "*.*",
    ];
    const run = await open("as-written");
    const safe = await open("safe");
    for (const [i, pattern] of patterns.entries()) {
      await act(run, "psubscribe", { subscriber: `p${i}`, pattern });
      await act(safe, "psubscribe", { subscriber: `p${i}`, pattern });
    }
    const received: unknown[] = [];
    for (const channel of channels) {
      received.push(await publish(run, channel, channel));
      await publish(safe, channel, channel);
    }
    for (const i of patterns.keys()) await act(safe, "reconnect", { subscriber: `p${i}` });
    expect(await judge(run)).toMatchObject({ metrics: { missed: 0, stillDue: 0 } });
    const { metrics } = await judge(safe);
    const all = received.reduce<number>((sum, value) => sum + (value as { receivers: number }).receivers, 0);
    expect(metrics).toMatchObject({ deliveries: all, missed: 0, stillDue: 0 });
    expect(all).toBeGreaterThan(20);
  });

  it("two hundred at once, each with a connection of its own", async () => {
    const run = await open("as-written");
    expect(await run.act("crowd", { channel: CHANNEL, subscribers: 200 })).toEqual({ listening: 200, failed: 0 });
    expect(await publish(run, "hello")).toEqual({ receivers: 200 });
    expect(await judge(run)).toMatchObject({ holds: true, metrics: { deliveries: 200, subscribers: 200 } });
  });
});

describe("whoever is away", () => {
  it("is not judged until it is back", async () => {
    const run = await open("as-written");
    await subscribe(run, "mailer");
    await publish(run, "one");
    await act(run, "disconnect", { subscriber: "mailer" });
    await publish(run, "two");
    expect(await judge(run)).toMatchObject({ holds: true, metrics: { missed: 0, stillDue: 1 } });
    await act(run, "reconnect", { subscriber: "mailer" });
    expect(await judge(run)).toMatchObject({ holds: false, metrics: { missed: 1, stillDue: 0 } });
  });

  it("of as-written for very many messages lacks all of them, counted", async () => {
    const run = await open("as-written");
    await subscribe(run, "mailer");
    await act(run, "disconnect", { subscriber: "mailer" });
    for (let n = 0; n < 300; n++) await publish(run, "tick");
    await act(run, "reconnect", { subscriber: "mailer" });
    expect(await judge(run)).toMatchObject({ holds: false, metrics: { missed: 300 } });
  });

  it("of safe for longer than the retention is told what it cannot have, and that is no breach", async () => {
    const run = await open("safe", { retentionMs: 5000 });
    if (!run.clock.movable) return;
    run.clock.freeze();
    await subscribe(run, "mailer");
    await act(run, "disconnect", { subscriber: "mailer" });
    await publish(run, "old");
    await run.clock.sleep(5100);
    await publish(run, "new");
    const { resumed } = await act(run, "reconnect", { subscriber: "mailer" });
    expect(resumed?.heard.map(({ message }) => message)).toEqual(["new"]);
    const verdict = await judge(run);
    expect(verdict).toMatchObject({ holds: true, metrics: { outlived: 1, missed: 0 } });
    expect(verdict.text).toContain("1 had outlived the retention of 5 s.");
    run.clock.thaw();
  });

  it("of safe takes up where it was, also when the stream has run out and begun anew", async () => {
    const run = await open("safe", { retentionMs: 2000, pollMs: 5000 });
    if (!run.clock.movable) return;
    run.clock.freeze();
    await subscribe(run, "mailer");
    await publish(run, "one");
    await act(run, "reconnect", { subscriber: "mailer" });
    const before = held(run);
    await run.clock.sleep(2100);
    expect(await run.inspect()).toEqual([]);
    await publish(run, "two");
    const { resumed } = await act(run, "reconnect", { subscriber: "mailer" });
    expect(resumed?.heard).toEqual([{ channel: CHANNEL, message: "two" }]);
    expect(held(run)).not.toBe(before);
    expect(await judge(run)).toMatchObject({ holds: true, metrics: { missed: 0, deliveries: 2 } });
    run.clock.thaw();
  });

  it("of safe does not hear what was published before it subscribed, nor a second channel's past", async () => {
    const run = await open("safe", { pollMs: 5000 });
    await publish(run, "before");
    await subscribe(run, "mailer");
    await publish(run, "meanwhile", "other");
    await publish(run, "one");
    await subscribe(run, "mailer", "other");
    await publish(run, "two", "other");
    const { resumed } = await act(run, "reconnect", { subscriber: "mailer" });
    expect(resumed?.heard.map(({ message }) => message)).toEqual(["one", "two"]);
  });
});

describe("whoever stands still", () => {
  it("hears afterwards what waited, as long as Redis lets it wait", async () => {
    const run = await open("as-written");
    if (!run.clock.movable) return;
    run.clock.freeze();
    await subscribe(run, "mailer");
    await run.pullFault("stall-subscriber", { subscriber: "mailer", ms: 1000 }, "person");
    for (const message of ["one", "two"]) expect(await publish(run, message)).toEqual({ receivers: 1 });
    expect(heardIn(run)).toEqual([]);
    await run.clock.sleep(1001);
    expect(await judge(run)).toMatchObject({ holds: true, metrics: { missed: 0, deliveries: 2 } });
    expect(heardIn(run)).toEqual(["mailer: one", "mailer: two"]);
    run.clock.thaw();
  });

  it("twice at once goes on when both are over; cut off meanwhile, it can be reconnected", async () => {
    const run = await open("as-written");
    if (!run.clock.movable) return;
    run.clock.freeze();
    await subscribe(run, "mailer");
    for (const ms of [500, 1500]) await run.pullFault("stall-subscriber", { subscriber: "mailer", ms }, "person");
    await publish(run, "one");
    await run.clock.sleep(1000);
    expect(heardIn(run)).toEqual([]);
    await run.clock.sleep(600);
    expect(heardIn(run)).toEqual(["mailer: one"]);
    run.clock.thaw();
  });

  it("is not alone: when Redis closes the playground's own subscriber as well, a gap says so, and it comes back", async () => {
    const run = await open("safe");
    await subscribe(run, "mailer");
    await run.observing().call("CLIENT", "KILL", "TYPE", "pubsub");
    const gaps = () => eventsOf(run).filter((event) => event.type === "gap");
    await expect.poll(gaps).toMatchObject([{ reason: "notifications-lost" }]);
    const isNotified = async () => {
      await publish(run, "one");
      return eventsOf(run).some((event) => event.type === "key" && event.event === "xadd");
    };
    await expect.poll(isNotified).toBe(true);
  });

  it("and is reset with the run: another scenario finds the usual limits and nobody stalled", async () => {
    const run = await open("as-written");
    await subscribe(run, "mailer");
    await run.pullFault("limit-buffers", { kilobytes: 16 }, "person");
    await run.pullFault("stall-subscriber", { subscriber: "mailer", ms: 9000 }, "person");
    expect((await run.play("all-listening", "fast")).verdict.holds).toBe(true);
    const [, limits = ""] = (await run.observing().config("GET", "client-output-buffer-limit")) as string[];
    expect(limits).toContain("pubsub 16777216 8388608 5");
  });
});

describe("what takes subscribers away", () => {
  it.each(VARIANTS)(
    "of %s a crash of the process: it wants nothing any more, and nothing is due to it",
    async (variant) => {
      const run = await open(variant, { pollMs: 20 });
      await subscribe(run, "mailer");
      await publish(run, "one");
      await judge(run);
      await run.pullFault("crash-client", { client: "mailer", afterCommands: 0 }, "person");
      await act(run, "psubscribe", { subscriber: "mailer", pattern: "*" }).catch(() => null);
      await publish(run, "two");
      expect(run.actors.find("mailer")?.process.memory.size ?? 0).toBe(0);
      expect(await judge(run)).toMatchObject({ metrics: { missed: 0, stillDue: 0, subscribers: 0 } });
    },
  );

  it.each(VARIANTS)("of %s the loss of Redis: it begins anew, and who listened listens again", async (variant) => {
    const run = await open(variant, { pollMs: 20 });
    await subscribe(run, "mailer");
    await publish(run, "one");
    await judge(run);
    await run.pullFault("kill-redis", {}, "person");
    await run.pullFault("restart-redis", {}, "person");
    expect(await act(run, "reconnect", { subscriber: "mailer" })).toMatchObject({ listening: true });
    await publish(run, "two");
    if (variant === "safe") await act(run, "reconnect", { subscriber: "mailer" });
    expect(await judge(run)).toMatchObject({ holds: true, metrics: { published: 1, missed: 0, stillDue: 0 } });
  });
});
