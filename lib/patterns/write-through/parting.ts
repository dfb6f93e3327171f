/** The moment at which row and cached value part. */
import type { Books } from "./books";
import { differing, type Fact, whyApart } from "./fact";

/**
 * Called when something happened to this user, and at every event while an excuse runs.
 * @returns whether row and cached value are now apart, and were not before, with every writer returned and nobody excused
 */
export function partIfApart(books: Books, fact: Fact): boolean {
  const { nowUs } = books;
  if (fact.excuse && fact.excuse.untilUs < nowUs) {
    fact.excuse = null;
    books.excused = books.excused.filter((id) => id !== fact.id);
  }
  if (!differing(fact, nowUs).length) {
    fact.parted = null;
    return false;
  }
  if (fact.writers > 0) return false;
  const excused = fact.excuse !== null;
  if (fact.parted && (excused || !fact.parted.excused)) return false;
  fact.parted = { atUs: fact.parted?.atUs ?? nowUs, text: whyApart(fact), excused };
  return !excused;
}
