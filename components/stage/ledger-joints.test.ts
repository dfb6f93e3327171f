import { describe, expect, it } from "vitest";
import { cellText, jointsOf } from "./ledger-joints";

const entries = (...ids: (number | [number, "no"])[]) => ({
  entries: ids.map((id) =>
    typeof id === "number"
      ? { id, actor: `w${id}`, text: "", outcome: "yes" as const }
      : { id: id[0], actor: `w${id[0]}`, text: "", outcome: id[1] },
  ),
});

describe("the lines between the places of a ledger", () => {
  it("join the same entry, and say which cross", () => {
    expect(jointsOf([entries(1, 2, 3), entries(2, 1, 3)])).toMatchObject([
      { id: 1, from: 0, to: 1, crosses: true },
      { id: 2, from: 1, to: 0, crosses: true },
      { id: 3, from: 2, to: 2, crosses: false },
    ]);
  });

  it("leave out what came to one place only", () => {
    expect(jointsOf([entries(1, 2), entries(2, 9)])).toMatchObject([
      { id: 2, place: 0, from: 1, to: 0, crosses: false },
    ]);
    expect(jointsOf([entries(), entries(1)])).toEqual([]);
  });

  it("join neighbours only, and tell where one end was refused", () => {
    expect(jointsOf([entries(1), entries([1, "no"]), entries(1)])).toMatchObject([
      { place: 0, refused: true },
      { place: 1, refused: true },
    ]);
  });
});

it("a cell says in words what its look says", () => {
  expect(cellText({ text: "ann", flag: "differs", note: "version 2" }, "PostgreSQL")).toBe(
    "ann, version 2, differs from PostgreSQL",
  );
  expect(cellText({ text: null, flag: "absent" }, "PostgreSQL")).toBe("not there");
  expect(cellText({ text: "ann", flag: "same" }, "PostgreSQL")).toBe("ann");
});
