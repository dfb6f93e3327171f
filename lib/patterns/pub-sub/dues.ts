/** What is due to a subscriber, what it has, and what it lacks for good. Browser-safe, JSON, bounded. */
import { matches } from "./glob";
import { type Message, textKey } from "./messages";

/** Of so many messages it is shown one by one who has which. */
export const SHOWN = 48;

/** A subscriber and a message: nothing due, still due, there, missed for good, older than the retention. */
export const CELLS = { none: ".", due: "o", there: "+", missed: "x", outlived: "e" } as const;
export type Cell = (typeof CELLS)[keyof typeof CELLS];

export interface Subscription {
  kind: "channel" | "pattern";
  name: string;
  /** Numbers of messages that are due, ascending. */
  due: number[];
  /** How many were due while it was away, and are too long ago to be followed one by one. */
  longDue: number;
}

export interface Subscriber {
  id: string;
  state: "listening" | "away" | "cut off" | "gone";
  /** Its process stands still. */
  stalled: boolean;
  subscriptions: Subscription[];
  delivered: number;
  missed: number;
  outlived: number;
  /** How it lost its connection last, and how much had been published then. */
  lostBy: "away" | "cut off" | null;
  lostAt: number;
  /** The SUBSCRIBE that went out last. */
  askedSeq: number;
  /** One character for each of the latest messages, the newest last. */
  cells: string;
}

export const newSubscriber = (id: string): Subscriber => ({
  id,
  state: "away",
  stalled: false,
  subscriptions: [],
  delivered: 0,
  missed: 0,
  outlived: 0,
  lostBy: null,
  lostAt: 0,
  askedSeq: 0,
  cells: "",
});

/** The same one where counting begins anew. */
export const countedAnew = (subscriber: Subscriber): Subscriber => ({
  ...subscriber,
  subscriptions: subscriber.subscriptions.map(({ kind, name }) => ({ kind, name, due: [], longDue: 0 })),
  delivered: 0,
  missed: 0,
  outlived: 0,
  lostAt: 0,
  cells: "",
});

/** The latest messages, oldest first, and the number of the newest. */
export interface Sent {
  published: number;
  messages: readonly Message[];
}

const messageAt = ({ messages }: Sent, n: number): Message | undefined => messages[n - (messages[0]?.n ?? 0)];

/** A message is on its way: due to whoever wants it. */
export function becomeDue(sent: Sent, subscriber: Subscriber, { n, channel }: Message): void {
  const oldest = sent.messages[0]?.n ?? n;
  let cell: Cell = CELLS.none;
  for (const subscription of subscriber.subscriptions) {
    if (!wants(subscription, channel)) continue;
    const { due } = subscription;
    cell = CELLS.due;
    due.push(n);
    for (; (due[0] ?? oldest) < oldest; due.shift())
      if (subscriber.state !== "listening" && (due[0] ?? 0) > subscriber.lostAt) subscription.longDue += 1;
  }
  subscriber.cells = (subscriber.cells + cell).slice(-SHOWN);
}

const wants = ({ kind, name }: Subscription, channel: string): boolean =>
  kind === "channel" ? name === channel : matches(name, channel);

/** It was never published after all. */
export function forget(sent: Sent, subscriber: Subscriber, n: number): void {
  for (const { due } of subscriber.subscriptions) if (due.includes(n)) due.splice(due.indexOf(n), 1);
  mark(sent, subscriber, n, CELLS.none);
}

/** The first due message of this text, which is due no longer. Null: none is. */
export function take(sent: Sent, { due }: Subscription, channel: string, text: string): Message | null {
  const key = textKey(text);
  for (const [i, n] of due.entries()) {
    const message = messageAt(sent, n);
    if (message?.channel !== channel || message.key !== key) continue;
    due.splice(i, 1);
    return message;
  }
  return null;
}

export function arrived(sent: Sent, subscriber: Subscriber, { n }: Message): void {
  subscriber.delivered += 1;
  mark(sent, subscriber, n, CELLS.there);
}

/**
 * Closes the books on what can no longer come.
 * @param isOutlived of these: was it older than the retention?
 * @returns what it lacks from now on
 */
export function settle(
  sent: Sent,
  subscriber: Subscriber,
  subscription: Subscription,
  isPast: (message: Message) => boolean,
  isOutlived: (message: Message) => boolean = () => false,
): Message[] {
  const missed: Message[] = [];
  if (subscription.due.length === 0) return missed;
  subscription.due = subscription.due.filter((n) => {
    const message = messageAt(sent, n);
    if (!message || !isPast(message)) return true;
    const outlived = isOutlived(message);
    if (outlived) subscriber.outlived += 1;
    else {
      subscriber.missed += 1;
      missed.push(message);
    }
    mark(sent, subscriber, n, outlived ? CELLS.outlived : CELLS.missed);
    return false;
  });
  return missed;
}

function mark({ published }: Sent, subscriber: Subscriber, n: number, cell: Cell): void {
  const { cells } = subscriber;
  const at = cells.length - 1 - (published - n);
  if (at < 0 || cells[at] === CELLS.there) return;
  subscriber.cells = cells.slice(0, at) + cell + cells.slice(at + 1);
}
