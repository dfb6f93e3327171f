/** The stories of the queue: all goes well, a worker dies at three different moments, a job that cannot be done, and every order of a death. */
import type { Scenario, ScenarioTools } from "../../contract";
import type { QueueParams } from "./job";

type Tools = ScenarioTools<QueueParams>;

const TIMES = { workMs: 1500, blockMs: 5000, heartbeatMs: 3000, maxAttempts: 3, backoffMs: 500 };

async function enqueue({ act }: Tools, ...payloads: string[]): Promise<void> {
  for (const payload of payloads) await act("enqueue", { payload });
}

/** One after another, so that no two of them do the same thing at the same moment. */
async function start({ act, sleep }: Tools, ...workers: string[]): Promise<void> {
  for (const worker of workers) {
    await act("start-worker", { worker });
    await sleep(50);
  }
}

export const scenarios: Scenario<QueueParams>[] = [
  {
    id: "calm",
    title: "All goes well",
    summary: "Three workers wait, six jobs come in, one after another. Each is done by one of them.",
    params: TIMES,
    expect: { "as-written": "holds", "at-least-once": "holds", safe: "holds" },
    async play(tools: Tools) {
      await start(tools, "w1", "w2", "w3");
      for (const name of ["ann", "ben", "cem", "dora", "eva", "finn"]) {
        await tools.sleep(350);
        await enqueue(tools, `welcome ${name}`);
      }
      await tools.sleep(5000);
    },
  },
  {
    id: "crash-worker",
    title: "A worker dies with a job",
    summary: "Two workers, four jobs. w1 dies in the middle of its first one. Who finishes what it had in hand?",
    params: TIMES,
    expect: { "as-written": "breaks", "at-least-once": "holds", safe: "holds" },
    async play(tools: Tools) {
      await start(tools, "w1", "w2");
      await enqueue(tools, "welcome ann", "invoice ben", "reminder cem", "welcome dora");
      await tools.sleep(600);
      await tools.act("crash-worker", { worker: "w1" });
      await tools.sleep(10_000);
    },
  },
  {
    id: "late-crash",
    title: "…or after the work",
    summary:
      "w1 dies when its email has been sent, before it has said so: the moment that nobody can tell from the one before.",
    params: TIMES,
    expect: { "as-written": "holds", "at-least-once": "breaks", safe: "holds" },
    async play(tools: Tools) {
      await start(tools, "w1", "w2");
      await enqueue(tools, "welcome ann", "invoice ben", "reminder cem");
      await tools.sleep(600);
      // Its next step is the effect; the one after that it does not take.
      await tools.fault("crash-worker", { worker: "w1", afterSteps: 1 });
      await tools.sleep(10_000);
    },
  },
  {
    id: "poison",
    title: "A job that cannot be done",
    summary: "Whoever works on the second job fails. It must neither vanish nor come back for ever.",
    params: TIMES,
    expect: { "as-written": "breaks", "at-least-once": "holds", safe: "holds" },
    async play(tools: Tools) {
      await start(tools, "w1", "w2");
      await enqueue(tools, "welcome ann", "poison", "reminder cem");
      await tools.sleep(12_000);
    },
  },
  {
    id: "explore-crash",
    title: "Dead or slow, at any step",
    summary:
      "A takes the one job there is; it may die at any step, and its heartbeat may end while it lives. B looks after the others once, and takes what comes back.",
    params: { ...TIMES, workMs: 0, blockMs: 0 },
    expect: { "as-written": "breaks", "at-least-once": "breaks", safe: "holds" },
    race: {
      before: ({ act }) => act("enqueue", { payload: "welcome ann" }),
      actors: {
        A: ({ act }) => act("work", { worker: "A" }),
        async B({ act, sleep, params }) {
          const found = await act("reap", { worker: "B" });
          if (!hasReturned(found)) return;
          await sleep(params.backoffMs);
          await act("work", { worker: "B" });
        },
      },
      ticks: 1,
      crashes: ["A"],
      order: {
        "as-written": ["A", "crash:A"],
        "at-least-once": ["A", "A", "tick", "B", "B", "B", "A", "A", "tick", "B"],
        safe: ["A", "A", "tick", "B", "B", "B", "A", "A", "tick", "B"],
      },
      breach: ({ metrics: { lost = 0 } }) => (lost > 0 ? "lose the job" : "do the job twice"),
    },
  },
];

const hasReturned = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "returned" in value && value.returned !== 0;
