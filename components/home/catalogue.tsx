import Link from "next/link";
import { FAMILIES, type Family, type PatternDescription } from "@/lib/contract";

interface Props {
  patterns: PatternDescription[];
  /** What the link to a family's comparison says. */
  comparisons: Partial<Record<Family, string>>;
}

/** The patterns there are, by family, in the order in which they are best met; of some families all at once. */
export function Catalogue({ patterns, comparisons }: Props) {
  const families = (Object.keys(FAMILIES) as Family[]).map((family) => ({
    family,
    of: patterns.filter((pattern) => pattern.family === family),
  }));
  return (
    <div className="mt-14">
      {families
        .filter(({ of }) => of.length)
        .map(({ family, of }) => (
          <section
            key={family}
            id={family}
            aria-labelledby={`family-${family}`}
            className="grid gap-x-10 gap-y-4 border-t border-ink pt-4 pb-12 md:grid-cols-[200px_1fr]"
          >
            <div>
              <h2 id={`family-${family}`} className="text-[17px] font-semibold">
                {FAMILIES[family]}
              </h2>
              {comparisons[family] && (
                <Link href={`/compare/${family}`} className="link mt-2 inline-block max-w-[18ch]">
                  {comparisons[family]}
                </Link>
              )}
            </div>
            <ul>
              {of.map((pattern) => (
                <Entry key={pattern.id} pattern={pattern} />
              ))}
            </ul>
          </section>
        ))}
    </div>
  );
}

function Entry({ pattern }: { pattern: PatternDescription }) {
  return (
    <li className="border-t border-hair py-4 first:border-0 first:pt-0">
      <Link href={`/patterns/${pattern.id}`} className="group block">
        <span className="text-[21px] font-semibold tracking-[-0.01em] underline decoration-edge decoration-1 underline-offset-[5px] group-hover:decoration-ink group-hover:decoration-2">
          {pattern.title}
        </span>
        <span className="mt-2 block max-w-[60ch] text-[15px]">{pattern.summary}</span>
      </Link>
      <p className="mt-2 max-w-[64ch] text-soft">
        Always on screen: {pattern.invariant.replace(/\.$/, "")}.{" "}
        <span className="whitespace-nowrap">
          {pattern.variants.length} variants, {pattern.scenarios.length} scenarios.
        </span>
      </p>
    </li>
  );
}
