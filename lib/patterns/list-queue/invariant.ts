/** Every job is queued, in work, done or dead-lettered. Folded by the books. */
import type { Invariant } from "../../contract";
import { book } from "./books";
import type { QueueParams } from "./job";
import { type Books, emptyBooks } from "./state";
import { figuresOf, verdictText } from "./words";

export const invariant: Invariant<QueueParams, Books> = {
  text: "Every job is queued, in work, done or dead-lettered; none is lost, and none is done twice in effect.",
  initial: () => emptyBooks(),
  fold: book,
  carriesOn: true,
  judge(books) {
    const { enqueued, lost, twice, violations } = books;
    return {
      holds: lost + twice > 0 ? false : enqueued > 0 ? true : null,
      text: verdictText(books),
      violations: [...violations],
      metrics: figuresOf(books),
    };
  },
};
