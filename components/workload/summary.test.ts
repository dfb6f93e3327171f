import { describe, expect, it } from "vitest";
import { summaryOf } from "./summary";
import { strategyFacts } from "./workload.fixture";

const behind = {
  name: "Write-behind",
  facts: strategyFacts("behind", {
    hits: 100,
    queries: 20,
    writes: 412,
    lost: 63,
    unknown: 2,
    writeMs: { p50: 0.416, p99: 2, samples: 412 },
  }),
};
const aside = {
  name: "Cache-aside",
  facts: strategyFacts("aside", { hits: 70, queries: 300, writes: 1410, staleReads: 212, stalestMs: 4930 }),
};
const through = { name: "Write-through", facts: strategyFacts("through", { staleReads: 1, stalestMs: 30 }) };

describe("what a workload came to", () => {
  it("is told of writes, of reads, of the database and of what was stale, each with its figures", () => {
    expect(summaryOf([aside, through, behind], 10)).toEqual([
      "Write-behind acknowledged a write in 0.42 ms, lost 63 of 412; Cache-aside in 21.3 ms, lost none of 1,410; Write-through in 21.3 ms, lost none of 50.",
      "The cache answered 100 % of the reads with Write-behind, 90 % with Write-through and 70 % with Cache-aside.",
      "The database had most to do for Cache-aside, 30 queries a second, and least for Write-behind, 2.",
      "Behind what had been acknowledged were 212 reads of Cache-aside (by up to 4.9 s) and 1 of Write-through (by up to 30 ms); of the others none.",
    ]);
  });

  it("says so when no read was stale", () => {
    expect(summaryOf([behind], 10).at(-1)).toBe("No read missed a write that had been acknowledged before it began.");
  });

  it("does not say what was lost before that is counted", () => {
    const uncounted = { ...aside, facts: { ...aside.facts, lost: null } };
    expect(summaryOf([uncounted], 10)[0]).toBe("Cache-aside acknowledged a write in 21.3 ms.");
  });

  it("does not speak of what was not asked for", () => {
    const unread = { ...aside, facts: { ...aside.facts, reads: 0, hits: 0, staleReads: 0 } };
    expect(summaryOf([unread], 10)).toHaveLength(1);
    const unwritten = { ...aside, facts: { ...aside.facts, writes: 0, writeMs: null } };
    expect(summaryOf([unwritten], 10)[0]).toMatch(/^The cache answered/);
  });

  it("says when every write failed", () => {
    const failed = { ...aside, facts: { ...aside.facts, writes: 0, writeMs: null, failed: 9, unknown: 9 } };
    expect(summaryOf([failed], 10)[0]).toBe("No write was acknowledged.");
  });
});
