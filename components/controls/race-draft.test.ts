import { describe, expect, it } from "vitest";
import { actionText, actorsOf, firstDraft, withAction, withActor, withoutAction } from "./race-draft";

const take = { action: "take", body: { client: "alice" } };

describe("a race that is put together", () => {
  it("has two to six actors with one to eight actions each", () => {
    let draft = firstDraft(take);
    for (let i = 0; i < 9; i++) draft = withActor(draft, take);
    for (let i = 0; i < 20; i++) draft = withAction(draft, "B", take);
    expect(draft.map(({ id, actions }) => `${id}${actions.length}`)).toEqual(["A1", "B8", "C1", "D1", "E1", "F1"]);
  });

  it("loses an actor with its last action, whose letter is free again", () => {
    let draft = withoutAction(firstDraft(take), "A", 0);
    expect(draft.map(({ id }) => id)).toEqual(["B"]);
    draft = withActor(draft, take);
    expect(Object.keys(actorsOf(draft))).toEqual(["B", "A"]);
  });

  it("is told in words", () => {
    expect(actionText({ action: "take", body: { client: "alice", cost: 2 } })).toBe("take client alice, cost 2");
    expect(actionText({ action: "tick", body: {} })).toBe("tick");
  });
});
