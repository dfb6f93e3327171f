/** What a person or a scenario may break, by id. A pattern declares which of them it offers. */
import { z } from "zod";
import type { Gate } from "./gate";
import { killAllNodes, nodeFaults, restartAllNodes } from "./node-faults";
import { PlaygroundError } from "./playground-error";
import type { QueryDesk } from "./query-desk";
import type { Run } from "./run";

export interface FaultCode {
  /** Answers the sentence for the trace. */
  pull(
    run: Run,
    body: Record<string, unknown>,
    by: "person" | "scenario",
  ): Promise<{ target: string; node?: number; ms?: number; text: string }>;
}

const justMs = z.object({ ms: z.number() });
const clientAndMs = z.object({ client: z.string(), ms: z.number() });
const clientAndCommands = z.object({ client: z.string(), afterCommands: z.number() });
const consumerAndCommands = z.object({ consumer: z.string(), afterCommands: z.number() });
const justOwner = z.object({ owner: z.string() });
const workerAndSteps = z.object({ worker: z.string(), afterSteps: z.number() });
const justKilobytes = z.object({ kilobytes: z.number() });
const subscriberAndMs = z.object({ subscriber: z.string(), ms: z.number() });
const ownerPause = z.object({ owner: z.string(), ms: z.number(), afterCommands: z.number() });

export const faults: Readonly<Record<string, FaultCode>> = {
  ...nodeFaults,
  "crash-client": {
    async pull(run, body) {
      const { client, afterCommands } = clientAndCommands.parse(body);
      const { gate } = await run.actors.get(client);
      gate.strikeAfter(afterCommands, () => run.actors.crash(client, "restarts"));
      const after = afterCommands === 0 ? "before its next command" : `after ${afterCommands} more of its commands`;
      return { target: client, text: `${client}'s app server was told to die ${after}.` };
    },
  },
  "crash-consumer": {
    async pull(run, body) {
      const { consumer, afterCommands } = consumerAndCommands.parse(body);
      const { gate } = await run.actors.get(consumer);
      const strike = () => run.actors.crash(consumer, "restarts");
      strikeAt(gate, afterCommands, strike);
      const when = afterCommands === 0 ? "has died" : `dies after ${afterCommands} more of its commands`;
      return { target: consumer, text: `${consumer} ${when}. What it had read stays pending in its name.` };
    },
  },
  "crash-owner": {
    async pull(run, body) {
      const { owner } = justOwner.parse(body);
      await run.actors.get(owner);
      run.actors.crash(owner);
      return { target: owner, text: `${owner} has died, and with it all that it was doing. Nobody tells Redis.` };
    },
  },
  "crash-worker": {
    async pull(run, body) {
      const { worker, afterSteps } = workerAndSteps.parse(body);
      const { gate } = await run.actors.get(worker);
      const strike = () => run.actors.crash(worker);
      strikeAt(gate, afterSteps, strike);
      const text =
        afterSteps === 0
          ? `${worker} has died, and with it all that it was doing. Nobody tells Redis.`
          : `${worker} is about to die, after ${afterSteps} more ${afterSteps === 1 ? "step" : "steps"}.`;
      return { target: worker, text };
    },
  },
  "fail-database": {
    async pull(run) {
      databaseOf(run).failing = true;
      return { target: "database", text: "From now on every query fails, until the database is healed." };
    },
  },
  "fill-redis": {
    async pull(run) {
      await run.memory.fill(run.observing());
      return { target: "redis", text: "Redis has no memory left and refuses what needs some (OOM)." };
    },
  },
  "free-redis": {
    async pull(run) {
      await run.memory.free(run.observing());
      return { target: "redis", text: "Redis has memory again." };
    },
  },
  "heal-database": {
    async pull(run) {
      databaseOf(run).heal();
      return { target: "database", text: "The database answers again, at its usual speed." };
    },
  },
  "kill-redis": {
    async pull(run) {
      if (run.nodes) return { target: "every node", text: await killAllNodes(run.nodes) };
      const { pid, appendOnly } = run.server;
      run.server.kill();
      await run.died();
      const rest = appendOnly === "no" ? "and with it every key" : "and what it kept stands in its append-only file";
      return { target: "redis", text: `kill -9 ${pid}: this run's Redis is gone, ${rest}.` };
    },
  },
  "limit-buffers": {
    async pull(run, body) {
      const { kilobytes } = justKilobytes.parse(body);
      await run.buffers.set(run.observing(), kilobytes);
      return {
        target: "redis",
        text: `Redis closes every subscriber for whom more than ${kilobytes.toLocaleString("en-US")} kB waits to be read.`,
      };
    },
  },
  "pause-owner": {
    async pull(run, body) {
      const { owner, ms, afterCommands } = ownerPause.parse(body);
      run.mustNotRace();
      const actor = await run.actors.get(owner);
      const pause = () => {
        const goOn = run.actors.pause(actor);
        void run.clock.sleep(ms).then(goOn);
      };
      strikeAt(actor.gate, afterCommands, pause);
      const commands = afterCommands === 1 ? "command" : "commands";
      const when = afterCommands === 0 ? "now" : `after ${afterCommands} more ${commands}`;
      return { target: owner, ms, text: `${owner} stands still for ${ms / 1000} s, from ${when} on.` };
    },
  },
  "restart-redis": {
    async pull(run) {
      if (run.nodes) return { target: "every node", text: await restartAllNodes(run.nodes) };
      const back = await run.restartRedis();
      return { target: "redis", text: `A new redis-server listens at the same address. ${back}` };
    },
  },
  "slow-database": {
    async pull(run, body) {
      const { ms } = justMs.parse(body);
      databaseOf(run).slowMs = ms;
      return { target: "database", ms, text: `Every query now waits ${ms} ms more before PostgreSQL gets it.` };
    },
  },
  "skew-clock": {
    async pull(run, body) {
      const { client, ms } = clientAndMs.parse(body);
      const actor = await run.actors.get(client);
      actor.skewMs = ms;
      const direction = ms < 0 ? "behind" : "ahead";
      return { target: client, ms, text: `${client}'s app server now runs ${Math.abs(ms) / 1000} s ${direction}.` };
    },
  },
  "stall-subscriber": {
    async pull(run, body) {
      const { subscriber, ms } = subscriberAndMs.parse(body);
      run.mustNotRace();
      const actor = await run.actors.get(subscriber);
      const { process } = actor;
      const goOn = run.actors.pause(actor);
      process.stopReading();
      void run.clock.sleep(ms).then(async () => {
        // Stalled once more meanwhile, it goes on when that is over.
        if (actor.pauses === 1) await process.readOn((clientId) => run.knowsClient(clientId));
        goOn();
      });
      return { target: subscriber, ms, text: `${subscriber} stands still for ${ms / 1000} s: it reads nothing.` };
    },
  },
};

/** Now, or when so many more of its steps are out. */
function strikeAt(gate: Gate, afterSteps: number, strike: () => void): void {
  if (afterSteps === 0) strike();
  else gate.strikeAfter(afterSteps, strike);
}

function databaseOf({ queries, pattern }: Run): QueryDesk {
  if (!queries) throw new PlaygroundError(409, "no_database", `${pattern.title} has no database.`);
  return queries;
}
