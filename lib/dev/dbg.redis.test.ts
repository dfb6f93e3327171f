import { it } from "vitest";
import { invariant } from "../patterns/write-behind/invariant";
import { isAtRest } from "../patterns/write-behind/state";
import { playScenario } from "../run/testing";

it("dbg", async () => {
  const o = await playScenario({
    pattern: "write-behind",
    variant: "take-then-add",
    scenario: "crash-flusher",
    seed: 1,
  });
  let s = invariant.initial({} as never);
  for (const e of o.events) {
    s = invariant.fold(s, e);
    if (e.seq > 60 && e.seq < 100)
      console.log(
        e.seq,
        e.type,
        isAtRest(s.books),
        JSON.stringify(s.books.flushes),
        JSON.stringify(s.books.queries),
        JSON.stringify(s.books.pages),
        JSON.stringify(s.sums),
      );
  }
}, 60000);
