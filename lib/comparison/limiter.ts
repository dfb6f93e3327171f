/** One limiter of a comparison: its run, what it is asked, and what there is to say of it. */
import type { ComparedLimiter } from "../contract";
import type { WireValue } from "../events";
import type { OwnedRun } from "../run/service";
import type { TrafficCall } from "../run/traffic-call";
import { type Answer, type Answers, NO_ANSWER } from "./answers";

/** Requests without an answer; what comes beyond is not sent and counts as failed. Two seconds of the highest rate. */
const MAX_IN_FLIGHT = 10_000;
/** So long the last look at the keys, replies and observations may take, after the last answer. */
const CONCLUDE_LIMIT_MS = 3000;

export class Limiter {
  private inFlight = 0;
  private commandsBefore = 0;
  private largest: { bytesPerKey: number; keys: number } | null = null;
  private looking: Promise<void> | null = null;

  /**
   * @param calls what is asked on behalf of each client
   * @param limiters how many are compared
   */
  constructor(
    readonly owned: OwnedRun,
    private readonly calls: readonly TrafficCall[],
    limiters: number,
  ) {
    owned.run.compare(limiters);
  }

  /** Opens every client's connection, so that no arrival has to wait for one. */
  async connect(clients: readonly string[]): Promise<void> {
    const { run } = this.owned;
    await Promise.all(clients.map((client) => run.actors.get(client)));
    this.commandsBefore = run.commandsSent;
  }

  /** Never rejects: without an answer it is `x`. */
  async ask(client: number): Promise<Answer> {
    const call = this.calls[client];
    if (!call || this.inFlight >= MAX_IN_FLIGHT) return NO_ANSWER;
    this.inFlight += 1;
    const askedAt = performance.now();
    try {
      const value = await this.owned.run.desk.act(call.action, call.body);
      return answerOf(value, performance.now() - askedAt);
    } catch {
      return NO_ANSWER; // why stands in the trace as the action's result
    } finally {
      this.inFlight -= 1;
    }
  }

  /** Measures the keys; the largest mean is kept. While Redis is gone there is nothing to measure. */
  lookAtMemory(): Promise<void> {
    this.looking ??= this.measure()
      .catch(() => undefined)
      .finally(() => {
        this.looking = null;
      });
    return this.looking;
  }

  /** Waits for a last look and a complete trace, within reason: a Redis that hangs answers neither. */
  async conclude(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CONCLUDE_LIMIT_MS);
    });
    const last = Promise.all([this.lookAtMemory(), this.owned.run.settle()]);
    await Promise.race([last, limit]).finally(() => clearTimeout(timer));
  }

  /** From now on its owner may do with the run what owners do. */
  release(): void {
    this.owned.run.compare(0);
  }

  facts(answers: Answers, index: number): ComparedLimiter {
    const { run } = this.owned;
    const { y: admitted, n: denied, x: failed } = answers.counts(index);
    const decisions = admitted + denied;
    const ms = answers.decisionsMs(index);
    const verdict = run.trace.judge();
    return {
      runId: run.id,
      pattern: run.pattern.id,
      variant: run.variant.id,
      title: `${run.pattern.title}, ${run.variant.title}`,
      params: run.params,
      admitted,
      denied,
      failed,
      decisionMs: ms.length ? { p50: quantile(ms, 0.5), p99: quantile(ms, 0.99), samples: ms.length } : null,
      commandsPerDecision: decisions ? (run.commandsSent - this.commandsBefore) / decisions : null,
      bytesPerKey: this.largest?.bytesPerKey ?? null,
      keys: this.largest?.keys ?? 0,
      holds: verdict.holds,
      verdict: verdict.text,
    };
  }

  private async measure(): Promise<void> {
    const keys = await this.owned.run.inspect();
    const bytes = keys.flatMap(({ memoryBytes }) => memoryBytes ?? []);
    if (!bytes.length) return;
    const bytesPerKey = Math.round(bytes.reduce((sum, one) => sum + one) / bytes.length);
    if (bytesPerKey > (this.largest?.bytesPerKey ?? 0)) this.largest = { bytesPerKey, keys: bytes.length };
  }
}

function answerOf(value: WireValue, ms: number): Answer {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return NO_ANSWER;
  const { allowed, remaining, retryAfterMs } = value;
  if (typeof allowed !== "boolean") return NO_ANSWER;
  return {
    letter: allowed ? "y" : "n",
    remaining: typeof remaining === "number" ? remaining : null,
    retryAfterMs: typeof retryAfterMs === "number" ? retryAfterMs : null,
    ms,
  };
}

/** The nearest rank: a value that was measured. Of an ascending list that is not empty; to the µs. */
function quantile(ascending: Float32Array, share: number): number {
  const rank = Math.max(1, Math.ceil(share * ascending.length));
  return Math.round((ascending[rank - 1] as number) * 1000) / 1000;
}
