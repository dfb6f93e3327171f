/**
 * The books that verdict and picture share: what the counter stands at, and what was acknowledged. Browser-safe, JSON, bounded.
 *
 * The two are compared when the counter is at rest: nobody's add is on its way. What it stands at follows from the replies, in
 * the order in which Redis executed the commands. An observation may have been read a moment before a reply that stands
 * ahead of it in the trace; so it corrects the books only when a second one, with no reply between, says the same.
 */

import type { EventOf, RunEvent } from "../../events";
import { makeRoom } from "../../families/bounded";
import { KEY } from "./add";

/** More than a run has actors times what each has on its way; beyond it calls are forgotten, so less is claimed. */
const MAX_CALLS = 4000;
/** A reply of Redis' own begins with a word in capitals: the command was not executed. Else the connection is gone. */
const REFUSED = /^[A-Z]{2,} /;

/** An add on its way. */
export interface Call {
  actor: string;
  read: number | null;
  /** The sum that it has sent or is about to send; null for INCRBY. */
  sum: number | null;
  /** A write was sent, and Redis has not said that it came to nothing. */
  maybeWritten: boolean;
  /** How often EXEC answered null. */
  refused: number;
}

/** A command on its way whose reply tells something. */
interface Sent {
  action: number;
  tells: "read" | "write" | "sum" | "exec";
}

export interface Tally {
  epoch: number;
  variant: string;
  down: boolean;
  /** False when they were opened on a counter that stood already: then there is nothing to compare it with. */
  whole: boolean;
  /** What the counter stands at, as far as it is known. */
  value: number;
  /** Place of the command that told it in the order of Redis; 0 when that is not known. */
  order: number;
  seen: number | null;
  acknowledged: number;
  /** Adds that failed after their write was sent: they may be in the counter, and nobody was told. */
  unknown: number;
  adds: number;
  calls: Record<number, Call>;
  sent: Record<number, Sent>;
}

export const emptyTally = (epoch = 0, variant = ""): Tally => ({
  epoch,
  variant,
  down: false,
  whole: true,
  value: 0,
  order: 0,
  seen: null,
  acknowledged: 0,
  unknown: 0,
  adds: 0,
  calls: {},
  sent: {},
});

export const isAtRest = ({ calls }: Tally): boolean => Object.keys(calls).length === 0;
/** Acknowledged, and not in the counter. */
export const lostOf = ({ value, acknowledged }: Tally): number => Math.max(0, acknowledged - value);
/** In the counter, and added by nobody. */
export const extraOf = ({ value, acknowledged, unknown }: Tally): number => Math.max(0, value - acknowledged - unknown);

/** Books one event. @returns the tally to go on with */
export function book(tally: Tally, event: RunEvent): Tally {
  switch (event.type) {
    case "run":
      return bookRun(tally, event);
    case "command":
      bookCommand(tally, event);
      break;
    case "reply":
      bookReply(tally, event);
      break;
    case "observation":
      for (const { key, value } of event.keys) if (key === KEY) bookSeen(tally, Number(value ?? 0));
      break;
    case "result":
      bookResult(tally, event);
      break;
  }
  return tally;
}

function bookRun(tally: Tally, { status, variant, epoch }: EventOf<"run">): Tally {
  if (status === "redis-down") tally.down = true;
  if (status === "redis-down" || status === "ended") return tally;
  if (status !== "configured") return emptyTally(epoch, variant);
  // There are no parameters to change, and the key stays: so do the books, if they were open.
  tally.whole = tally.whole && tally.variant === variant;
  tally.variant = variant;
  tally.epoch = epoch;
  return tally;
}

function bookCommand(tally: Tally, { seq, actor, action, name, args, batch }: EventOf<"command">): void {
  if (action === null) return;
  makeRoom(tally.calls, seq, MAX_CALLS);
  makeRoom(tally.sent, seq, MAX_CALLS);
  const call = callOf(tally, action, actor);
  if (name === "EXEC") {
    call.maybeWritten = true;
    tally.sent[seq] = { action, tells: "exec" };
  }
  if (args[0] !== KEY) return;
  if (name === "GET") tally.sent[seq] = { action, tells: "read" };
  if (name === "SET") {
    call.sum = Number(args[1]);
    // Within a MULTI it is only queued: EXEC will tell.
    if (batch?.kind !== "multi") {
      call.maybeWritten = true;
      tally.sent[seq] = { action, tells: "write" };
    }
  }
  if (name === "INCRBY") {
    call.maybeWritten = true;
    tally.sent[seq] = { action, tells: "sum" };
  }
}

function callOf(tally: Tally, action: number, actor: string): Call {
  const call = tally.calls[action] ?? { actor, read: null, sum: null, maybeWritten: false, refused: 0 };
  tally.calls[action] = call;
  return call;
}

function bookReply(tally: Tally, { ref, value, error, serverOrder }: EventOf<"reply">): void {
  const sent = tally.sent[ref];
  const call = sent && tally.calls[sent.action];
  delete tally.sent[ref];
  if (!sent || !call) return;
  tally.seen = null;
  if (error !== undefined) {
    if (REFUSED.test(error)) call.maybeWritten = false;
    return;
  }
  if (sent.tells === "read") {
    call.read = Number(value ?? 0);
    // Without Redis' own order a read may be older than a write that stands before it.
    if (serverOrder !== null) stands(tally, call.read, serverOrder);
  } else if (sent.tells === "exec" && value === null) {
    call.maybeWritten = false;
    call.refused += 1;
  } else stands(tally, sent.tells === "sum" ? Number(value) : (call.sum ?? 0), serverOrder);
}

function stands(tally: Tally, value: number, order: number | null): void {
  if (order !== null && order < tally.order) return;
  tally.value = value;
  tally.order = order ?? tally.order;
}

function bookSeen(tally: Tally, value: number): void {
  if (tally.seen === value) tally.value = value;
  tally.seen = value;
}

function bookResult(tally: Tally, { action, name, body, error }: EventOf<"result">): void {
  const call = tally.calls[action];
  delete tally.calls[action];
  if (name !== "add" || !call) return;
  const by = typeof body.by === "number" ? body.by : 1;
  tally.adds += 1;
  if (error === undefined) tally.acknowledged += by;
  else if (call.maybeWritten) tally.unknown += by;
}
