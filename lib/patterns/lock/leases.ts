/** Reads out of the commands of this pattern who took the lock, kept it, gave it back or lost it. Browser-safe. */

import type { EventOf, WireValue } from "../../events";
import { makeRoom } from "../../families/bounded";
import type { TenureReader } from "../../families/locks/ledger";
import { lockKey } from "../../families/locks/lock";
import {
  acquired,
  believesNoMore,
  byCall,
  byToken,
  leaseEnds,
  leaseOf,
  type Tenure,
  type Tenures,
} from "../../families/locks/tenures";

const LOCK = lockKey("");
const MAX_SENT = 2000;
/** What two clocks, read by two processes, may differ by. */
const NOTICE_US = 2000;

/** A command on its way whose answer tells something. */
interface Sent {
  does: "acquire" | "release" | "delete" | "extend";
  resource: string;
  /** Of an acquisition by script: without the number that the script adds. */
  token: string;
  ttlMs: number;
  minted: boolean;
  action: number | null;
  actor: string;
}

export interface LeaseReading {
  sent: Record<number, Sent>;
}

export const leaseReader: TenureReader<LeaseReading> = {
  initial: () => ({ sent: {} }),
  fold(state, tenures, event) {
    switch (event.type) {
      case "command":
        send(state, tenures, event);
        break;
      case "reply":
        hear(state, tenures, event);
        break;
      case "key":
        if (event.event === "expired" && event.key.startsWith(LOCK))
          expire(leaseOf(tenures, event.key.slice(LOCK.length)), event.atUs);
        break;
      case "observation":
        for (const key of event.keys) see(tenures, key, event.atUs);
        break;
    }
  },
};

function send(state: LeaseReading, tenures: Tenures, event: EventOf<"command">): void {
  const sent = sentIn(event);
  if (!sent) return;
  makeRoom(state.sent, event.seq, MAX_SENT);
  state.sent[event.seq] = sent;
  // Who asks for it to be deleted has done with it, whatever the answer.
  if (sent.does === "release") believesNoMore(byToken(tenures, sent.token), event.atUs);
  if (sent.does === "delete") believesNoMore(byCall(tenures, event.action, event.actor, sent.resource), event.atUs);
}

function sentIn({ name, args, script, action, actor }: EventOf<"command">): Sent | null {
  const by = { action, actor, minted: false, token: "", ttlMs: 0 };
  const resourceIn = (key: string | undefined) => (key?.startsWith(LOCK) ? key.slice(LOCK.length) : null);
  if (script) {
    // Its name, the number of keys, keys, arguments.
    const keys = Number(args[1]);
    const [token = "", ttl = "0"] = args.slice(2 + keys);
    const resource = resourceIn(args[2]);
    const does = /^(acquire|release|extend)-/.exec(script)?.[1] as Sent["does"] | undefined;
    if (resource === null || !does) return null;
    return { ...by, does, resource, token, ttlMs: Number(ttl), minted: does === "acquire" };
  }
  const [key, token = "", , ttl = "0"] = args;
  const resource = resourceIn(key);
  if (resource === null) return null;
  if (name === "SET") return { ...by, does: "acquire", resource, token, ttlMs: Number(ttl) };
  return name === "DEL" ? { ...by, does: "delete", resource } : null;
}

function hear(state: LeaseReading, tenures: Tenures, event: EventOf<"reply">): void {
  const sent = state.sent[event.ref];
  delete state.sent[event.ref];
  if (!sent || event.error !== undefined) return;
  const { value } = event;
  const [, atUs] = event.serverUs;
  const mine = byToken(tenures, sent.token);
  switch (sent.does) {
    case "acquire":
      hearAcquired(tenures, sent, value, atUs);
      break;
    case "release":
      if (value === 1) leaseEnds(mine, atUs, "released");
      break;
    case "delete": {
      // Whoever's it was.
      const holder = leaseOf(tenures, sent.resource);
      const own = holder?.owner === sent.actor;
      if (value === 1) leaseEnds(holder, atUs, own ? "released" : "deleted");
      break;
    }
    case "extend":
      if (value === 1 && mine) mine.leaseEndUs = atUs + sent.ttlMs * 1000;
      else believesNoMore(mine, event.atUs);
      break;
  }
}

function hearAcquired(tenures: Tenures, sent: Sent, value: WireValue | undefined, atUs: number): void {
  const fence = sent.minted && typeof value === "number" ? value : 0;
  if (value !== "OK" && !fence) return;
  const { actor: owner, resource, action } = sent;
  // What was there has gone, though nobody has heard of it yet.
  const before = leaseOf(tenures, resource);
  leaseEnds(before, atUs, before && before.leaseEndUs > atUs ? "released" : "expired");
  const token = fence ? `${sent.token}:${fence}` : sent.token;
  acquired(tenures, { owner, resource, token, fence, action, fromUs: atUs, leaseEndUs: atUs + sent.ttlMs * 1000 });
}

/** A notification may be heard after the next owner's acquisition: then it is about the one before. */
function expire(lease: Tenure | undefined, atUs: number): void {
  if (lease && lease.leaseEndUs <= atUs + NOTICE_US) leaseEnds(lease, atUs, "expired");
}

/** Redis' own PTTL is the truth of a lease. */
function see(tenures: Tenures, { key, ttlMs, value }: EventOf<"observation">["keys"][number], atUs: number): void {
  if (!key.startsWith(LOCK) || ttlMs < 0) return;
  const lease = leaseOf(tenures, key.slice(LOCK.length));
  if (lease && lease.token === value) lease.leaseEndUs = atUs + ttlMs * 1000;
}
