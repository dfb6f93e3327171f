/** The picture of Redlock: five nodes and their votes, who believes to have the lock, and what the protected row says. */
import { defineStage, type NodeMessage } from "../../contract";
import type { EventOf, RunEvent } from "../../events";
import { ownerLane, renewed } from "../../families/locks/lease-panel";
import { foldLedger } from "../../families/locks/ledger";
import { answered, finishWait, foldOwner, markStep } from "../../families/locks/owner-lanes";
import { foldNodes } from "./nodes";
import { panels } from "./panels";
import { say } from "./say";
import { initial, nodeId, roundsOf, type State } from "./state";
import { isYes, type Round, voteReader } from "./votes";

const MAX_MESSAGES = 60;
const MAX_ROUNDS = 16;

export const stage = defineStage<State>({ initial, fold, panels, say });

function fold(before: State, event: RunEvent): State {
  if (event.type === "run") return foldRun(before, event);
  const state = before;
  const { read } = state.ledger;
  // What is asked about is forgotten with the answer.
  const asked = event.type === "reply" ? read.asked[event.ref] : undefined;
  const wonBefore = asked ? read.rounds[asked.round]?.won : undefined;
  const { ledger, step } = foldLedger(state.ledger, voteReader, event);
  state.ledger = ledger;
  foldNodes(state.nodes, event);
  if (event.type === "command") begin(state, event);
  const round = asked && ledger.read.rounds[asked.round];
  if (event.type === "reply" && asked && round) hear(state, event, round, asked.node, wonBefore ?? false);
  if (event.type === "actor") foldOwner(state.lanes, event);
  if (event.type === "result" && (event.name === "acquire" || event.name === "work")) {
    finishWait(state.lanes, event);
    for (const one of roundsOf(state)) if (one.action === event.action) closeRound(state, one, event);
  }
  if (step) {
    state.resource = step.resource;
    markStep(state.lanes, ledger.tenures, step);
  }
  return state;
}

function foldRun(state: State, event: EventOf<"run">): State {
  const afresh = event.status === "started" || event.status === "reset";
  const next = afresh ? initial() : state;
  next.ledger = foldLedger(state.ledger, voteReader, event).ledger;
  if (typeof event.params.ttlMs === "number") next.ttlMs = event.params.ttlMs;
  return next;
}

/** An owner asks all nodes for something. */
/** With its first question a round begins. */
function begin(state: State, event: EventOf<"command">): void {
  const { asked, rounds } = state.ledger.read;
  const id = asked[event.seq]?.round ?? "";
  const round = rounds[id];
  if (round?.seq !== event.seq) return;
  const lane = ownerLane(state.lanes, round.owner, event.atUs);
  const mine = roundsOf(state).find(({ owner }) => owner === round.owner);
  if (round.ask === "release" && mine?.value === round.value) {
    // It gives back what it asked for and did not get.
    if (!mine.won) answered(lane, event.atUs, false);
    closeRound(state, mine, event);
  }
  if (round.ask !== "acquire") return;
  state.latest = [...state.latest.filter((one) => rounds[one] && rounds[one] !== mine), id].slice(-MAX_ROUNDS);
  state.messages = state.messages.filter(({ from, to }) => from !== round.owner && to !== round.owner);
}

/** A vote comes in. */
function hear(state: State, event: EventOf<"reply">, round: Round, node: number, wonBefore: boolean): void {
  const [, atUs] = event.serverUs;
  if (round.ask === "extend" && round.won && !wonBefore) renewed(ownerLane(state.lanes, round.owner, event.atUs), atUs);
  if (round.ask !== "acquire") return;
  if (round.won && !wonBefore) answered(ownerLane(state.lanes, round.owner, event.atUs), event.atUs, true);
  const vote = { id: event.seq, from: nodeId(node), to: round.owner, atUs: event.atUs };
  if (event.error !== undefined) tell(state, { ...vote, from: round.owner, to: nodeId(node), outcome: "missed" });
  else tell(state, { ...vote, outcome: isYes(event) ? "arrived" : "refused" });
}

/** Who has not answered by now is too late. */
function closeRound(state: State, round: Round, { seq, atUs }: RunEvent): void {
  const answeredBy = new Set([...round.yes, ...round.no]);
  for (const { node } of state.nodes.list) {
    const known = state.messages.some(({ from, to }) => from === round.owner && to === nodeId(node));
    if (answeredBy.has(node) || known) continue;
    tell(state, { id: seq + node / 16, from: round.owner, to: nodeId(node), atUs, outcome: "missed" });
  }
}

function tell(state: State, message: Omit<NodeMessage, "text">): void {
  // The end of a link says yes, no, or nothing.
  state.messages.push({ ...message, text: "" });
  if (state.messages.length > MAX_MESSAGES) state.messages.shift();
}
