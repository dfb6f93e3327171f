/** What may be broken of a run's independent nodes, and of the way to them. */
import { z } from "zod";
import type { FaultCode } from "./faults";
import { PlaygroundError } from "./playground-error";
import type { Run } from "./run";
import type { RunNodes } from "./run-nodes";

const theNode = z.object({ node: z.number() });
const nodeAndMs = z.object({ node: z.number(), ms: z.number() });
const link = z.object({ node: z.number(), owner: z.string().optional() });
const slowLink = link.extend({ ms: z.number() });
const lossyLink = link.extend({ lost: z.enum(["both", "requests", "replies"]) });

const at = (node: number, owner: string | null = null) => ({
  target: owner === null ? `node ${node}` : `${owner} and node ${node}`,
  node,
});
const LOST = {
  both: "nothing gets through",
  requests: "nothing that is sent arrives",
  replies: "no answer comes back",
};

export const nodeFaults: Readonly<Record<string, FaultCode>> = {
  "clock-jump": {
    async pull(run, body) {
      const { node, ms } = nodeAndMs.parse(body);
      if (!nodesOf(run, node).jump(node, ms)) throw noVirtualClock();
      const direction = ms < 0 ? "back" : "forward";
      return { ...at(node), ms, text: `Node ${node}'s clock jumps ${inSeconds(Math.abs(ms))} ${direction}.` };
    },
  },
  delay: {
    async pull(run, body) {
      const { node, owner = null, ms } = slowLink.parse(body);
      nodesOf(run, node).lab.break(node, owner, { delayMs: ms });
      return { ...at(node, owner), ms, text: `${between(node, owner)} everything takes ${ms} ms longer, each way.` };
    },
  },
  heal: {
    async pull(run, body) {
      const { node, owner = null } = link.parse(body);
      nodesOf(run, node).lab.heal(node, owner);
      return {
        ...at(node, owner),
        text: `${between(node, owner)} the network is as it should be; what waited arrives.`,
      };
    },
  },
  kill: {
    async pull(run, body) {
      const { node } = theNode.parse(body);
      const nodes = nodesOf(run, node);
      const { pid } = nodes.lab.server(node);
      await nodes.kill(node);
      return {
        ...at(node),
        text: pid ? `kill -9 ${pid}: node ${node} is gone, and with it every key.` : downAlready(node),
      };
    },
  },
  partition: {
    async pull(run, body) {
      const { node, owner = null, lost } = lossyLink.parse(body);
      nodesOf(run, node).lab.break(node, owner, { lost });
      return { ...at(node, owner), text: `${between(node, owner)} ${LOST[lost]}.` };
    },
  },
  "pause-node": {
    async pull(run, body) {
      const { node } = theNode.parse(body);
      const nodes = nodesOf(run, node);
      if (!nodes.lab.server(node).alive) throw new PlaygroundError(409, "node_down", downAlready(node));
      await nodes.pause(node).catch((error: Error) => {
        throw new PlaygroundError(409, "not_possible", error.message);
      });
      return { ...at(node), text: `SIGSTOP: node ${node} stands still. What is sent to it waits in its socket.` };
    },
  },
  "resume-node": {
    async pull(run, body) {
      const { node } = theNode.parse(body);
      nodesOf(run, node).resume(node);
      return { ...at(node), text: `SIGCONT: node ${node} goes on, and answers what has come in meanwhile.` };
    },
  },
  "restart-delayed": {
    async pull(run, body, by) {
      const { node, ms } = nodeAndMs.parse(body);
      const text = `Node ${node} starts again, empty, after ${inSeconds(ms)}.`;
      const back = { type: "fault" as const, fault: "restart-empty", ...at(node), by, text };
      await nodesOf(run, node).restartAfter(node, ms, back);
      return { ...at(node), ms, text: `kill -9: node ${node} is gone, and starts again, empty, in ${inSeconds(ms)}.` };
    },
  },
  "restart-empty": {
    async pull(run, body) {
      const { node } = theNode.parse(body);
      await started(nodesOf(run, node).restart(node));
      return restartFault(node);
    },
  },
};

export const noVirtualClock = () =>
  new PlaygroundError(
    409,
    "no_virtual_clock",
    "A server's clock can only be moved with the clock shim, which this machine could not compile.",
  );

/** What the trace tells of a node that has been restarted at once. */
export const restartFault = (node: number) => ({
  ...at(node),
  text: `Node ${node} has crashed and is back at once, empty: it keeps nothing on disk.`,
});

/** `kill-redis` and `restart-redis` where there are nodes: all of them. */
export async function killAllNodes(nodes: RunNodes): Promise<string> {
  await Promise.all(nodes.lab.numbers.map((node) => nodes.kill(node)));
  return `kill -9: all ${nodes.lab.numbers.length} nodes are gone, and with them every key.`;
}

export async function restartAllNodes(nodes: RunNodes): Promise<string> {
  await started(Promise.all(nodes.lab.numbers.map((node) => nodes.restart(node))));
  return `All ${nodes.lab.numbers.length} nodes are up, and empty.`;
}

/** @throws PlaygroundError 400 or 409 */
function nodesOf({ nodes, pattern }: Run, node: number): RunNodes {
  if (!nodes) throw new PlaygroundError(409, "no_nodes", `${pattern.title} has no nodes.`);
  if (!nodes.lab.numbers.includes(node))
    throw new PlaygroundError(400, "invalid", `node: must be from 1 to ${nodes.lab.numbers.length}`, { field: "node" });
  return nodes;
}

async function started(work: Promise<unknown>): Promise<void> {
  await work.catch((error: Error) => {
    throw new PlaygroundError(503, "redis_unavailable", `The node did not come up: ${error.message}`);
  });
}

const between = (node: number, owner: string | null) => `Between ${owner ?? "everybody"} and node ${node}`;
const downAlready = (node: number) => `Node ${node} is down already.`;
const inSeconds = (ms: number) => (ms < 1000 ? `${ms} ms` : `${ms / 1000} s`);
