/** The stories of publish and subscribe: all are there, one is away, one reads too slowly, and every order of being away. */
import type { Scenario, ScenarioTools } from "../../contract";
import type { PubSubParams } from "./subscriptions";

type Tools = ScenarioTools<PubSubParams>;

const CHANNEL = "user:100:events";
const OTHER = "user:200:events";
/** No whole number of polls: nobody reads at the moment at which something else happens. */
const STEP_MS = 330;

const dashboard = { subscriber: "dashboard", channel: CHANNEL };
const mailer = { subscriber: "mailer", channel: CHANNEL };
const audit = { subscriber: "audit", pattern: "user:*:events" };

async function publish({ act, sleep }: Tools, ...messages: [channel: string, message: string][]): Promise<void> {
  for (const [channel, message] of messages) {
    await act("publish", { channel, message });
    await sleep(STEP_MS);
  }
}

async function allSubscribe({ act, sleep }: Tools): Promise<void> {
  await act("subscribe", dashboard);
  await act("subscribe", mailer);
  await act("psubscribe", audit);
  await sleep(STEP_MS);
}

export const scenarios: Scenario<PubSubParams>[] = [
  {
    id: "all-listening",
    title: "All are listening",
    summary:
      "Two subscribers listen to one user's channel, a third to those of all users, by a pattern. Six messages go out, and nobody is away.",
    expect: { "as-written": "holds", safe: "holds" },
    async play(tools: Tools) {
      await allSubscribe(tools);
      await publish(
        tools,
        [CHANNEL, "signed in"],
        [CHANNEL, "ordered"],
        [OTHER, "signed in"],
        [CHANNEL, "paid"],
        [OTHER, "signed out"],
        [CHANNEL, "shipped"],
      );
    },
  },
  {
    id: "away",
    title: "One is away for a moment",
    summary:
      "The network takes the mailer's connection away. Three messages go out meanwhile; then it is back, and two more follow.",
    expect: { "as-written": "breaks", safe: "holds" },
    async play(tools: Tools) {
      await allSubscribe(tools);
      await publish(tools, [CHANNEL, "signed in"], [CHANNEL, "ordered"]);
      await tools.act("disconnect", { subscriber: "mailer" });
      await tools.sleep(STEP_MS);
      await publish(tools, [CHANNEL, "paid"], [OTHER, "signed in"], [CHANNEL, "packed"], [CHANNEL, "shipped"]);
      await tools.act("reconnect", { subscriber: "mailer" });
      await tools.sleep(STEP_MS);
      await publish(tools, [CHANNEL, "delivered"], [CHANNEL, "signed out"]);
    },
  },
  {
    id: "slow-subscriber",
    title: "One reads too slowly",
    summary:
      "Redis is told to let at most 512 kB wait for a subscriber. The mailer's process stands still for three seconds, while a camera sends 48 images of 128 kB.",
    expect: { "as-written": "breaks", safe: "holds" },
    async play(tools: Tools) {
      const { act, sleep, fault } = tools;
      await act("subscribe", dashboard);
      await act("subscribe", mailer);
      await sleep(STEP_MS);
      await publish(tools, [CHANNEL, "ordered"]);
      await fault("limit-buffers", { kilobytes: 512 });
      await fault("stall-subscriber", { subscriber: "mailer", ms: 3000 });
      await sleep(STEP_MS);
      await act("burst", { channel: CHANNEL, messages: 48, kilobytes: 128 });
      await sleep(3000);
      await act("reconnect", { subscriber: "mailer" });
      await sleep(STEP_MS);
      await publish(tools, [CHANNEL, "shipped"]);
    },
  },
  {
    id: "explore-away",
    title: "Away at the wrong moment",
    summary:
      "The mailer subscribes, loses its connection and comes back, while two messages are published. In which orders does it lack one?",
    expect: { "as-written": "breaks", safe: "holds" },
    race: {
      actors: {
        async mailer({ act }) {
          await act("subscribe", mailer);
          await act("disconnect", { subscriber: "mailer" });
          await act("reconnect", { subscriber: "mailer" });
          // Once more: what came after it was back is read as well.
          await act("reconnect", { subscriber: "mailer" });
        },
        async publisher({ act }) {
          await act("publish", { channel: CHANNEL, message: "paid" });
          await act("publish", { channel: CHANNEL, message: "shipped" });
        },
      },
      order: ["mailer", "publisher", "mailer", "publisher", "mailer"],
      breach: () => "leave the mailer without a message that was published while it was away",
    },
  },
];
