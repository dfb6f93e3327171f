/** No read that starts more than the bound after an acknowledged update returns an older row. Folded by the books. */
import type { Invariant } from "../../contract";
import { type Books, book, emptyBooks, secondsText } from "./books";
import type { CacheParams } from "./users";

export const invariant: Invariant<CacheParams, Books> = {
  text: "A read that starts longer after an acknowledged update than “stale at most” allows returns no older row.",
  initial: ({ staleBoundMs }) => emptyBooks(staleBoundMs),
  fold: book,
  judge(books) {
    const { reads, updates, judged, stale, olderWithin, longestUs, refused, violations } = books;
    const all = reads.local + reads.cache + reads.database;
    return {
      // A read that began early enough may return any row that was: it is judged as well.
      holds: all === 0 ? null : stale === 0,
      text: textOf(books, all),
      violations,
      metrics: {
        reads: all,
        localReads: reads.local,
        cacheReads: reads.cache,
        databaseReads: reads.database,
        updates,
        judgedReads: judged,
        staleReads: stale,
        olderWithinBound: olderWithin,
        longestStaleMs: Math.round(longestUs / 1000),
        refusedFills: refused,
      },
    };
  },
};

function textOf({ boundMs, judged, stale, violations, faults, updates }: Books, all: number): string {
  const bound = secondsText(boundMs * 1000);
  if (all === 0) return "Nothing read yet.";
  if (judged === 0)
    return updates === 0
      ? `${counted(all, "read")}, and no update after which one could be too old.`
      : `${counted(all, "read")}, none yet more than ${bound} after an update of its row.`;
  if (stale === 0) return `${counted(judged, "read")} more than ${bound} after an update: none returned an older row.`;
  const more = stale > 1 ? ` ${counted(stale, "such read")} in all.` : "";
  const before = faults.length ? ` Before it: ${faults.join("; ")}.` : "";
  return `${violations.at(-1)?.text ?? ""}${more}${before}`;
}

const counted = (n: number, word: string): string => `${n.toLocaleString("en-US")} ${word}${n === 1 ? "" : "s"}`;
