import { describe, expect, it } from "vitest";
import type { NodeBox, NodeMessage } from "@/lib/contract";
import { pointAt, type Rect, ringShare, rowsOf, segmentsOf, wayOf } from "./nodes-layout";

const box = (id: string, row: string): NodeBox => ({
  id,
  row,
  label: id,
  actor: null,
  state: "up",
  tone: "plain",
  facts: [],
  ring: null,
});
/** Three boxes over one. */
const RECTS = new Map<string, Rect>([
  ["a", { x: 0, y: 0, width: 100, height: 50 }],
  ["b", { x: 200, y: 0, width: 100, height: 50 }],
  ["c", { x: 400, y: 0, width: 100, height: 50 }],
  ["hub", { x: 200, y: 150, width: 100, height: 50 }],
]);
const links = (...pairs: [string, string][]) => pairs.map(([from, to]) => ({ from, to, state: "up" as const }));

it("rows stand in the order of their first box, and boxes in the order in which they came", () => {
  const rows = rowsOf([box("a", "top"), box("x", "bottom"), box("b", "top")]);
  expect(rows.map((row) => row.map(({ id }) => id))).toEqual([["a", "b"], ["x"]]);
});

describe("links", () => {
  it("go from the lower edge of one box to the upper edge of the other", () => {
    const [segment] = segmentsOf(links(["b", "hub"]), RECTS);
    expect(segment).toEqual({ from: "b", to: "hub", a: { x: 250, y: 50 }, b: { x: 250, y: 150 } });
  });

  it("of one box end apart and in the order of the other boxes, in whatever order they are given", () => {
    const ends = segmentsOf(links(["hub", "c"], ["hub", "a"], ["b", "hub"]), RECTS);
    const x = Object.fromEntries(ends.map(({ from, to, a, b }) => (from === "hub" ? [to, a.x] : [from, b.x])));
    expect(x.a).toBeLessThan(x.b ?? 0);
    expect(x.b).toBeLessThan(x.c ?? 0);
    for (const end of Object.values(x)) expect(end > 200 && end < 300).toBe(true);
  });

  it("within a row go from side to side", () => {
    expect(segmentsOf(links(["a", "b"]), RECTS)).toEqual([
      { from: "a", to: "b", a: { x: 100, y: 25 }, b: { x: 200, y: 25 } },
    ]);
  });

  it("to boxes that are not there are left out", () => {
    expect(segmentsOf(links(["a", "gone"], ["a", "a"]), RECTS)).toEqual([]);
  });
});

describe("messages", () => {
  const message = (from: string, to: string): NodeMessage => ({
    id: 1,
    from,
    to,
    atUs: 0,
    outcome: "arrived",
    text: "",
  });
  const segments = segmentsOf(links(["hub", "b"]), RECTS);

  it("go along a link in either direction", () => {
    const [down, up] = [wayOf(message("b", "hub"), segments), wayOf(message("hub", "b"), segments)];
    expect(down).toMatchObject({ a: { x: 250, y: 50 }, b: { x: 250, y: 150 } });
    expect(up).toMatchObject({ a: down?.b, b: down?.a });
    expect(wayOf(message("a", "hub"), segments)).toBeNull();
  });

  it("have their words away from the box where links come together, whichever way they go", () => {
    const many = segmentsOf(links(["hub", "a"], ["hub", "b"], ["hub", "c"]), RECTS);
    const y = (from: string, to: string) => wayOf(message(from, to), many)?.words.y ?? 0;
    expect(y("hub", "b")).toBeLessThan(100);
    expect(y("b", "hub")).toBe(y("hub", "b"));
  });

  it("are so far on the way", () => {
    expect(pointAt({ a: { x: 0, y: 10 }, b: { x: 100, y: 30 } }, 0.5)).toEqual({ x: 50, y: 20 });
  });
});

it("a ring shows what is left, never less than nothing or more than all", () => {
  const share = (ttlMs: number, ofMs: number) => ringShare({ ttlMs, ofMs, label: "" });
  expect([share(250, 1000), share(-5, 1000), share(2000, 1000), share(5, 0)]).toEqual([0.25, 0, 1, 0]);
});
