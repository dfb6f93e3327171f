/**
 * The books that verdict and picture share: what was published, and who still waits for what, has it, or lacks it for good.
 * Browser-safe, JSON, bounded.
 *
 * A message is due to whoever had an answer to its subscribe before the message was sent. It is missed only when it
 * certainly can no longer come: its PUBLISH was answered before the next SUBSCRIBE of this subscriber went out, or before
 * another message was sent that is here already (Redis keeps the order of a connection); or, with a stream, the
 * subscriber's place has passed it.
 */
import { ownerOf } from "../../contract";
import type { EventOf, RunEvent, WireValue } from "../../events";
import {
  arrived,
  becomeDue,
  countedAnew,
  forget,
  newSubscriber,
  type Sent,
  type Subscriber,
  type Subscription,
  settle,
  take,
} from "./dues";
import { type Message, messageOf, publicationOf } from "./messages";
import { isAfter } from "./reading";
import { isRecord, readResultOf } from "./results";

/** Of the latest messages it is known who has which; of older ones only counts are. */
const FOLLOWED = 128;
const MAX_SUBSCRIBERS = 256;
const MAX_VIOLATIONS = 50;
const MAX_OPEN_READS = 512;

export interface Books extends Sent {
  epoch: number;
  /** Redis hands messages on and keeps none. */
  forgets: boolean;
  retentionMs: number;
  messages: Message[];
  subscribers: Subscriber[];
  /** Sent, and taken or refused by Redis. */
  taken: number;
  failed: number;
  /** All that was heard, due or not. */
  deliveries: number;
  /** The XREAD that an action or turn has sent last, by its number. */
  asked: Record<number, number>;
  violations: { seq: number; text: string }[];
}

export const emptyBooks = (retentionMs: number, epoch = 0, forgets = true): Books => ({
  epoch,
  forgets,
  retentionMs,
  published: 0,
  messages: [],
  subscribers: [],
  taken: 0,
  failed: 0,
  deliveries: 0,
  asked: {},
  violations: [],
});

/** Books one event. @returns the books to go on with */
export function book(books: Books, event: RunEvent): Books {
  switch (event.type) {
    case "run":
      return bookRun(books, event);
    case "actor":
      bookActor(books, event);
      break;
    case "command":
      bookCommand(books, event);
      break;
    case "reply":
      bookReply(books, event);
      break;
    case "message":
      bookMessage(books, event);
      break;
    case "result":
      bookResult(books, event);
  }
  return books;
}

const findSubscriber = ({ subscribers }: Books, id: string): Subscriber | undefined =>
  subscribers.find((one) => one.id === id);

/** "published while it was away" */
export const reasonOf = ({ lostBy }: Subscriber): string =>
  lostBy === "cut off"
    ? "lost when Redis cut it off at its output buffer limit"
    : lostBy === "away"
      ? "published while it was away"
      : "lost while it was connected";

function bookRun(books: Books, { epoch, status, params, variant }: EventOf<"run">): Books {
  const retentionMs = typeof params.retentionMs === "number" ? params.retentionMs : books.retentionMs;
  const forgets = variant !== "safe";
  if (epoch === books.epoch) return Object.assign(books, { retentionMs, forgets });
  const next = emptyBooks(retentionMs, epoch, forgets);
  // Processes go on and remember what they want to hear; a reset ends them.
  if (status === "configured" || status === "redis-up") next.subscribers = books.subscribers.map(countedAnew);
  return next;
}

function bookActor(books: Books, { actor, status, text }: EventOf<"actor">): void {
  const owner = ownerOf(actor);
  const subscriber = findSubscriber(books, owner);
  if (!subscriber) return;
  if (owner !== actor) {
    if (status === "closed") away(books, subscriber, text === undefined ? "away" : "cut off");
  } else if (status === "held" || status === "released") subscriber.stalled = status === "held";
  else if (status !== "connected")
    // What it wanted to hear has gone with the process.
    Object.assign(subscriber, { state: "gone", stalled: false, subscriptions: [], lostBy: null });
}

function away({ published }: Books, subscriber: Subscriber, by: "away" | "cut off"): void {
  if (subscriber.state !== "listening") return;
  Object.assign(subscriber, { state: by, lostBy: by, lostAt: published });
}

function bookCommand(books: Books, event: EventOf<"command">): void {
  const { name, seq, actor, action } = event;
  if (name === "XREAD") {
    if (action === null) return;
    books.asked[action] = seq;
    const open = Object.keys(books.asked);
    if (open.length > MAX_OPEN_READS) delete books.asked[Number(open[0])];
  } else if (name === "SUBSCRIBE" || name === "PSUBSCRIBE") {
    const subscriber = findSubscriber(books, ownerOf(actor));
    if (subscriber) subscriber.askedSeq = seq;
  } else {
    const publication = publicationOf(event);
    if (!publication) return;
    const message = messageOf(++books.published, publication, event);
    books.messages.push(message);
    if (books.messages.length > FOLLOWED) books.messages.shift();
    for (const subscriber of books.subscribers) becomeDue(books, subscriber, message);
  }
}

function bookReply(books: Books, { ref, seq, value, error }: EventOf<"reply">): void {
  const message = sentAs(books, ref);
  if (!message) return;
  if (error !== undefined) {
    message.failed = true;
    books.failed += 1;
    for (const subscriber of books.subscribers) forget(books, subscriber, message.n);
    return;
  }
  books.taken += 1;
  message.ackedSeq = seq;
  if (typeof value === "number") message.receivers = value;
  else if (typeof value === "string") message.id = value;
}

/** By the seq of its command, which rises. */
function sentAs({ messages }: Books, seq: number): Message | undefined {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((messages[middle]?.sentSeq ?? 0) < seq) low = middle + 1;
    else high = middle;
  }
  return messages[low]?.sentSeq === seq ? messages[low] : undefined;
}

/** Heard on a connection that listens: over one subscription. */
function bookMessage(books: Books, { actor, channel, message: text, pattern, seq }: EventOf<"message">): void {
  books.deliveries += 1;
  const subscriber = findSubscriber(books, ownerOf(actor));
  const [kind, name] = pattern === undefined ? ["channel", channel] : ["pattern", pattern];
  const subscription = subscriber?.subscriptions.find((one) => one.kind === kind && one.name === name);
  const came = subscription && text !== null ? take(books, subscription, channel, text) : null;
  if (!subscriber || !subscription || !came) return;
  arrived(books, subscriber, came);
  // The order of a connection is Redis' order: what was answered before this one was sent should have come before it.
  lacks(
    books,
    subscriber,
    seq,
    settle(books, subscriber, subscription, ({ n, ackedSeq }) => n < came.n && isBefore(ackedSeq, came.sentSeq)),
  );
}

const isBefore = (ackedSeq: number | null, seq: number): boolean => ackedSeq !== null && ackedSeq < seq;

function lacks({ violations }: Books, subscriber: Subscriber, seq: number, missed: readonly Message[]): void {
  for (const { label } of missed)
    if (violations.length < MAX_VIOLATIONS)
      violations.push({ seq, text: `${subscriber.id} lacks “${label}”, ${reasonOf(subscriber)}.` });
}

function bookResult(books: Books, event: EventOf<"result">): void {
  const { name, actor, action, body, value, error } = event;
  const askedSeq = books.asked[action] ?? 0;
  delete books.asked[action];
  if (error !== undefined || !isRecord(value)) return;
  const id = ownerOf(actor);
  const subscriber =
    name === "subscribe" || name === "psubscribe"
      ? begin(books, id, name === "subscribe" ? "channel" : "pattern", body)
      : findSubscriber(books, id);
  if (!subscriber) return;
  if (name === "unsubscribe") giveUp(subscriber, body);
  if (name === "reading") bookRead(books, subscriber, event, askedSeq, value);
  if (name === "reconnect") bookRead(books, subscriber, event, askedSeq, value.resumed);
  if (name === "disconnect") away(books, subscriber, "away");
  else if (value.listening === true) listens(books, subscriber, event.seq);
}

function begin(
  books: Books,
  id: string,
  kind: Subscription["kind"],
  body: Record<string, WireValue>,
): Subscriber | undefined {
  let subscriber = findSubscriber(books, id);
  if (!subscriber && books.subscribers.length < MAX_SUBSCRIBERS) {
    subscriber = newSubscriber(id);
    books.subscribers.push(subscriber);
  }
  const name = String(body[kind]);
  const known = subscriber?.subscriptions.some((one) => one.kind === kind && one.name === name);
  if (!known) subscriber?.subscriptions.push({ kind, name, due: [], longDue: 0 });
  return subscriber;
}

function giveUp(subscriber: Subscriber, { channel, pattern }: Record<string, WireValue>): void {
  const all = channel === undefined && pattern === undefined;
  subscriber.subscriptions = all
    ? []
    : subscriber.subscriptions.filter(({ kind, name }) => name !== (kind === "channel" ? channel : pattern));
}

/** It listens (again). Where nothing is kept, what was answered before it asked is past. */
function listens(books: Books, subscriber: Subscriber, seq: number): void {
  if (subscriber.state !== "listening" && books.forgets)
    for (const subscription of subscriber.subscriptions) {
      subscriber.missed += subscription.longDue;
      subscription.longDue = 0;
      const isPast = ({ ackedSeq }: Message) => isBefore(ackedSeq, subscriber.askedSeq);
      lacks(books, subscriber, seq, settle(books, subscriber, subscription, isPast));
    }
  subscriber.state = "listening";
}

/** A turn of reading in the stream: what it brought, and what its place has passed. */
function bookRead(
  books: Books,
  subscriber: Subscriber,
  { seq, atUs }: EventOf<"result">,
  askedSeq: number,
  value: WireValue | undefined,
): void {
  const read = readResultOf(value);
  if (!read) return;
  books.deliveries += read.heard.length;
  const { subscriptions } = subscriber;
  for (const { channel, message } of read.heard) {
    const came = subscriptions.flatMap((subscription) => take(books, subscription, channel, message) ?? []);
    // It came once, however many of its subscriptions wanted it.
    if (came[0]) arrived(books, subscriber, came[0]);
  }
  const isPast = ({ id, ackedSeq }: Message) =>
    (read.caughtUp && isBefore(ackedSeq, askedSeq)) || (id !== null && !isAfter(id, read.lastId));
  const isOutlived = ({ id }: Message) => id !== null && Number.parseInt(id, 10) <= atUs / 1000 - books.retentionMs;
  for (const subscription of subscriptions)
    lacks(books, subscriber, seq, settle(books, subscriber, subscription, isPast, isOutlived));
}
