import { z } from "zod";
import { definePattern } from "../../contract";
import { subscriberFaults } from "../../families/messaging/schema";
import { crashClient, redisFaults } from "../../families/schema";
import * as asWritten from "./as-written";
import { burstWith } from "./burst";
import { invariant } from "./invariant";
import * as safe from "./safe";
import { scenarios } from "./scenarios";
import type { PubSubParams } from "./subscriptions";

const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "is not the id of a subscriber or publisher");
const name = z.string().regex(/^[^\s\p{C}]{1,64}$/u, "must be 1 to 64 characters that can be shown, without spaces");
const channel = name.meta({ examples: ["user:100:events"] });
const pattern_ = name.meta({ examples: ["user:*:events"] });
const publisher = id.default("publisher");
const subscriber = id.meta({ examples: ["mailer", "audit", "dashboard"] });
const MAX_CROWD = 200;

const heard = z.strictObject({ channel: z.string(), message: z.string() });
const resumed = z.strictObject({ heard: z.array(heard), lastId: z.string(), caughtUp: z.boolean() });
const listening = z.strictObject({
  listening: z.boolean(),
  subscriptions: z.array(z.string()),
  resumed: resumed.nullable(),
});
const justSubscriber = z.strictObject({ subscriber });

export const pattern = definePattern<PubSubParams, Parameters<typeof invariant.judge>[0]>({
  id: "pub-sub",
  title: "Pub/Sub",
  family: "messaging",
  summary: "One publishes, all who listen hear it: at that moment, or whenever they come to read.",
  params: [
    { id: "retentionMs", title: "Retention", unit: "ms", min: 1000, max: 600_000, step: 1000, default: 60_000 },
    { id: "pollMs", title: "Reads every", unit: "ms", min: 20, max: 5000, step: 10, default: 200 },
  ],
  variants: [
    {
      id: "as-written",
      title: "As written",
      summary: "PUBLISH hands the message to whoever is subscribed at that moment. Nobody keeps it.",
      files: ["as-written.ts", "subscriptions.ts", "burst.ts"],
      actions: {
        publish: asWritten.publish,
        subscribe: asWritten.subscribe,
        psubscribe: asWritten.psubscribe,
        unsubscribe: asWritten.unsubscribe,
        disconnect: asWritten.disconnect,
        reconnect: asWritten.reconnect,
        burst: burstWith(asWritten.publish),
      },
    },
    {
      id: "safe",
      title: "Safe",
      summary:
        "Messages go into one stream and stay for the retention; each subscriber reads on from the last id it saw.",
      files: ["safe.ts", "reading.ts", "publish-safe-1.lua", "glob.ts", "subscriptions.ts", "burst.ts"],
      actions: {
        publish: safe.publish,
        subscribe: safe.subscribe,
        psubscribe: safe.psubscribe,
        unsubscribe: safe.unsubscribe,
        disconnect: safe.disconnect,
        reconnect: safe.reconnect,
        burst: burstWith(safe.publish),
      },
    },
  ],
  actions: [
    {
      id: "publish",
      title: "Publish",
      summary: "Sends a message to a channel.",
      body: z.strictObject({
        channel: channel.default("user:100:events"),
        message: z.string().min(1).max(2000).default("paid"),
        publisher,
      }),
      result: z.strictObject({ receivers: z.int().nullable() }),
      actorField: "publisher",
      primary: true,
    },
    {
      id: "subscribe",
      title: "Subscribe",
      summary: "From now on this subscriber hears a channel.",
      body: z.strictObject({ subscriber, channel }),
      result: listening,
      actorField: "subscriber",
    },
    {
      id: "psubscribe",
      title: "Subscribe by pattern",
      summary: "From now on this subscriber hears every channel whose name fits.",
      body: z.strictObject({ subscriber, pattern: pattern_ }),
      result: listening,
      actorField: "subscriber",
    },
    {
      id: "unsubscribe",
      title: "Unsubscribe",
      summary: "Gives up a channel or a pattern; everything, where neither is named.",
      body: z.strictObject({ subscriber, channel: name.optional(), pattern: name.optional() }),
      result: listening,
      actorField: "subscriber",
    },
    {
      id: "disconnect",
      title: "Cut off",
      summary: "The network takes this subscriber's connection away: its socket is destroyed.",
      body: justSubscriber,
      result: listening,
      actorField: "subscriber",
    },
    {
      id: "reconnect",
      title: "Reconnect",
      summary: "The network is back: the subscriber listens again to all it had subscribed to.",
      body: justSubscriber,
      result: listening,
      actorField: "subscriber",
    },
    {
      id: "crowd",
      title: "Subscribe many",
      summary: "So many subscribers at once, each with connections of its own.",
      body: z.strictObject({ channel, subscribers: z.int().min(2).max(MAX_CROWD).default(MAX_CROWD) }),
      result: z.strictObject({ listening: z.int(), failed: z.int() }),
      spread: {
        action: "subscribe",
        bodies: ({ channel, subscribers }) =>
          Array.from({ length: Number(subscribers) }, (_, i) => ({ subscriber: `s${i + 1}`, channel: channel ?? "" })),
        sum: (values) => {
          const failed = values.filter((value) => value === null).length;
          return { listening: values.length - failed, failed };
        },
      },
    },
    {
      id: "burst",
      title: "Publish many large ones",
      summary: "One after another, each as large as said: more than waits anywhere for somebody who does not read.",
      body: z.strictObject({
        channel,
        messages: z.int().min(1).max(100).default(48),
        kilobytes: z.int().min(1).max(128).default(128),
        publisher,
      }),
      result: z.strictObject({ messages: z.int() }),
      actorField: "publisher",
    },
  ],
  scenarios,
  faults: [...subscriberFaults(subscriber), crashClient("subscriber", id), ...redisFaults],
  invariant,
  trafficAction: "publish",
  listeningSteps: true,
});
