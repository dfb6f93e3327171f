import { describe, expect, it } from "vitest";
import { cutText, layTape, rowHeight } from "./tape-layout";

describe("the layout of a tape", () => {
  it("gives few entries broad columns, each with its name", () => {
    expect(layTape(4, 700, 1)).toMatchObject({ from: 0, pitch: 112, stride: 1 });
    expect(layTape(8, 700, 1)).toMatchObject({ from: 0, pitch: 87.5, stride: 1 });
  });

  it("names every so many of many, so that no two names meet", () => {
    const { from, pitch, stride, characters } = layTape(40, 700, 1);
    expect([from, pitch, stride]).toEqual([0, 17.5, 4]);
    expect(characters * 6.6).toBeLessThan(pitch * stride);
  });

  it("leaves out the earliest of more than fit, which is fewer on a phone and on a projector", () => {
    expect(layTape(48, 700, 1).from).toBe(2);
    expect(layTape(48, 180, 1).from).toBe(36);
    expect(layTape(48, 700, 1.6).from).toBe(19);
  });

  it("holds for nothing at all, and before it knows its width", () => {
    expect(layTape(0, 700, 1)).toMatchObject({ from: 0, stride: 1 });
    expect(layTape(5, 0, 1).from).toBe(4);
  });

  it("gives few rows high ones", () => {
    expect([1, 3, 6, 40].map((rows) => rowHeight(rows, 1))).toEqual([84, 84, 50, 40]);
    expect([2, 5, 8].map((rows) => rowHeight(rows, 1, true))).toEqual([84, 46, 40]);
  });
});

it("cuts a text to so many characters", () => {
  expect([cutText("signed out", 6), cutText("paid", 6)]).toEqual(["signe…", "paid"]);
});
