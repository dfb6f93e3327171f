/** The picture of sessions: which are there and for how long, what Redis deletes by itself, and who logged out where. */

import { defineStage } from "../../contract";
import type { EventOf, WireValue } from "../../events";
import { makeRoom } from "../../families/bounded";
import { addMark } from "../../families/history";
import { apply, leave, readHash, userOf } from "./applied";
import { fieldIn, idOf, textIn } from "./books";
import { panels } from "./panels";
import { type EndKind, findSeen, initial, type Seen, type State, seenOf } from "./state";
import { outcomeOf, say } from "./words";

const MAX_PENDING = 256;
/** Commands that the picture follows when they are sent by themselves; of a script it follows what MONITOR shows. */
const FOLLOWED = new Set(["HSET", "EXPIRE", "PEXPIRE", "PEXPIREAT", "DEL"]);

export const stage = defineStage<State>({
  initial: () => initial(),
  fold(before, event) {
    const state = event.type === "run" ? foldRun(before, event) : before;
    if (event.type === "command" && FOLLOWED.has(event.name)) {
      makeRoom(state.pending, event.seq, MAX_PENDING);
      state.pending[event.seq] = [event.name, ...event.args];
    }
    if (event.type === "reply") foldReply(state, event);
    if (event.type === "observation") for (const key of event.keys) foldLook(state, key, event);
    if (event.type === "key") foldKey(state, event);
    if (event.type === "result") foldResult(state, event);
    return state;
  },
  panels,
  say,
});

function foldRun(before: State, event: EventOf<"run">): State {
  const { idleMs, absoluteMs } = event.params;
  const isEmptied = event.epoch > before.epoch && (event.status !== "configured" || event.variant !== before.variant);
  const state = isEmptied ? initial(event.epoch) : before;
  state.epoch = event.epoch;
  state.variant = event.variant;
  if (typeof idleMs === "number") state.idleMs = idleMs;
  if (typeof absoluteMs === "number") state.absoluteMs = absoluteMs;
  if (event.status !== "ended") state.down = event.status === "redis-down";
  return state;
}

function foldReply(state: State, event: EventOf<"reply">): void {
  const sent = state.pending[event.ref];
  delete state.pending[event.ref];
  if (event.error !== undefined) return;
  const [, atUs] = event.serverUs;
  if (sent && event.value !== 0) apply(state, sent, atUs, event.seq);
  // A command that changes nothing answers 0, but HSET does so for a field that it overwrites.
  else if (sent?.[0] === "HSET") apply(state, sent, atUs, event.seq);
  for (const words of event.inner ?? []) apply(state, words, atUs, event.seq);
}

function foldLook(
  state: State,
  key: EventOf<"observation">["keys"][number],
  { atUs, seq, since }: EventOf<"observation">,
): void {
  const user = userOf(key.key);
  if (user !== null) {
    if (key.kind !== "none") state.indexes[user] = membersIn(key.value);
    else if (state.indexes[user]) state.indexes[user] = [];
  }
  const id = idOf(key.key);
  if (id === null) return;
  const known = findSeen(state, id);
  // Begun before an answer that is already here: the answer knows better.
  if (known && since !== undefined && since < known.knownSeq) return;
  if (key.kind === "none") {
    if (known) known.isThere = false;
    return;
  }
  const seen = known ?? seenOf(state, id, seq);
  seen.isThere = true;
  seen.expiresUs = key.ttlMs >= 0 ? atUs + key.ttlMs * 1000 : null;
  if (typeof key.value === "object" && key.value !== null && !Array.isArray(key.value)) readHash(seen, key.value, atUs);
}

function foldKey(state: State, event: EventOf<"key">): void {
  const user = userOf(event.key);
  if (user !== null && ["del", "expired"].includes(event.event)) state.indexes[user] = [];
  const seen = findSeen(state, idOf(event.key));
  if (!seen || !["del", "expired", "evicted", "rename_from"].includes(event.event)) return;
  if (event.event === "expired") foldExpiry(state, seen, event);
  else leave(seen, event.atUs);
}

/** The moment its TTL reached 0 and the moment at which Redis deleted it are two: it looks for such keys now and then. */
function foldExpiry(state: State, seen: Seen, { atUs, seq }: EventOf<"key">): void {
  seen.isThere = false;
  const overUs = Math.min(seen.expiresUs ?? atUs, atUs);
  state.expired += 1;
  state.lateMs = Math.round((atUs - overUs) / 1000);
  const later = `${state.lateMs.toLocaleString("en")} ms later`;
  addMark(seen.marks, { id: seq - 0.5, atUs: overUs, outcome: "redis", count: 1, text: "TTL reached 0" });
  addMark(seen.marks, { id: seq, atUs, outcome: "redis", count: 1, text: `deleted by Redis, ${later}` });
  seen.end ??= { kind: "expired", atUs, text: `ended by its TTL, deleted ${later}` };
}

function foldResult(state: State, event: EventOf<"result">): void {
  const { name, body, value, actor, seq } = event;
  const atUs = event.decidedUs?.[1] ?? event.atUs;
  const outcome = outcomeOf(event);
  if (!outcome) return;
  if (outcome.kind === "answered") state.answered += 1;
  else if (outcome.kind === "refused") state.refused += 1;
  const end = (seen: Seen, kind: EndKind, text: string) => {
    // Redis' own word that the key is gone may come first, and says less.
    if (!seen.end || seen.end.kind === "deleted") seen.end = { kind, atUs: seen.end?.atUs ?? atUs, text };
  };
  if (name === "destroy-all")
    for (const seen of state.sessions)
      if (seen.userId === textIn(body, "userId") && (seen.isThere || seen.end?.kind === "deleted"))
        end(seen, "everywhere", `logged out everywhere, by ${actor}`);
  const id = textIn(name === "create" ? value : body, "sessionId");
  const known = findSeen(state, id);
  const seen = known ?? (name === "create" && id !== null ? seenOf(state, id, seq) : undefined);
  if (!seen) return;
  seen.touchedSeq = seq;
  if (name === "create") seen.userId = textIn(body, "userId") ?? "";
  if (name === "destroy" && fieldIn(value, "destroyed") === true) end(seen, "logout", `logged out by ${actor}`);
  const next = name === "rotate" ? textIn(value, "sessionId") : null;
  if (next !== null) end(seen, "rotated", `goes on as ${next}`);
  addMark(seen.marks, {
    id: seq,
    atUs,
    outcome: outcome.kind === "answered" ? "yes" : "no",
    count: 1,
    text: outcome.text,
  });
}

/** Members of a sorted set, with their scores beside or behind them. */
function membersIn(value: WireValue | undefined): string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item, i) => (Array.isArray(item) ? [String(item[0])] : i % 2 === 0 ? [String(item)] : []));
}
