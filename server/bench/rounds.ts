/** One harness for all comparisons: contenders take turns, round by round, so that a noisy machine is noisy for all of them. */

export interface Contender {
  name: string;
  /** One operation. */
  once(): Promise<unknown>;
  /** Called before each of its turns. */
  prepare?(): void;
  /** Called when the clock of a turn starts: the lead-in is over. */
  begin?(): void;
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
  /** CPU time of this process per operation, median over the rounds, µs. */
  nodeUs: number;
  /** The same of the server; null when nobody can tell. */
  serverUs: number | null;
  samples: number;
}

const median = (values: readonly number[]): number => percentile(values, 0.5);

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** @returns operations done, and ms that it took */
async function turn(
  contender: Contender,
  concurrency: number,
  ms: number,
  latencies: number[],
): Promise<{ count: number; tookMs: number }> {
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
  return { count, tookMs: performance.now() - start };
}

interface Rounds {
  rounds?: number;
  /** Of each turn. */
  ms?: number;
  /** The same work before each turn, not counted: for what has to settle first. */
  leadInMs?: number;
  /** CPU time that the server has used until now, µs. */
  serverCpuUs?(): Promise<number>;
}

/** The first contender is the measure of the others. One warm-up round is thrown away. */
export async function compare(
  contenders: readonly Contender[],
  concurrency: number,
  { rounds = 9, ms = 300, leadInMs = 0, serverCpuUs }: Rounds = {},
): Promise<Rate[]> {
  const seen = contenders.map(() => ({
    rates: [] as number[],
    nodeUs: [] as number[],
    serverUs: [] as number[],
    latencies: [] as number[],
  }));
  for (let round = 0; round <= rounds; round++)
    for (const [i, contender] of contenders.entries()) {
      contender.prepare?.();
      if (leadInMs > 0) await turn(contender, concurrency, leadInMs, []);
      contender.begin?.();
      const own = seen[i];
      const serverBefore = await serverCpuUs?.();
      const nodeBefore = process.cpuUsage();
      const { count, tookMs } = await turn(contender, concurrency, ms, (round > 0 && own?.latencies) || []);
      const node = process.cpuUsage(nodeBefore);
      const serverAfter = await serverCpuUs?.();
      if (round === 0 || !own) continue;
      own.rates.push((count * 1000) / tookMs);
      own.nodeUs.push((node.user + node.system) / count);
      if (serverBefore !== undefined && serverAfter !== undefined)
        own.serverUs.push((serverAfter - serverBefore) / count);
    }
  return contenders.map(({ name }, i) => {
    const { rates = [], nodeUs = [], serverUs = [], latencies = [] } = seen[i] ?? {};
    return {
      name,
      concurrency,
      perSecond: median(rates),
      ratio: median(rates.map((rate, round) => rate / (seen[0]?.rates[round] ?? Number.NaN))),
      p50Ms: percentile(latencies, 0.5),
      p99Ms: percentile(latencies, 0.99),
      nodeUs: median(nodeUs),
      serverUs: serverUs.length > 0 ? median(serverUs) : null,
      samples: latencies.length,
    };
  });
}

/** @param facts more columns, a record for each rate */
export function printRates(title: string, rates: readonly Rate[], facts: readonly Record<string, number>[] = []): void {
  console.log(`\n${title}`);
  console.table(
    rates.map(({ name, concurrency, perSecond, ratio, p50Ms, p99Ms, nodeUs, serverUs, samples }, i) => ({
      what: name,
      concurrency,
      "per second": Math.round(perSecond),
      ratio: Number(ratio.toFixed(2)),
      "p50 ms": Number(p50Ms.toFixed(3)),
      "p99 ms": Number(p99Ms.toFixed(3)),
      "node µs": Number(nodeUs.toFixed(1)),
      ...(serverUs === null ? {} : { "redis µs": Number(serverUs.toFixed(1)) }),
      samples,
      ...facts[i],
    })),
  );
}
