/** A comparison as a stream of CSV: one line per arrival that all limiters have answered. */
import type { Comparison } from "../comparison/comparison";
import { csvCell } from "./trace-export";

const ROWS_PER_CHUNK = 1000;
const PER_LIMITER = ["answer", "remaining", "retry_after_ms", "decision_ms"] as const;

/** What of a comparison goes into its CSV. */
export interface Exported extends Pick<Comparison, "schedule" | "arrivals" | "answers"> {
  runs: readonly { run: { pattern: { id: string }; variant: { id: string } } }[];
}

export function comparisonStream(comparison: Exported): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const total = comparison.answers.answered;
  let next = 0;
  return new ReadableStream({
    start(controller) {
      controller.enqueue(encoder.encode(line(header(comparison))));
    },
    pull(controller) {
      const to = Math.min(total, next + ROWS_PER_CHUNK);
      let text = "";
      for (; next < to; next++) text += line(row(comparison, next));
      if (text) controller.enqueue(encoder.encode(text));
      if (next >= total) controller.close();
    },
  });
}

const line = (cells: readonly (string | number)[]) => `${cells.map(csvCell).join(",")}\r\n`;

/** A limiter that takes part twice is told apart by its number. */
function header({ runs }: Exported): string[] {
  const seen = new Map<string, number>();
  const names = runs.map(({ run }) => {
    const name = `${run.pattern.id}/${run.variant.id}`;
    const nth = (seen.get(name) ?? 0) + 1;
    seen.set(name, nth);
    return nth === 1 ? name : `${name}#${nth}`;
  });
  const columns = names.flatMap((name) => PER_LIMITER.map((column) => `${name} ${column}`));
  return ["n", "at_ms", "client", "cost", ...columns, "disagree"];
}

function row({ schedule, arrivals, answers, runs }: Exported, n: number): (string | number)[] {
  const { atMs, clients, names } = schedule;
  const cells = runs.flatMap((_, limiter) => {
    const { letter, remaining, retryAfterMs, ms } = answers.answer(limiter, n);
    return [letter, remaining ?? "", retryAfterMs ?? "", ms === null ? "" : Math.round(ms * 1000) / 1000];
  });
  const client = names[clients[n] as number] as string;
  return [n, atMs[n] as number, client, arrivals.cost, ...cells, answers.differs(n) ? 1 : 0];
}
