/** One harness for all comparisons: contenders take turns, round by round, so that a noisy machine is noisy for all of them. */

export interface Contender {
  name: string;
  /** One operation. */
  once(): Promise<unknown>;
}

export interface Rate {
  name: string;
  concurrency: number;
  /** Median over the rounds of operations per second. */
  perSecond: number;
  /** Median over the rounds of this contender's rate divided by the first one's in the same round. */
  ratio: number;
  p50Ms: number;
  p99Ms: number;
  samples: number;
}

const median = (values: readonly number[]): number => percentile(values, 0.5);

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

async function timed(contender: Contender, concurrency: number, ms: number, latencies: number[]): Promise<number> {
  const start = performance.now();
  let count = 0;
  const loop = async () => {
    while (performance.now() - start < ms) {
      const at = performance.now();
      await contender.once();
      latencies.push(performance.now() - at);
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, loop));
  return (count * 1000) / (performance.now() - start);
}

/** The first contender is the measure of the others. One warm-up round is thrown away. */
export async function compare(
  contenders: readonly Contender[],
  concurrency: number,
  rounds = 9,
  ms = 300,
): Promise<Rate[]> {
  const rates = contenders.map((): number[] => []);
  const latencies = contenders.map((): number[] => []);
  for (let round = 0; round <= rounds; round++)
    for (const [i, contender] of contenders.entries()) {
      const perSecond = await timed(contender, concurrency, ms, round === 0 ? [] : (latencies[i] as number[]));
      if (round > 0) rates[i]?.push(perSecond);
    }
  const first = rates[0] as number[];
  return contenders.map(({ name }, i) => {
    const own = rates[i] as number[];
    const lat = latencies[i] as number[];
    return {
      name,
      concurrency,
      perSecond: median(own),
      ratio: median(own.map((rate, round) => rate / (first[round] ?? Number.NaN))),
      p50Ms: percentile(lat, 0.5),
      p99Ms: percentile(lat, 0.99),
      samples: lat.length,
    };
  });
}

export function printRates(title: string, rates: readonly Rate[]): void {
  console.log(`\n${title}`);
  console.table(
    rates.map(({ name, concurrency, perSecond, ratio, p50Ms, p99Ms, samples }) => ({
      what: name,
      concurrency,
      "per second": Math.round(perSecond),
      ratio: Number(ratio.toFixed(2)),
      "p50 ms": Number(p50Ms.toFixed(3)),
      "p99 ms": Number(p99Ms.toFixed(3)),
      samples,
    })),
  );
}
