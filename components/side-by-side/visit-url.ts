/** What the addresses of pages that run several variants at once have in common. Whatever is no good is left out. */
import type { PatternDescription } from "@/lib/contract";
import { MAX_SEED } from "../controls/seed-setting";
import type { Range } from "../controls/slider-scale";
import { MAX_RUNS, sameVariant, type VariantId, variantsOf } from "./variants";

export interface VisitUrl<Setup> {
  setup: Setup;
  /** What runs, or is watched; null: nothing yet. */
  id: string | null;
  present: boolean;
}

/** A number within its range, or null. */
export function within(text: string | null, { min, max }: Pick<Range, "min" | "max">): number | null {
  const value = text === null || text.trim() === "" ? Number.NaN : Number(text);
  return value >= min && value <= max ? value : null;
}

export function seedIn(query: URLSearchParams): number | null {
  const seed = within(query.get("seed"), { min: 0, max: MAX_SEED });
  return Number.isInteger(seed) ? seed : null;
}

/** Those of "fixed-window.safe token-bucket.safe" that there are, in the catalogue's order; null when there are none. */
export function variantsIn(text: string | null, patterns: readonly PatternDescription[]): VariantId[] | null {
  const asked = (text ?? "").split(" ").map((one): VariantId => {
    const dot = one.indexOf(".");
    return { pattern: one.slice(0, dot), variant: one.slice(dot + 1) };
  });
  const known = variantsOf(patterns).filter((one) => asked.some((other) => sameVariant(one, other)));
  return known.length ? known.slice(0, MAX_RUNS) : null;
}

export const variantsText = (variants: readonly VariantId[]): string =>
  variants.map(({ pattern, variant }) => `${pattern}.${variant}`).join(" ");

/** @param name under which the address names it */
export function visitIn(query: URLSearchParams, name: string): { id: string | null; present: boolean } {
  const id = query.get(name);
  return {
    id: id !== null && /^[A-Za-z0-9_-]{22,64}$/.test(id) ? id : null,
    present: query.get("present") === "1",
  };
}

/** The settings as they are named, then seed, id and look. */
export function visitSearch(
  settings: Readonly<Record<string, string | number>>,
  { setup: { seed }, id, present }: VisitUrl<{ seed: number | null }>,
  name: string,
): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(settings)) query.set(key, String(value));
  if (seed !== null) query.set("seed", String(seed));
  if (id !== null) query.set(name, id);
  if (present) query.set("present", "1");
  return `?${query}`;
}
