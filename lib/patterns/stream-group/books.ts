/**
 * The books that verdict and picture share: the tape, its groups and consumers, what has taken effect, and what is not as it should be.
 * They follow what Redis has answered, and tell only what is certain from that. Browser-safe, JSON, bounded.
 */
import type { EventOf, RunEvent, WireValue } from "../../events";
import { type Asked, askedOf } from "./asked";
import { append, emptyTape, entryAt, isBefore, labelOf, type Tape } from "./entries";
import { cut, deliver, type Group, newGroup, pendingOf, redeliver, setBack, settle, settleUnsure } from "./groups";
import { BATCH, CLAIMS, STREAM, type StreamParams } from "./jobs";

const MAX_GROUPS = 8;
const MAX_CONSUMERS = 64;
const MAX_OPEN = 8192;
const LOOK_EVERY_SEQ = 512;
/** Effects that are known by their key. Of older ones nobody could tell here that they happen twice; the tables do. */
const MAX_EFFECTS = 1024;
const MAX_VIOLATIONS = 50;
/** A turn may be late by so much on a busy machine. */
export const GRACE_MS = 1000;
const LOOK_EVERY_US = 50_000;

export type Times = Pick<StreamParams, "claimIdleMs" | "pollMs" | "databaseMs" | "maxDeliveries">;

export interface Consumer {
  id: string;
  group: string;
  state: "working" | "stopped" | "dead";
  /** When it began to work, µs. */
  sinceUs: number;
  acked: number;
}
export interface Books {
  epoch: number;
  nowUs: number;
  lookedUs: number;
  times: Times;
  tape: Tape;
  groups: Group[];
  consumers: Consumer[];
  /** Whose process is dead: what its code still says is its last breath. */
  down: Record<string, true>;
  /** What has been sent and not been answered, by the seq of its command or query. */
  open: Record<number, Asked>;
  /** Of these, such as change the length of the stream; and the last one that was sent. */
  openChanges: number;
  changedSeq: number;
  effects: Record<string, true>;
  effectCount: number;
  /** Tried a second time, and nothing happened. */
  repeated: number;
  twice: number;
  late: number;
  violations: { seq: number; text: string }[];
}

export const emptyBooks = (times: Times, epoch = 0): Books => ({
  epoch,
  nowUs: 0,
  lookedUs: 0,
  times,
  tape: emptyTape(),
  groups: [],
  consumers: [],
  down: {},
  open: {},
  openChanges: 0,
  changedSeq: 0,
  effects: {},
  effectCount: 0,
  repeated: 0,
  twice: 0,
  late: 0,
  violations: [],
});

/** Books one event. @returns the books to go on with */
export function book(books: Books, event: RunEvent): Books {
  if (event.type === "run") return bookRun(books, event);
  books.nowUs = event.atUs;
  // By those who have worked until now.
  lookForLate(books, event.seq);
  switch (event.type) {
    case "command":
    case "query": {
      const asked = askedOf(event);
      if (asked) remember(books, event.seq, asked);
      if (asked && isChange(asked)) {
        books.openChanges += 1;
        books.changedSeq = event.seq;
      }
      break;
    }
    case "reply":
    case "rows": {
      const asked = books.open[event.ref];
      delete books.open[event.ref];
      if (!asked) break;
      if (isChange(asked)) books.openChanges -= 1;
      if (event.error !== undefined) leaveOpen(books, asked);
      else if (event.type === "rows") bookEffect(books, asked, event);
      else bookReply(books, asked, event);
      break;
    }
    case "result":
      bookResult(books, event);
      break;
    case "observation":
      bookLength(books, event);
      break;
    case "actor":
      bookActor(books, event);
  }
  return books;
}

function bookActor(books: Books, { actor, status }: EventOf<"actor">): void {
  if (status === "connected") delete books.down[actor];
  if (status !== "crashed" && status !== "closed") return;
  books.down[actor] = true;
  lives(books, actor, null, "dead");
}

function bookRun(books: Books, { epoch, status, params }: EventOf<"run">): Books {
  const number = (id: keyof Times) => (typeof params[id] === "number" ? params[id] : books.times[id]);
  const times = {
    claimIdleMs: number("claimIdleMs"),
    pollMs: number("pollMs"),
    databaseMs: number("databaseMs"),
    maxDeliveries: number("maxDeliveries"),
  };
  // Other parameters change no key, and neither does a Redis that is back with all it had.
  if (epoch === books.epoch || status === "configured") return Object.assign(books, { epoch, times });
  const next = emptyBooks(times, epoch);
  // Processes go on when Redis has lost everything.
  if (status === "redis-up") next.consumers = books.consumers.map((consumer) => ({ ...consumer, acked: 0 }));
  return next;
}

function remember({ open }: Books, seq: number, asked: Asked): void {
  open[seq] = asked;
  // What was never answered, because its process or Redis died, would stay.
  if (seq % LOOK_EVERY_SEQ === 0) for (const old in open) if (seq - Number(old) > MAX_OPEN) delete open[Number(old)];
}

const violate = ({ violations }: Books, seq: number, text: string): void => {
  if (violations.length < MAX_VIOLATIONS) violations.push({ seq, text });
};

const isChange = ({ what }: Asked): boolean => what === "add" || what === "trim";

/** The stream's length as Redis has it, where nothing was on its way: what a dead process had trimmed nobody has told. */
function bookLength(books: Books, { keys, seq, since = 0 }: EventOf<"observation">): void {
  if (books.openChanges > 0 || since <= books.changedSeq) return;
  const { tape } = books;
  const length = keys.find(({ key }) => key === STREAM)?.length ?? null;
  if (length !== null) trim(books, seq, tape.added - tape.trimmed - length);
}

/** Nobody knows whether it was done: its process or Redis has died. */
function leaveOpen(books: Books, asked: Asked): void {
  if (asked.what !== "ack") return;
  const pending = groupOf(books, asked.group)?.pending ?? {};
  for (const id of asked.ids) if (pending[id]) pending[id].unsure = true;
}

const groupOf = ({ groups }: Books, id: string): Group | undefined => groups.find((group) => group.id === id);

function bookReply(books: Books, asked: Asked, { seq, value, serverUs: [, atUs] }: EventOf<"reply">): void {
  const { tape } = books;
  if (asked.what === "add") {
    append(tape, { id: String(value), label: labelOf(asked.payload), type: asked.type, producer: asked.by });
    if (asked.maxLen !== null) trim(books, seq, tape.added - tape.trimmed - asked.maxLen);
    return;
  }
  if (asked.what === "trim") {
    trim(books, seq, Number(value));
    return;
  }
  // A group that is read from is there, whoever made it: before this trace, or before Redis was known to be back.
  if (asked.what === "create" || asked.what === "read")
    create(books, seq, asked.group, asked.what === "create" ? asked.from : "0");
  const group = groupOf(books, asked.group);
  if (!group) return;
  switch (asked.what) {
    case "setback":
      setBack(group, tape, asked.from);
      break;
    case "read":
      for (const [id, label] of entriesIn(value))
        (asked.isNew ? deliver : redeliver)(group, tape, id, label, { consumer: asked.consumer, atUs });
      if (asked.fromStart)
        settleUnsure(
          group,
          tape,
          (one, id) => one.consumer === asked.consumer && isWithin(id, entriesIn(value), BATCH),
        );
      break;
    case "claim": {
      const [, entries, deleted] = Array.isArray(value) ? value : [];
      for (const [id, label] of entriesOf(entries))
        redeliver(group, tape, id, label, { consumer: asked.consumer, atUs });
      for (const id of Array.isArray(deleted) ? deleted : []) lose(books, seq, group, String(id));
      settleUnsure(
        group,
        tape,
        (one, id) => atUs - one.atUs > books.times.claimIdleMs * 1000 && isWithin(id, entriesOf(entries), CLAIMS),
      );
      break;
    }
    case "ack":
      for (const id of asked.ids) {
        const by = settle(group, tape, id, "acked")?.consumer;
        const consumer = books.consumers.find((one) => one.id === by && one.group === group.id);
        if (consumer) consumer.acked += 1;
        else if (!by) group.pendingMore = Math.max(0, group.pendingMore - (value === asked.ids.length ? 1 : 0));
      }
      break;
    case "bury":
      for (const id of Array.isArray(value) ? value : []) settle(group, tape, String(id), "dead");
  }
}

/** A group that is not known yet. */
function create(books: Books, seq: number, id: string, from: string): void {
  if (groupOf(books, id) || books.groups.length >= MAX_GROUPS) return;
  const group = newGroup(id, books.tape, from === "$");
  books.groups.push(group);
  const { skipped } = group;
  if (skipped > 0) violate(books, seq, `${id} begins after ${counted(skipped)} that nobody will give it ($).`);
}

function trim(books: Books, seq: number, count: number): void {
  if (!(count > 0)) return;
  const { tape } = books;
  const from = tape.trimmed;
  tape.trimmed += count;
  for (const group of books.groups) {
    const lost = cut(group, tape, from, tape.trimmed);
    const label = entryAt(tape, tape.trimmed)?.label;
    if (lost > 0)
      violate(
        books,
        seq,
        `${group.id} loses ${lost === 1 && label ? `“${label}”` : counted(lost)}, trimmed away before it was read.`,
      );
  }
}

/** It was trimmed away while it was pending, and now nobody can take it over. */
function lose(books: Books, seq: number, group: Group, id: string): void {
  const lost = settle(group, books.tape, id, "lost");
  if (lost) violate(books, seq, `${group.id} loses “${lost.label}”, trimmed away while it was pending.`);
}

function bookEffect(books: Books, asked: Asked, { seq, count = 0 }: EventOf<"rows">): void {
  if (asked.what !== "effect") return;
  const key = `${asked.group} ${asked.id}`;
  const isKnown = books.effects[key] === true;
  if (count === 0) books.repeated += 1;
  else books.effectCount += 1;
  if (count > 0 && isKnown) {
    books.twice += 1;
    violate(books, seq, `Entry ${asked.id} takes effect a second time in ${asked.group}.`);
  }
  if (isKnown) return;
  books.effects[key] = true;
  const keys = Object.keys(books.effects);
  if (keys.length > MAX_EFFECTS) delete books.effects[keys[0] ?? key];
}

function bookResult(books: Books, { name, body, value, error, atUs }: EventOf<"result">): void {
  const { consumer, group } = body;
  if (error !== undefined || typeof consumer !== "string" || typeof group !== "string" || value === null) return;
  if (name === "start-consumer" && !books.down[consumer]) {
    if (!books.consumers.some((one) => one.id === consumer && one.group === group)) {
      if (books.consumers.length >= MAX_CONSUMERS) return;
      books.consumers.push({ id: consumer, group, state: "dead", sinceUs: atUs, acked: 0 });
    }
    lives(books, consumer, group, "working");
  } else if (name === "stop-consumer") lives(books, consumer, group, "stopped");
}

function lives({ consumers, nowUs }: Books, id: string, group: string | null, state: Consumer["state"]): void {
  for (const consumer of consumers) {
    if (consumer.id !== id || (group !== null && consumer.group !== group)) continue;
    if (state === "working" && consumer.state !== "working") consumer.sinceUs = nowUs;
    consumer.state = state;
  }
}

/** How long an entry may idle while somebody of its group works, µs: then a turn comes, and that may be at a job. */
const mayIdleUs = ({ claimIdleMs, pollMs, databaseMs }: Times): number =>
  (claimIdleMs + pollMs + databaseMs + GRACE_MS) * 1000;

/** What has idled too long, though a consumer of its group has worked all the while. */
function lookForLate(books: Books, seq: number): void {
  const { nowUs, times, consumers } = books;
  if (nowUs - books.lookedUs < LOOK_EVERY_US) return;
  books.lookedUs = nowUs;
  for (const group of books.groups) {
    const since = consumers
      .filter((one) => one.group === group.id && one.state === "working")
      .map(({ sinceUs }) => sinceUs);
    if (since.length === 0) continue;
    const aliveUs = Math.min(...since) - times.claimIdleMs * 1000;
    for (const [, one] of pendingOf(group)) {
      if (one.late || one.unsure || nowUs - Math.max(one.atUs, aliveUs) <= mayIdleUs(times)) continue;
      one.late = true;
      books.late += 1;
      const whose = consumers.find((consumer) => consumer.id === one.consumer && consumer.group === group.id)?.state;
      const how = whose === "dead" ? `${one.consumer} is dead` : `${one.consumer} does not come back to it`;
      violate(books, seq, `“${one.label}” idles in ${group.id}: ${how}, and nobody takes it over.`);
    }
  }
}

/** Would an answer of at most so many entries have reached this one? */
const isWithin = (id: string, answered: [id: string, label: string][], atMost: number): boolean =>
  answered.length < atMost || !isBefore(answered.at(-1)?.[0] ?? id, id);

/** Of XREADGROUP on one stream: its name and its entries, as RESP3 sends a map of one. */
const entriesIn = (value: WireValue | undefined): [id: string, label: string][] =>
  Array.isArray(value) ? entriesOf(value[1]) : [];
const entriesOf = (value: WireValue | undefined): [id: string, label: string][] =>
  (Array.isArray(value) ? value : []).flatMap((entry) => {
    if (!Array.isArray(entry) || !Array.isArray(entry[1])) return [];
    return [[String(entry[0]), labelOf(String(entry[1][3] ?? ""))]];
  });

const counted = (n: number): string => `${n.toLocaleString("en-US")} ${n === 1 ? "entry" : "entries"}`;
