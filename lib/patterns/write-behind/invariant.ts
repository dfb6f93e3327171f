/** No acknowledged view is lost or counted twice between Redis and the database, and the database never goes backwards. */
import type { Invariant } from "../../contract";
import type { RunEvent } from "../../events";
import type { WriteBehindParams } from "./bodies";
import { book } from "./books";
import { measuredIn, perSecondOf } from "./durability";
import { type Books, emptyBooks, isAtRest } from "./state";
import { type Sums, sumsOf } from "./sums";
import { fallText, grouped, measuredText } from "./words";

const MAX_VIOLATIONS = 50;

interface Breach {
  seq: number;
  text: string;
  /** By how many views the books are off. */
  off: number;
}

export interface InvariantState {
  books: Books;
  /** How they stood when nothing was between two places. */
  sums: Sums | null;
  /** One for each time that they came to be off by more; taken back when it is less after all. */
  breaches: Breach[];
  /** One for each time that the database went backwards. */
  falls: { seq: number; text: string }[];
  fellBy: number;
}

const initial = (books = emptyBooks()): InvariantState => ({ books, sums: null, breaches: [], falls: [], fellBy: 0 });

export const invariant: Invariant<WriteBehindParams, InvariantState> = {
  text: "Acknowledged views ≤ database + pending in Redis ≤ views sent, and the database never goes backwards.",
  carriesOn: true,
  initial: () => initial(),
  fold(before, event) {
    const books = book(before.books, event);
    const state = books === before.books ? before : initial(books);
    if (!isJudgedAfter(event)) return state;
    if (books.fellBy > state.fellBy) noteFall(state, event.seq);
    if (isAtRest(books)) judgeAtRest(state, event.seq);
    return state;
  },
  judge({ books, sums, breaches, falls }) {
    const measured = measuredIn(books);
    const rates = measured.flatMap((one) => [
      [`${one.mode}PerSecond`, perSecondOf(one)] as const,
      [`${one.mode}Lost`, one.lost] as const,
    ]);
    const { acknowledged = 0, sent = 0, unknown = 0, database = 0, pending = 0, lost = 0, extra = 0 } = sums ?? {};
    return {
      holds: sums && sums.sent > 0 ? lost + extra + falls.length === 0 : null,
      text: sums && sums.sent > 0 ? sentence(books, sums) : "No views yet.",
      violations: [...breaches, ...falls].map(({ seq, text }) => ({ seq, text })).sort((a, b) => a.seq - b.seq),
      metrics: {
        acknowledged,
        sent,
        unknown,
        database,
        pending,
        lost,
        extra,
        fellBy: books.fellBy,
        failedQueries: books.failedQueries,
        ...Object.fromEntries(rates),
      },
    };
  },
};

const isJudgedAfter = ({ type }: RunEvent) => ["reply", "rows", "result", "observation", "run"].includes(type);

function noteFall(state: InvariantState, seq: number): void {
  state.fellBy = state.books.fellBy;
  const fall = state.books.falls.at(-1);
  if (fall && state.falls.length < MAX_VIOLATIONS) state.falls.push({ seq, text: fallText(fall) });
}

function judgeAtRest(state: InvariantState, seq: number): void {
  const { books, breaches } = state;
  const sums = sumsOf(books);
  state.sums = sums;
  const off = sums.lost + sums.extra;
  while ((breaches.at(-1)?.off ?? 0) > off) breaches.pop();
  if (off <= (breaches.at(-1)?.off ?? 0)) return;
  const breach = { seq, text: sentence(books, sums), off };
  if (breaches.length < MAX_VIOLATIONS) breaches.push(breach);
  else breaches[breaches.length - 1] = breach;
}

function sentence(books: Books, { acknowledged, database, pending, lost, extra, unknown }: Sums): string {
  const fall = books.falls.at(-1);
  const off = extra ? `${grouped(extra)} counted twice` : `${lost ? grouped(lost) : "none"} lost`;
  return [
    `${grouped(acknowledged)} views acknowledged: ${grouped(database)} in the database, ${grouped(pending)} pending in Redis, ${off}.`,
    ...(fall ? [fallText(fall)] : []),
    ...(unknown ? [`Of ${grouped(unknown)} more nobody was told whether they went in.`] : []),
    ...(books.down && books.appendonly !== "no" ? ["Redis is down; what is pending is in its append-only file."] : []),
    ...measuredText(books),
  ].join(" ");
}
