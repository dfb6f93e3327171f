/**
 * Reads out of the commands to the nodes who won a majority, when, and for how long by the owner's own reckoning. Two owners of
 * one resource whose leases both last, as far as each can know, are kept with their beginning. Browser-safe, JSON, bounded.
 */

import type { EventOf } from "../../events";
import { makeRoom } from "../../families/bounded";
import type { TenureReader } from "../../families/locks/ledger";
import { acquired, believesNoMore, leaseEnds, type Tenure, type Tenures } from "../../families/locks/tenures";
import { NODES } from "./redlock-params";

export const QUORUM = Math.floor(NODES / 2) + 1;
const LOCK = "lock:";
/** As in redlock.ts. */
const driftMs = (ttlMs: number) => Math.ceil(ttlMs * 0.01 + 2);
const MAX_OPEN = 500;
const MAX_OVERLAPS = 50;
const FENCE = /:\d+$/;

export type Ask = "acquire" | "extend" | "release";

/** One question to all nodes. */
export interface Round {
  ask: Ask;
  owner: string;
  resource: string;
  /** What the nodes hold. */
  value: string;
  action: number | null;
  /** When the first node was asked, and the number of that event. */
  sentUs: number;
  seq: number;
  ttlMs: number;
  /** Nodes that said yes, in the order of their answers. */
  yes: number[];
  /** And no, or nothing at all. */
  no: number[];
  /** It has its majority. */
  won: boolean;
}

/** From when on two tenures lasted beside each other. */
export interface Overlap {
  resource: string;
  first: number;
  second: number;
  fromUs: number;
}

export interface VoteReading {
  rounds: Record<string, Round>;
  /** Of a command on its way: its round and node. */
  asked: Record<number, { round: string; node: number }>;
  /** Queries for a fencing token on their way, with the call that asks. */
  minting: Record<number, number>;
  overlaps: Overlap[];
  nowUs: number;
}

export const voteReader: TenureReader<VoteReading> = {
  initial: () => ({ rounds: {}, asked: {}, minting: {}, overlaps: [], nowUs: 0 }),
  fold(state, tenures, event) {
    state.nowUs = event.atUs;
    switch (event.type) {
      case "command":
        askNode(state, tenures, event);
        break;
      case "reply":
        hearNode(state, tenures, event);
        break;
      case "query":
        if (event.action !== null && /nextval\('fencing_tokens'\)/.test(event.sql))
          state.minting[event.seq] = event.action;
        break;
      case "rows":
        mint(state, tenures, event);
        break;
    }
  },
};

/** What is asked of a node by this command; null when it is none of ours. */
export function questionIn({ name, args, script, node }: EventOf<"command">) {
  if (node === undefined) return null;
  if (script) {
    // Its name, the number of keys, the key, arguments.
    const [, , key = "", value = "", ttl = "0"] = args;
    const ask = /^(extend|release)-/.exec(script)?.[1] as Ask | undefined;
    return ask && key.startsWith(LOCK)
      ? { ask, resource: key.slice(LOCK.length), value, ttlMs: Number(ttl), node }
      : null;
  }
  const [key = "", value = "", , ttl = "0"] = args;
  if (name !== "SET" || !key.startsWith(LOCK)) return null;
  return { ask: "acquire" as const, resource: key.slice(LOCK.length), value, ttlMs: Number(ttl), node };
}

export const isYes = ({ value, error }: EventOf<"reply">): boolean =>
  error === undefined && (value === "OK" || value === 1);

/** The tenure of what the nodes hold, whatever its fencing token */
const byValue = ({ list }: Tenures, value: string): Tenure | undefined =>
  list.findLast(({ token }) => token === value || token.replace(FENCE, "") === value);

function askNode(state: VoteReading, tenures: Tenures, event: EventOf<"command">): void {
  const question = questionIn(event);
  if (!question) return;
  const { ask, resource, value, ttlMs, node } = question;
  const { actor: owner, action, atUs } = event;
  const id = `${ask} ${value} ${action}`;
  if (!state.rounds[id]) {
    makeRoom(state.rounds, event.seq, MAX_OPEN);
    state.rounds[id] = {
      ask,
      owner,
      resource,
      value,
      action,
      seq: event.seq,
      sentUs: atUs,
      ttlMs,
      yes: [],
      no: [],
      won: false,
    };
    // Who asks for it to be deleted has done with it, whatever the answer.
    if (ask === "release") believesNoMore(byValue(tenures, value), atUs);
  }
  makeRoom(state.asked, event.seq, MAX_OPEN);
  state.asked[event.seq] = { round: id, node };
}

function hearNode(state: VoteReading, tenures: Tenures, event: EventOf<"reply">): void {
  const asked = state.asked[event.ref];
  const round = asked && state.rounds[asked.round];
  delete state.asked[event.ref];
  if (!asked || !round) return;
  (isYes(event) ? round.yes : round.no).push(asked.node);
  if (round.won || round.yes.length < QUORUM) return;
  round.won = true;
  const mine = byValue(tenures, round.value);
  const leaseEndUs = round.sentUs + (round.ttlMs - driftMs(round.ttlMs)) * 1000;
  if (round.ask === "release") leaseEnds(mine, event.atUs, "released");
  else if (round.ask === "extend") {
    if (mine) mine.leaseEndUs = leaseEndUs;
    // A majority that comes when the time is over is none; nor one that comes to an owner who has given up.
  } else if (event.atUs < leaseEndUs && !state.rounds[`release ${round.value} ${round.action}`])
    win(state, tenures, round, event.atUs, leaseEndUs);
}

function win(state: VoteReading, tenures: Tenures, round: Round, fromUs: number, leaseEndUs: number): void {
  const { owner, resource, value: token, action } = round;
  const others = tenures.list.filter((one) => one.resource === resource && isOwnerAt(one, fromUs));
  const { n } = acquired(tenures, { owner, resource, token, fence: 0, action, fromUs, leaseEndUs });
  for (const { n: first } of others)
    if (state.overlaps.length < MAX_OVERLAPS) state.overlaps.push({ resource, first, second: n, fromUs });
}

/** The number comes after the majority. */
function mint(state: VoteReading, tenures: Tenures, event: EventOf<"rows">): void {
  const action = state.minting[event.ref];
  delete state.minting[event.ref];
  const fence = Number(event.rows?.[0]?.token);
  const mine = action === undefined ? undefined : tenures.list.findLast((one) => one.action === action);
  if (!mine || mine.fence || !Number.isSafeInteger(fence)) return;
  mine.fence = fence;
  mine.token = `${mine.token}:${fence}`;
}

/** When an owner stops being one by its own reckoning: its time is over, it gave the lock back, or it died. */
export const ownsUntilUs = ({ leaseEndUs, doneUs }: Tenure): number => Math.min(leaseEndUs, doneUs ?? leaseEndUs);

const isOwnerAt = (tenure: Tenure, us: number): boolean => tenure.fromUs <= us && us < ownsUntilUs(tenure);

/** Owners of one resource at this moment, each of them right by its own reckoning: of the resource that has the most. */
export function ownersAt({ list }: Tenures, us: number): Tenure[] {
  const owners = list.filter((tenure) => isOwnerAt(tenure, us));
  const of = (resource: string) => owners.filter((tenure) => tenure.resource === resource);
  return owners
    .map(({ resource }) => of(resource))
    .reduce<Tenure[]>((most, one) => (one.length > most.length ? one : most), []);
}

export interface TwoOwners {
  fromUs: number;
  untilUs: number;
}

/** When two lasted beside each other, until now. The tenures of what is long past may be forgotten. */
export function timesOfTwo({ overlaps, nowUs }: VoteReading, { list }: Tenures): TwoOwners[] {
  const endOf = (n: number) => {
    const tenure = list.find((one) => one.n === n);
    return tenure ? ownsUntilUs(tenure) : nowUs;
  };
  return overlaps.map(({ first, second, fromUs }) => ({
    fromUs,
    untilUs: Math.max(fromUs, Math.min(endOf(first), endOf(second), nowUs)),
  }));
}
