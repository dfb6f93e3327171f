/** What each node holds and how it is, folded from what it answers, what is seen of it and what is done to it. Browser-safe. */

import type { EventOf, RunEvent } from "../../events";
import { makeRoom } from "../../families/bounded";
import { holderOf, lockKey } from "../../families/locks/lock";
import { NODES } from "./redlock-params";
import { isYes, questionIn } from "./votes";

/** A notice of what has gone can be read this much later than the answer to what came after it. */
const LATE_NOTICE_US = 50_000;
const MAX_ASKED = 500;

export interface Node {
  node: number;
  up: boolean;
  paused: boolean;
  /** How far its clock has been made to jump. */
  jumpMs: number;
  /** Added to what goes to it and comes from it, each way. */
  delayMs: number;
  /** Who does not get through; `""` is everybody. */
  cut: string[];
  /** By resource: who has its vote, and until when by its own clock. */
  votes: Record<string, { owner: string; value: string; sinceUs: number; untilUs: number }>;
}

export interface Nodes {
  list: Node[];
  /** Questions on their way. */
  asked: Record<number, NonNullable<ReturnType<typeof questionIn>>>;
}

export const newNodes = (): Nodes => ({
  list: Array.from({ length: NODES }, (_, i) => ({
    node: i + 1,
    up: true,
    paused: false,
    jumpMs: 0,
    delayMs: 0,
    cut: [],
    votes: {},
  })),
  asked: {},
});

export function foldNodes(nodes: Nodes, event: RunEvent): void {
  switch (event.type) {
    case "command": {
      const question = questionIn(event);
      if (!question) break;
      makeRoom(nodes.asked, event.seq, MAX_ASKED);
      nodes.asked[event.seq] = question;
      break;
    }
    case "reply":
      hear(nodes, event);
      break;
    case "observation":
      for (const key of event.keys) see(nodes, key, event.atUs);
      break;
    case "key":
      if (["expired", "del", "evicted"].includes(event.event)) forget(nodes, event);
      break;
    case "fault":
      strike(nodes, event);
      break;
  }
}

const nodeOf = ({ list }: Nodes, node: number | undefined): Node | undefined => list[(node ?? 0) - 1];
const isLock = (key: string): boolean => key.startsWith(lockKey(""));
const resourceOf = (key: string): string => key.slice(lockKey("").length);

function hear(nodes: Nodes, event: EventOf<"reply">): void {
  const asked = nodes.asked[event.ref];
  delete nodes.asked[event.ref];
  const node = nodeOf(nodes, event.node);
  if (!asked || !node || !isYes(event)) return;
  const { ask, resource, value, ttlMs } = asked;
  const [, atUs] = event.serverUs;
  const vote = node.votes[resource];
  if (ask === "acquire")
    node.votes[resource] = {
      owner: holderOf(value) ?? event.actor,
      value,
      sinceUs: event.atUs,
      untilUs: atUs + ttlMs * 1000,
    };
  else if (vote?.value === value) {
    if (ask === "release") delete node.votes[resource];
    else vote.untilUs = atUs + ttlMs * 1000;
  }
}

/** The node's own PTTL is the truth; by its own clock, which may have jumped. */
function see(nodes: Nodes, seen: EventOf<"observation">["keys"][number], atUs: number): void {
  const node = nodeOf(nodes, seen.node);
  if (!node || !isLock(seen.key)) return;
  const resource = resourceOf(seen.key);
  const vote = node.votes[resource];
  if (seen.kind === "none") {
    if (vote && vote.sinceUs < atUs - LATE_NOTICE_US) delete node.votes[resource];
  } else if (typeof seen.value === "string" && seen.ttlMs >= 0)
    node.votes[resource] = {
      owner: holderOf(seen.value) ?? "?",
      value: seen.value,
      sinceUs: vote?.value === seen.value ? vote.sinceUs : atUs,
      untilUs: atUs + seen.ttlMs * 1000,
    };
}

function forget(nodes: Nodes, { node: number, key, atUs }: EventOf<"key">): void {
  const node = nodeOf(nodes, number);
  if (!node || !isLock(key)) return;
  const vote = node.votes[resourceOf(key)];
  if (vote && vote.sinceUs < atUs - LATE_NOTICE_US) delete node.votes[resourceOf(key)];
}

function strike(nodes: Nodes, event: EventOf<"fault">): void {
  if (event.fault === "kill-redis" || event.fault === "restart-redis") {
    for (const node of nodes.list) end(node, event.fault === "restart-redis");
    return;
  }
  const node = nodeOf(nodes, event.node);
  if (!node) return;
  // "alice and node 3", or "node 3".
  const who = / and node /.test(event.target) ? event.target.replace(/ and node .*$/, "") : "";
  switch (event.fault) {
    case "kill":
    case "restart-delayed":
      end(node, false);
      break;
    case "restart-empty":
      end(node, true);
      break;
    case "pause-node":
      node.paused = true;
      break;
    case "resume-node":
      node.paused = false;
      break;
    case "partition":
      if (!node.cut.includes(who)) node.cut.push(who);
      break;
    case "delay":
      node.delayMs = event.ms ?? 0;
      break;
    case "heal":
      node.cut = who ? node.cut.filter((one) => one !== who) : [];
      node.delayMs = 0;
      break;
    case "clock-jump":
      node.jumpMs += event.ms ?? 0;
      break;
  }
}

/** Its process is gone, and every vote with it. */
function end(node: Node, back: boolean): void {
  node.up = back;
  node.paused = false;
  node.votes = {};
}

export const isCut = ({ up, cut }: Node, owner: string): boolean => !up || cut.includes("") || cut.includes(owner);
