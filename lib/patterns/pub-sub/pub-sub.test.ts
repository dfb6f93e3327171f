/** Books, verdict and picture of publish and subscribe, without Redis. */
import { describe, expect, it } from "vitest";
import type { StatPanel, TapePanel } from "../../contract";
import type { EventOf, NewEvent, RunEvent, WireValue } from "../../events";
import { matches } from "./glob";
import { invariant } from "./invariant";
import { pattern } from "./pattern";
import { isAfter } from "./reading";
import { stage } from "./stage";

const T0 = 1_790_000_000_000_000;
const MS = 1000;
const PARAMS = { retentionMs: 60_000, pollMs: 200 };
const CHANNEL = "user:100:events";
type RunStatus = "started" | "reset" | "configured" | "redis-down" | "redis-up";

/** Writes traces as the recorder would. Times in ms after the beginning. */
class Story {
  readonly events: RunEvent[] = [];
  private epoch = 0;
  private nowUs = T0;
  private calls = 0;
  private entries = 0;
  /** Seq of each publishing command, by its text. */
  private readonly sent = new Map<string, number>();

  constructor(readonly variant = "as-written") {
    this.run("started");
  }

  at(ms: number): this {
    this.nowUs = T0 + ms * MS;
    return this;
  }
  run(status: RunStatus, params: Record<string, number> = PARAMS): this {
    if (status !== "started" && status !== "redis-down") this.epoch += 1;
    this.add({ type: "run", status, pattern: "pub-sub", variant: this.variant, params, seed: 1, text: "" });
    return this;
  }

  /** A publication goes out; `answered` says that Redis has it. */
  sends(text: string, channel = CHANNEL): this {
    const script = "publish-safe-1.lua";
    const call = { type: "command" as const, actor: "publisher", action: 1 };
    this.sent.set(
      text,
      this.add(
        this.variant === "safe"
          ? { ...call, name: "EVALSHA", script, args: [script, "1", "messages", channel, text, "60000"] }
          : { ...call, name: "PUBLISH", args: [channel, text] },
      ),
    );
    return this;
  }
  /** @returns the id of its entry, where there is a stream */
  answered(text: string, receivers = 1): string {
    const id = `${(T0 + (this.nowUs - T0)) / MS}-${this.entries++}`;
    this.reply(this.sent.get(text) ?? 0, "publisher", { value: this.variant === "safe" ? id : receivers });
    return id;
  }
  refused(text: string): this {
    return this.reply(this.sent.get(text) ?? 0, "publisher", { error: "NOSCRIPT No matching script." });
  }
  published(...texts: string[]): this {
    for (const text of texts) this.sends(text).answered(text);
    return this;
  }

  subscribes(subscriber: string, channel = CHANNEL): this {
    this.asks(subscriber, "SUBSCRIBE", channel);
    return this.result(subscriber, "subscribe", { subscriber, channel }, this.listening());
  }
  psubscribes(subscriber: string, pattern_: string): this {
    this.asks(subscriber, "PSUBSCRIBE", pattern_);
    return this.result(subscriber, "psubscribe", { subscriber, pattern: pattern_ }, this.listening());
  }
  asks(subscriber: string, name: string, channel: string): this {
    this.add({ type: "command", actor: `${subscriber} (listening)`, action: null, name, args: [channel] });
    return this;
  }
  hears(subscriber: string, message: string, channel = CHANNEL, pattern_?: string): this {
    const matched = pattern_ === undefined ? {} : { pattern: pattern_ };
    this.add({ type: "message", actor: `${subscriber} (listening)`, channel, message, ...matched });
    return this;
  }
  loses(subscriber: string, text?: string): this {
    this.add({
      type: "actor",
      actor: `${subscriber} (listening)`,
      index: 0,
      status: "closed",
      ...(text === undefined ? {} : { text }),
    });
    return this;
  }
  back(subscriber: string): this {
    this.asks(subscriber, "SUBSCRIBE", CHANNEL);
    return this.result(subscriber, "reconnect", { subscriber }, this.listening());
  }
  process(actor: string, status: EventOf<"actor">["status"]): this {
    this.add({ type: "actor", actor, index: 0, status });
    return this;
  }

  /** A turn of reading: what was asked for when, and what it brought. */
  reads(subscriber: string, lastId: string, texts: string[], caughtUp = true, channel = CHANNEL): this {
    const actor = `${subscriber} (reading)`;
    this.add({ type: "command", actor, action: this.calls + 1, name: "XREAD", args: [] });
    const heard = texts.map((message) => ({ channel, message }));
    return this.result(actor, "reading", {}, { heard, lastId, caughtUp });
  }

  result(actor: string, name: string, body: Record<string, WireValue>, value: WireValue, error?: string): this {
    const outcome = error === undefined ? { value } : { error };
    this.add({ type: "result", actor, action: ++this.calls, name, body, ...outcome, decidedUs: null, ms: 0 });
    return this;
  }
  add(event: NewEvent): number {
    const seq = this.events.length + 1;
    this.events.push({ ...event, seq, atUs: this.nowUs, epoch: this.epoch } as RunEvent);
    return seq;
  }

  private listening(): WireValue {
    return { listening: true, subscriptions: [], resumed: null };
  }
  private reply(ref: number, actor: string, outcome: { value: WireValue } | { error: string }): this {
    const serverUs: [number, number] = [this.nowUs, this.nowUs];
    this.add({ type: "reply", ref, actor, ...outcome, latencyUs: 1, serverOrder: null, serverUs });
    return this;
  }
}

const judged = ({ events }: Story) => {
  let state = invariant.initial(PARAMS);
  for (const event of events) state = JSON.parse(JSON.stringify(invariant.fold(state, event)));
  return invariant.judge(state);
};
const panelsOf = ({ events }: Story, focus: string | null = null, nowUs = events.at(-1)?.atUs ?? T0) => {
  let state = stage.initial();
  for (const event of events) state = JSON.parse(JSON.stringify(stage.fold(state, event)));
  const [tape, stat] = stage.panels(state, nowUs, focus);
  return { tape: tape as TapePanel, stat: stat as StatPanel, bytes: JSON.stringify(state).length };
};
const last = (story: Story) => story.events.at(-1) as RunEvent;

describe("the verdict", () => {
  it("is open until something is published, and while all that was published is still on its way", () => {
    expect(judged(new Story())).toMatchObject({ holds: null, text: "Nothing published yet." });
    expect(judged(new Story().subscribes("mailer").published("paid"))).toMatchObject({
      holds: null,
      text: "1 message published, and none that anybody should have by now.",
    });
  });

  it("holds where nobody was there to hear it", () => {
    expect(judged(new Story().sends("early"))).toMatchObject({ holds: null });
    expect(judged(new Story().published("early").subscribes("mailer"))).toMatchObject({
      holds: true,
      text: "1 message published, and nobody lacks one.",
    });
  });

  it("holds while all that was due has come", () => {
    const story = new Story().subscribes("mailer").subscribes("dashboard").published("paid");
    expect(judged(story.hears("mailer", "paid").hears("dashboard", "paid"))).toMatchObject({
      holds: true,
      text: "2 deliveries to 2 subscribers: nobody lacks a message since it subscribed.",
      metrics: { published: 1, subscribers: 2, deliveries: 2, missed: 0, stillDue: 0 },
    });
  });

  it("asks nothing of a message that was sent before the subscriber had its answer", () => {
    const story = new Story().sends("early").subscribes("mailer");
    story.answered("early");
    expect(judged(story.published("paid").hears("mailer", "paid"))).toMatchObject({ holds: true });
  });

  it("does not judge whoever is away, and finds what it lacks when it is back", () => {
    const story = new Story().subscribes("mailer").published("one").hears("mailer", "one").loses("mailer");
    expect(judged(story.published("two", "three"))).toMatchObject({
      holds: true,
      text: "1 delivery to 1 subscriber: nobody lacks a message since it subscribed. mailer is away.",
      metrics: { stillDue: 2 },
    });
    expect(judged(story.back("mailer"))).toMatchObject({
      holds: false,
      text: "mailer lacks 2 of the 3 messages since it subscribed, published while it was away.",
      violations: [
        { text: "mailer lacks “two”, published while it was away." },
        { text: "mailer lacks “three”, published while it was away." },
      ],
    });
  });

  it("leaves open what may still come: a PUBLISH without an answer when the next SUBSCRIBE went out", () => {
    const story = new Story().subscribes("mailer").loses("mailer").sends("late").back("mailer");
    expect(judged(story)).toMatchObject({ holds: null, metrics: { missed: 0, stillDue: 1 } });
    story.answered("late");
    expect(judged(story.hears("mailer", "late"))).toMatchObject({ holds: true, metrics: { missed: 0 } });
  });

  it("finds a hole when a later message is here and the earlier one had been answered before that was sent", () => {
    const story = new Story().subscribes("mailer").published("one", "two").hears("mailer", "two");
    expect(judged(story)).toMatchObject({
      holds: false,
      text: "mailer lacks 1 of the 2 messages since it subscribed, lost while it was connected.",
    });
  });

  it("takes no message of two that were on their way together for lost: either may be first in Redis", () => {
    const story = new Story().subscribes("mailer").sends("one").sends("two");
    story.answered("one");
    story.answered("two");
    expect(judged(story.hears("mailer", "two"))).toMatchObject({ holds: true, metrics: { stillDue: 1 } });
    expect(judged(story.hears("mailer", "one"))).toMatchObject({ holds: true, metrics: { stillDue: 0 } });
  });

  it("says when it was Redis that cut somebody off", () => {
    const story = new Story().subscribes("mailer").published("one", "two").hears("mailer", "one");
    story.loses("mailer", "Redis has closed it.").back("mailer");
    expect(judged(story).text).toBe(
      "mailer lacks 1 of the 2 messages since it subscribed, lost when Redis cut it off at its output buffer limit.",
    );
  });

  it("names the one who lacks most, and counts the others", () => {
    const story = new Story().subscribes("mailer").subscribes("dashboard").loses("mailer").published("one");
    story.loses("dashboard").published("two").back("mailer").back("dashboard");
    expect(judged(story).text).toBe(
      "mailer lacks 2 of the 2 messages since it subscribed, published while it was away. 2 subscribers lack 4 in all.",
    );
  });

  it("does not count what was never published", () => {
    const story = new Story("safe").subscribes("mailer").sends("paid").refused("paid").sends("paid");
    const id = story.answered("paid");
    expect(judged(story.reads("mailer", id, ["paid"]))).toMatchObject({
      holds: true,
      metrics: { missed: 0, stillDue: 0 },
    });
  });

  it("counts for a pattern what fits it, and over two subscriptions what came twice", () => {
    const story = new Story().subscribes("audit").psubscribes("audit", "user:*").published("paid");
    story.hears("audit", "paid").hears("audit", "paid", CHANNEL, "user:*");
    expect(judged(story)).toMatchObject({ holds: true, metrics: { deliveries: 2, stillDue: 0 } });
    story.sends("elsewhere", "order:7").answered("elsewhere");
    expect(judged(story)).toMatchObject({ metrics: { stillDue: 0 } });
  });

  it("forgets what was due to a channel that is given up, and to a process that is gone", () => {
    const story = new Story().subscribes("mailer").subscribes("dashboard").published("paid");
    story.result(
      "mailer",
      "unsubscribe",
      { subscriber: "mailer" },
      { listening: true, subscriptions: [], resumed: null },
    );
    story.process("dashboard", "crashed");
    expect(judged(story)).toMatchObject({ holds: true, metrics: { stillDue: 0, missed: 0, subscribers: 0 } });
  });

  it("tells long messages with the same beginning apart", () => {
    const long = (n: number) => `${"same beginning ".repeat(20)}${n}`;
    const story = new Story().subscribes("mailer").published(long(1), long(2)).hears("mailer", long(2));
    expect(judged(story)).toMatchObject({ metrics: { missed: 1 } });
  });

  it("keeps counts, not messages, of what was published during a long absence", () => {
    const story = new Story().subscribes("mailer").loses("mailer");
    for (let n = 0; n < 600; n++) story.published(`tick ${n}`);
    expect(judged(story.back("mailer"))).toMatchObject({ holds: false, metrics: { missed: 600, stillDue: 0 } });
  });

  it("claims nothing of a connected subscriber who is more than 128 messages behind", () => {
    const story = new Story().subscribes("mailer");
    for (let n = 0; n < 400; n++) story.published(`tick ${n}`);
    for (let n = 0; n < 400; n++) story.hears("mailer", `tick ${n}`);
    expect(judged(story)).toMatchObject({ holds: true, metrics: { missed: 0, deliveries: 400, stillDue: 0 } });
  });
});

describe("the verdict on a stream", () => {
  it("finds a hole where a subscriber's place has passed a message that it did not hear", () => {
    const story = new Story("safe").subscribes("mailer").published("one").sends("two");
    const id = story.answered("two");
    expect(judged(story.reads("mailer", id, ["two"], false))).toMatchObject({ holds: false, metrics: { missed: 1 } });
  });

  it("waits for whoever has not caught up", () => {
    const story = new Story("safe").subscribes("mailer").sends("one");
    const id = story.answered("one");
    story.published("two");
    expect(judged(story.reads("mailer", id, ["one"], false))).toMatchObject({ holds: true, metrics: { stillDue: 1 } });
  });

  it("once it has caught up, lacks what was there when it asked", () => {
    const story = new Story("safe").subscribes("mailer").published("one").reads("mailer", "0-0", []);
    expect(judged(story)).toMatchObject({ holds: false, metrics: { missed: 1 } });
  });

  it("excuses what had outlived the retention when its subscriber came to read it", () => {
    const story = new Story("safe").subscribes("mailer").sends("old");
    story.answered("old");
    expect(judged(story.at(60_001).reads("mailer", "0-0", []))).toMatchObject({
      holds: true,
      text: expect.stringContaining("1 had outlived the retention of 60 s."),
      metrics: { outlived: 1, missed: 0 },
    });
  });

  it("takes what came once for all subscriptions that wanted it", () => {
    const story = new Story("safe").subscribes("audit").psubscribes("audit", "user:*").sends("paid");
    const id = story.answered("paid");
    expect(judged(story.reads("audit", id, ["paid"]))).toMatchObject({
      metrics: { deliveries: 1, stillDue: 0, missed: 0 },
    });
  });

  it("takes up at a reconnect what was published meanwhile", () => {
    const story = new Story("safe").subscribes("mailer");
    story.result(
      "mailer",
      "disconnect",
      { subscriber: "mailer" },
      { listening: false, subscriptions: [], resumed: null },
    );
    story.sends("paid");
    const lastId = story.answered("paid");
    story.add({ type: "command", actor: "mailer", action: 3, name: "XREAD", args: [] });
    const resumed = { heard: [{ channel: CHANNEL, message: "paid" }], lastId, caughtUp: true };
    story.result("mailer", "reconnect", { subscriber: "mailer" }, { listening: true, subscriptions: [], resumed });
    expect(judged(story)).toMatchObject({ holds: true, metrics: { missed: 0, stillDue: 0, deliveries: 1 } });
  });
});

describe("a new epoch", () => {
  const missed = () => new Story().subscribes("mailer").loses("mailer").published("one").back("mailer");

  it("counts anew, and those who listen still do", () => {
    const story = missed().run("configured", { ...PARAMS, pollMs: 500 });
    expect(judged(story)).toMatchObject({ holds: null, metrics: { published: 0, subscribers: 1 } });
    expect(judged(story.published("two").hears("mailer", "two"))).toMatchObject({ holds: true });
  });

  it("after a reset knows nobody", () => {
    expect(judged(missed().run("reset"))).toMatchObject({ metrics: { subscribers: 0 } });
  });
});

describe("the picture", () => {
  it("draws each message of each subscriber: there, on its way, missed, or not for it", () => {
    const story = new Story().published("early").subscribes("mailer").subscribes("dashboard");
    story.published("one").hears("mailer", "one").hears("dashboard", "one").loses("mailer");
    story.published("two").hears("dashboard", "two").back("mailer").published("three");
    const { tape } = panelsOf(story);
    expect(tape.entries.map(({ label }) => label)).toEqual(["early", "one", "two", "three"]);
    expect(tape.rows).toMatchObject([
      { actor: "mailer", state: "listening, 1 of 3", cells: ["none", "there", "missed", "due"] },
      { actor: "dashboard", state: "listening, 2 of 3", cells: ["none", "there", "there", "due"] },
    ]);
    expect(tape.note).toBe("");
    expect(panelsOf(new Story()).tape.note).toBe("Nobody has subscribed yet.");
  });

  it("says who is away, stands still, or was cut off", () => {
    const story = new Story().subscribes("a").subscribes("b").subscribes("c").subscribes("d");
    story.loses("a").process("b", "held").loses("c", "Redis has closed it.").process("d", "crashed");
    expect(panelsOf(story).tape.rows.map(({ state, tone }) => [state, tone])).toEqual([
      ["away", "bad"],
      ["stands still", "bad"],
      ["cut off", "bad"],
      ["gone", "off"],
    ]);
    story.process("b", "released");
    expect(panelsOf(story).tape.rows[1]?.state).toBe("listening");
  });

  it("says under a message how many received it, or that it is kept; and its channel where there are several", () => {
    const story = new Story().sends("one");
    story.answered("one", 3);
    story.sends("two", "user:200:events");
    expect(panelsOf(story).tape.entries).toMatchObject([
      { label: "one", group: "user:100", note: "to 3" },
      { label: "two", group: "user:200", note: "sent" },
    ]);
    const kept = new Story("safe").published("one");
    expect(panelsOf(kept).tape.entries).toMatchObject([{ group: "", note: "kept" }]);
  });

  it("draws six of many: the selected one, those who lack something or are away, then the first; and counts the rest", () => {
    const story = new Story();
    for (let n = 1; n <= 200; n++) story.subscribes(`s${n}`);
    story.loses("s150").published("one");
    for (let n = 1; n <= 200; n++) if (n !== 150) story.hears(`s${n}`, "one");
    story.back("s150").loses("s90").published("two");
    for (let n = 1; n <= 200; n++) if (n !== 90) story.hears(`s${n}`, "two");
    const { tape } = panelsOf(story, "s120");
    expect(tape.rows.map(({ actor }) => actor)).toEqual(["s1", "s2", "s3", "s90", "s120", "s150"]);
    expect(tape.note).toMatch(/^194 more subscribers are counted, not drawn: 388 deliveries, none missed/);
  });

  it("stays small with two hundred subscribers and thousands of messages", () => {
    const story = new Story();
    for (let n = 1; n <= 200; n++) story.subscribes(`s${n}`);
    let state = stage.initial();
    for (const event of story.events) state = stage.fold(state, event);
    const before = story.events.length;
    for (let m = 0; m < 500; m++) {
      story.published(`tick ${m}`);
      for (let n = 1; n <= 200; n++) story.hears(`s${n}`, `tick ${m}`);
    }
    for (const event of story.events.slice(before)) state = stage.fold(state, event);
    expect(JSON.stringify(state).length).toBeLessThan(100_000);
    const { tape } = { tape: stage.panels(state, T0, null)[0] as TapePanel };
    expect([tape.total, tape.entries.length, tape.rows.length]).toEqual([500, 48, 6]);
  });

  it("counts deliveries second by second, and none when a second has passed without", () => {
    const story = new Story().subscribes("mailer").at(1000).published("one", "two", "three");
    story.hears("mailer", "one").hears("mailer", "two").at(2000).hears("mailer", "three");
    const rate = (nowMs: number) => panelsOf(story, null, T0 + nowMs * MS).stat.items.at(-1);
    expect(rate(2100)).toEqual({ label: "deliveries a second", value: "2" });
    expect(rate(5000)).toMatchObject({ value: "0" });
  });

  it("counts deliveries a second also where the next event comes later than a second after", () => {
    const messages = Array.from({ length: 30 }, (_, i) => `tick ${i}`);
    const story = new Story()
      .subscribes("mailer")
      .at(1000)
      .published(...messages, "late");
    for (const message of messages) story.hears("mailer", message);
    story.at(2500).hears("mailer", "late");
    const { stat } = panelsOf(story, null, T0 + 2600 * MS);
    expect(stat.items.at(-1)).toEqual({ label: "deliveries a second", value: "20" });
  });
});

describe("the sentences", () => {
  const said = (story: Story) => stage.say(last(story));

  it("tell who publishes, and how many were listening", () => {
    const publishes = (value: WireValue) =>
      said(new Story().result("publisher", "publish", { channel: "news", message: "paid" }, value));
    expect(publishes({ receivers: 2 })).toBe("publisher publishes “paid” on news: 2 receivers.");
    expect(publishes({ receivers: 1 })).toBe("publisher publishes “paid” on news: 1 receiver.");
    expect(publishes({ receivers: null })).toBe("publisher publishes “paid” on news: it is kept.");
  });

  it("tell who hears and reads what, and nothing of a turn that brought nothing", () => {
    expect(said(new Story().hears("mailer", "paid"))).toBe("mailer hears “paid”.");
    expect(said(new Story("safe").reads("mailer", "1-0", ["paid"]))).toBe("mailer reads “paid”.");
    expect(said(new Story("safe").reads("mailer", "1-0", ["a", "b"]))).toBe("mailer reads 2 messages.");
    expect(said(new Story("safe").reads("mailer", "1-0", []))).toBeNull();
  });

  it("tell how a connection was lost, in Redis' own words where it has some", () => {
    expect(said(new Story().loses("mailer"))).toBe("mailer's connection is gone.");
    expect(said(new Story().loses("mailer", "Redis has closed it."))).toBe(
      "mailer's connection is gone. Redis has closed it.",
    );
    expect(said(new Story().process("mailer", "crashed"))).toMatch(/^mailer's process is gone/);
  });

  it("tell what a reconnect brings", () => {
    const back = (resumed: WireValue) =>
      said(new Story().result("mailer", "reconnect", {}, { listening: true, subscriptions: [], resumed }));
    expect(back(null)).toBe("mailer is back. What it has missed, nobody kept.");
    const heard = [{ channel: "c", message: "paid" }];
    expect(back({ heard, lastId: "1-0", caughtUp: true })).toBe("mailer is back and reads “paid”.");
    expect(back({ heard: [], lastId: "1-0", caughtUp: true })).toBe("mailer is back; nothing was published meanwhile.");
  });

  it("cut what is long, and tell failures", () => {
    expect(said(new Story().hears("mailer", "image 7 .........................."))).toBe("mailer hears “image 7”.");
    expect(said(new Story().result("mailer", "subscribe", {}, null, "Redis is gone."))).toBe(
      "mailer's subscribe failed: Redis is gone.",
    );
  });
});

describe("patterns of channels", () => {
  it("fit as PSUBSCRIBE's do", () => {
    for (const [glob, fits, fitsNot] of [
      ["news", "news", "news.a"],
      ["news*", "news", "new"],
      ["user:*:events", "user:100:events", "user:100:event"],
      ["h?llo", "hello", "hllo"],
      ["h[ae]llo", "hallo", "hillo"],
      ["h[^e]llo", "hallo", "hello"],
      ["h[a-c]llo", "hbllo", "hdllo"],
      ["h\\*llo", "h*llo", "hello"],
      ["*", "", null],
      ["**b", "aab", "aa"],
    ] as const) {
      expect([glob, matches(glob, fits)]).toEqual([glob, true]);
      if (fitsNot !== null) expect([glob, matches(glob, fitsNot)]).toEqual([glob, false]);
    }
  });

  it("are quick, however many stars they have", () => {
    const steps = matches(`${"a*".repeat(32)}b`, "a".repeat(64));
    expect(steps).toBe(false);
  });
});

it("ids of a stream are compared as two numbers", () => {
  expect(isAfter("1767225600000-10", "1767225600000-9")).toBe(true);
  expect(isAfter("1767225600001-0", "1767225600000-9")).toBe(true);
  expect(isAfter("1767225600000-9", "1767225600000-9")).toBe(false);
});

describe("bodies", () => {
  const body = (id: string) => pattern.actions.find((action) => action.id === id)?.body;
  const takes = (id: string, value: object) => body(id)?.safeParse(value).success;

  it("take channels and patterns that can be shown, and at most two hundred subscribers at once", () => {
    expect(takes("subscribe", { subscriber: "mailer", channel: CHANNEL })).toBe(true);
    expect(takes("subscribe", { subscriber: "mailer", channel: "two words" })).toBe(false);
    expect(takes("subscribe", { subscriber: "no/id", channel: CHANNEL })).toBe(false);
    expect(takes("psubscribe", { subscriber: "mailer", pattern: "user:*" })).toBe(true);
    expect(takes("crowd", { channel: CHANNEL, subscribers: 200 })).toBe(true);
    expect(takes("crowd", { channel: CHANNEL, subscribers: 201 })).toBe(false);
    expect(takes("publish", { channel: CHANNEL, message: "" })).toBe(false);
  });

  it("a crowd is so many calls of subscribe, and tells how many failed", () => {
    const spread = pattern.actions.find(({ id }) => id === "crowd")?.spread;
    const bodies = spread?.bodies({ channel: CHANNEL, subscribers: 3 }, PARAMS) ?? [];
    expect(bodies.map(({ subscriber }) => subscriber)).toEqual(["s1", "s2", "s3"]);
    expect(spread?.sum([{ listening: true }, null, {}], 1)).toEqual({ listening: 2, failed: 1 });
  });
});
