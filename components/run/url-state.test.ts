import { describe, expect, it } from "vitest";
import { formatUrl, parseUrl } from "./url-state";

const pattern = {
  params: [{ id: "capacity", title: "Capacity", unit: "tokens", min: 1, max: 1000, step: 1, default: 10 }],
  variants: [{ id: "safe" }],
  scenarios: [{ id: "burst" }],
};
const RUN = "abcdefghijklmnopqrstuv";

describe("url state", () => {
  it("comes back as it was written", () => {
    const search = `?variant=safe&capacity=12&scenario=burst&seed=7&run=${RUN}&at=412&present=1`;
    expect(formatUrl(parseUrl(search, pattern))).toBe(search);
  });

  it("names a replay by its id, and nothing that is no id", () => {
    const search = "?share=abcdefghijklmnopqrstuv&at=3";
    expect(formatUrl(parseUrl(search, pattern))).toBe(search);
    expect(parseUrl("?share=../../api/runs/abcdefgh", pattern).share).toBeNull();
  });

  it("keeps a playhead before the first event", () => {
    expect(parseUrl("?at=0", pattern).at).toBe(0);
  });

  it("drops what is unknown, out of bounds or malformed", () => {
    const bad = "?variant=x&capacity=0&scenario=../&seed=-1&run=short&at=1e9&present=yes&other=1";
    expect(formatUrl(parseUrl(bad, pattern))).toBe("");
    expect(parseUrl("?capacity=", pattern).params).toEqual({});
    expect(parseUrl("?capacity=NaN", pattern).params).toEqual({});
  });
});
