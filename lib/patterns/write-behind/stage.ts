/** The picture of write-behind (first form). */
import { defineStage, type Panel } from "../../contract";
import type { RunEvent } from "../../events";
import { book } from "./books";
import { type Books, emptyBooks } from "./state";
import { sumsOf } from "./sums";

interface State { books: Books }
export const stage = defineStage<State>({
  initial: () => ({ books: emptyBooks() }),
  fold(state, event) { return { books: book(state.books, event) }; },
  panels(state): Panel[] {
    const s = sumsOf(state.books);
    return [{ kind: "stat", title: "x", items: Object.entries(s).map(([label, v]) => ({ label, value: String(v) })) }];
  },
  say: (_event: RunEvent) => null,
});
