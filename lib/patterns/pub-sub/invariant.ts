/** Each connected subscriber, once caught up, has every message since it subscribed. Folded by the books. */
import type { Invariant } from "../../contract";
import { type Books, book, emptyBooks, reasonOf } from "./books";
import type { Subscriber } from "./dues";
import type { PubSubParams } from "./subscriptions";

export const invariant: Invariant<PubSubParams, Books> = {
  text: "Each connected subscriber, once caught up, has every message since it subscribed, within the retention.",
  initial: ({ retentionMs }) => emptyBooks(retentionMs),
  fold: book,
  carriesOn: true,
  judge(books) {
    const { subscribers, deliveries, violations, taken } = books;
    const published = books.published - books.failed;
    const sum = (of: (subscriber: Subscriber) => number) => subscribers.reduce((all, one) => all + of(one), 0);
    const [delivered, missed, outlived] = [
      sum((one) => one.delivered),
      sum((one) => one.missed),
      sum((one) => one.outlived),
    ];
    const stillDue = sum(({ subscriptions }) =>
      subscriptions.reduce((due, one) => due + one.due.length + one.longDue, 0),
    );
    const isJudged = delivered + outlived > 0 || (taken > 0 && stillDue === 0);
    return {
      holds: missed > 0 ? false : isJudged ? true : null,
      text: textOf(books, { delivered, missed, outlived, stillDue }),
      violations,
      metrics: {
        published,
        subscribers: subscribers.filter(({ subscriptions }) => subscriptions.length > 0).length,
        deliveries,
        missed,
        outlived,
        stillDue,
      },
    };
  },
};

interface Sums {
  delivered: number;
  missed: number;
  outlived: number;
  stillDue: number;
}

function textOf(
  { subscribers, published, failed, retentionMs }: Books,
  { delivered, missed, outlived, stillDue }: Sums,
): string {
  const [worst, ...others] = subscribers.filter((one) => one.missed > 0).sort((a, b) => b.missed - a.missed);
  if (worst) {
    const due = worst.delivered + worst.missed + worst.outlived;
    const more = others.length > 0 ? ` ${counted(others.length + 1, "subscriber")} lack ${digits(missed)} in all.` : "";
    return `${worst.id} lacks ${digits(worst.missed)} of the ${counted(due, "message")} since it subscribed, ${reasonOf(worst)}.${more}`;
  }
  if (delivered + outlived === 0) {
    if (published === failed) return "Nothing published yet.";
    const sent = `${counted(published - failed, "message")} published`;
    return stillDue > 0 ? `${sent}, and none that anybody should have by now.` : `${sent}, and nobody lacks one.`;
  }
  const old = outlived > 0 ? ` ${digits(outlived)} had outlived the retention of ${digits(retentionMs / 1000)} s.` : "";
  const having = subscribers.filter((one) => one.delivered > 0).length;
  return `${counted(delivered, "delivery", "deliveries")} to ${counted(having, "subscriber")}: nobody lacks a message since it subscribed.${old}${absent(subscribers)}`;
}

/** Whoever is not connected is not judged. */
function absent(subscribers: readonly Subscriber[]): string {
  const ids = subscribers.filter(({ state }) => state === "away" || state === "cut off").map(({ id }) => id);
  if (ids.length === 0) return "";
  return ids.length > 2 ? ` ${ids.length} are away.` : ` ${ids.join(" and ")} ${ids.length > 1 ? "are" : "is"} away.`;
}

const digits = (n: number): string => n.toLocaleString("en-US");
const counted = (n: number, word: string, words = `${word}s`): string => `${digits(n)} ${n === 1 ? word : words}`;
