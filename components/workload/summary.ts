/** What a workload came to, in plain sentences that are made of its figures. */
import type { StrategyFacts } from "@/lib/contract";
import { countText, msText, numberText } from "../run/format";
import { durationText, percentText } from "./measures";

export interface Named {
  name: string;
  facts: StrategyFacts;
}

/** "a", "a and b", "a, b and c". */
function list(parts: readonly string[], separator = ", "): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(separator)} and ${parts.at(-1)}`;
}

const by = (value: (facts: StrategyFacts) => number) => (a: Named, b: Named) => value(a.facts) - value(b.facts);

/** In the order in which one asks: what a write costs and risks, what the cache saves, what it says that is no longer so. */
export function summaryOf(strategies: readonly Named[], seconds: number): string[] {
  return [
    writesText(strategies),
    readsText(strategies),
    queriesText(strategies, seconds),
    staleText(strategies),
  ].filter((sentence) => sentence !== null);
}

function writesText(strategies: readonly Named[]): string | null {
  const wrote = strategies.filter(({ facts }) => facts.writeMs).sort(by(({ writeMs }) => writeMs?.p50 ?? 0));
  if (!wrote.length) return strategies.some(({ facts }) => facts.failed) ? "No write was acknowledged." : null;
  const each = wrote.map(({ name, facts: { writeMs, lost, writes } }, i) => {
    const took = `${name} ${i ? "" : "acknowledged a write "}in ${msText(writeMs?.p50 ?? 0)} ms`;
    return lost === null ? took : `${took}, lost ${lost ? countText(lost) : "none"} of ${countText(writes)}`;
  });
  return `${each.join("; ")}.`;
}

function readsText(strategies: readonly Named[]): string | null {
  const rate = ({ hits, reads }: StrategyFacts) => hits / reads;
  const read = strategies.filter(({ facts }) => facts.reads).sort(by((facts) => -rate(facts)));
  if (!read.length) return null;
  const each = read.map(({ name, facts }, i) => `${percentText(rate(facts))} ${i ? "" : "of the reads "}with ${name}`);
  return `The cache answered ${list(each)}.`;
}

function queriesText(strategies: readonly Named[], seconds: number): string | null {
  const sorted = [...strategies].sort(by(({ queries }) => -queries));
  const [most, least] = [sorted[0], sorted.at(-1)];
  if (!most || !least || most === least) return null;
  const perSecond = ({ facts }: Named) => numberText(facts.queries / seconds);
  return `The database had most to do for ${most.name}, ${perSecond(most)} queries a second, and least for ${least.name}, ${perSecond(least)}.`;
}

function staleText(strategies: readonly Named[]): string | null {
  const read = strategies.filter(({ facts }) => facts.reads);
  const stale = read.filter(({ facts }) => facts.staleReads).sort(by(({ staleReads }) => -staleReads));
  if (!read.length) return null;
  if (!stale.length) return "No read missed a write that had been acknowledged before it began.";
  const each = stale.map(({ name, facts: { staleReads, stalestMs } }, i) => {
    const reads = i ? "" : staleReads === 1 ? " read" : " reads";
    return `${countText(staleReads)}${reads} of ${name} (by up to ${durationText(stalestMs)})`;
  });
  return `Behind what had been acknowledged were ${list(each)}${stale.length < read.length ? "; of the others none" : ""}.`;
}
