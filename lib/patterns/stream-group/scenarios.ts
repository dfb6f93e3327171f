/** The stories of the consumer group: all goes well, one comes late, one dies, one comes back, a job cannot be done, a group is slow. */
import type { RaceActor, Scenario, ScenarioTools } from "../../contract";
import type { StreamParams } from "./jobs";

type Tools = ScenarioTools<StreamParams>;
type Actor = RaceActor<StreamParams>;
type Acting = Pick<Tools, "act">;

const MAIL = "email-workers";
const COUNT = "analytics";
/** No whole number of polls: nobody reads at the moment at which something else happens. */
const STEP_MS = 230;
const HUMAN = { claimIdleMs: 3000, pollMs: 500, databaseMs: 200, maxDeliveries: 3, retentionMs: 60_000 };

const add = ({ act }: Acting, payload: string, type = "email") => act("add", { type, payload });

async function addAll(tools: Tools, payloads: readonly string[], everyMs = STEP_MS): Promise<void> {
  for (const payload of payloads) {
    await add(tools, payload);
    if (everyMs > 0) await tools.sleep(everyMs);
  }
}

/** @param createGroup as the notes have it only the first of a group does; who asks for it once more fails there */
const start = ({ act }: Acting, consumer: string, group = MAIL, createGroup = true) =>
  act("start-consumer", { consumer, group, createGroup });

/** As written it must be told that the group is there. */
const startAgain = async (tools: Tools, consumer: string) =>
  (await start(tools, consumer)) ?? (await start(tools, consumer, MAIL, false));

const numbered = (what: string, count: number) => Array.from({ length: count }, (_, i) => `${what} ${i + 1}`);

export const scenarios: Scenario<StreamParams>[] = [
  {
    id: "calm",
    title: "Two groups, three consumers",
    summary:
      "Eight jobs. Two consumers share them in one group; another group gets every one of them again, at its own pace. Nothing dies.",
    params: HUMAN,
    expect: { "as-written": "holds", safe: "holds", maxlen: "holds" },
    async play(tools: Tools) {
      await start(tools, "mailer-1");
      await start(tools, "counter", COUNT);
      await tools.sleep(STEP_MS);
      await start(tools, "mailer-2", MAIL, false);
      await addAll(tools, numbered("order", 8));
      await tools.sleep(2000);
    },
  },
  {
    id: "before-the-group",
    title: "A job before the group",
    summary:
      "One job is in the stream when the group's first consumer starts, another comes after it. How many does the group see?",
    params: HUMAN,
    expect: { "as-written": "breaks", safe: "holds", maxlen: "holds" },
    async play(tools: Tools) {
      await addAll(tools, ["order 1"]);
      await start(tools, "mailer-1");
      await tools.sleep(STEP_MS);
      await addAll(tools, ["order 2"]);
      await tools.sleep(1500);
    },
  },
  {
    id: "crash-consumer",
    title: "A consumer dies at work",
    summary:
      "Mailer 1 has read six jobs when its process dies. Mailer 2 works on beside it. Who takes up what the dead one had?",
    params: HUMAN,
    expect: { "as-written": "breaks", safe: "holds", maxlen: "holds" },
    async play(tools: Tools) {
      await start(tools, "mailer-1");
      await tools.sleep(STEP_MS);
      await start(tools, "mailer-2", MAIL, false);
      await addAll(tools, numbered("order", 6), 0);
      // Mailer 1 reads at 500 ms; its first jobs take until 700 ms.
      await tools.sleep(370);
      await tools.fault("crash-consumer", { consumer: "mailer-1" });
      await tools.sleep(600);
      await addAll(tools, ["order 7", "order 8"]);
      await tools.sleep(5500);
    },
  },
  {
    id: "restart",
    title: "Dead, and back again",
    summary:
      "The only consumer dies with four jobs in its hands, and comes back under its old name. Does it remember them?",
    params: HUMAN,
    expect: { "as-written": "breaks", safe: "holds", maxlen: "holds" },
    async play(tools: Tools) {
      await start(tools, "mailer-1");
      await addAll(tools, numbered("order", 4), 0);
      await tools.sleep(600);
      await tools.fault("crash-consumer", { consumer: "mailer-1" });
      await tools.sleep(1000);
      await startAgain(tools, "mailer-1");
      await addAll(tools, ["order 5"]);
      await tools.sleep(5500);
    },
  },
  {
    id: "poison",
    title: "A job that cannot be done",
    summary:
      "One job of five throws, however often it is tried. The others must not wait for it, and somebody must be told of it.",
    params: { ...HUMAN, claimIdleMs: 1500 },
    expect: { "as-written": "breaks", safe: "holds", maxlen: "holds" },
    async play(tools: Tools) {
      await start(tools, "mailer-1");
      await tools.sleep(STEP_MS);
      await addAll(tools, ["order 1", "order 2"]);
      await add(tools, "no address", "poison");
      await addAll(tools, ["order 3", "order 4"]);
      await tools.sleep(8000);
    },
  },
  {
    id: "slow-group",
    title: "A group that falls behind",
    summary:
      "The second group's only consumer stops for three seconds, while thirty jobs come. The stream is being trimmed all the while. What is left for it?",
    params: { ...HUMAN, databaseMs: 50, retentionMs: 1000, maxLen: 12 },
    expect: { "as-written": "holds", safe: "holds", maxlen: "breaks" },
    async play(tools: Tools) {
      await start(tools, "mailer-1");
      await start(tools, "counter", COUNT);
      await addAll(tools, numbered("order", 4));
      await tools.sleep(800);
      await tools.act("stop-consumer", { consumer: "counter", group: COUNT });
      await addAll(tools, numbered("rush", 30), 100);
      await start(tools, "counter", COUNT, false);
      await tools.sleep(5000);
    },
  },
  {
    id: "explore-crash",
    title: "A consumer that may die at any step",
    summary:
      "Two consumers and one job. The first may die at any step; the second works on, and takes its turn twice more.",
    params: { ...HUMAN, databaseMs: 0 },
    expect: { "as-written": "breaks", safe: "holds", maxlen: "holds" },
    race: {
      async before(actor: Actor) {
        await start(actor, "setup");
        await actor.act("stop-consumer", { consumer: "setup", group: MAIL });
        await add(actor, "order 1");
      },
      actors: {
        A: (actor) => start(actor, "A", MAIL, false),
        async B(actor) {
          await start(actor, "B", MAIL, false);
          await actor.sleep(actor.params.claimIdleMs + actor.params.pollMs / 2);
          // As written has nothing to take over with.
          await actor.act("claim", { consumer: "B", group: MAIL }).catch(() => null);
          await actor.sleep(actor.params.pollMs + 1500);
          await actor.act("stop-consumer", { consumer: "B", group: MAIL });
        },
      },
      crashes: ["A"],
      // A has read the job, and dies before its effect.
      order: ["A", "A", "crash:A", "B"],
      breach: () => "leave the job with a dead consumer for ever",
    },
  },
];
