/** A comparison: several runs that are asked the same at the same instants, and what they answered. */
import type { Arrivals, ComparedLimiter, ComparisonBatch, ComparisonView } from "../contract";
import type { OwnedRun } from "../run/service";
import type { TrafficCall } from "../run/traffic-call";
import { type Answer, Answers, NO_ANSWER } from "./answers";
import { Feeder } from "./feeder";
import { Limiter } from "./limiter";
import { type Schedule, scheduleOf } from "./schedule";
import type { Shelved } from "./shelf";

const LOOK_EVERY_MS = 1000;
/** Whoever has not answered by then does not count any more: a Redis that hangs must not hold up the others. */
const ANSWER_LIMIT_MS = 10_000;
/** Facts are computed at most this often, however many ask. */
const FACTS_KEPT_MS = 250;

export interface ComparisonSettings {
  id: string;
  owner: string;
  seed: number;
  arrivals: Arrivals;
  runs: readonly OwnedRun[];
  /** Per run, what is asked on behalf of each client. */
  calls: readonly (readonly TrafficCall[])[];
}

export class Comparison implements Shelved {
  readonly id: string;
  readonly owner: string;
  readonly seed: number;
  readonly arrivals: Arrivals;
  readonly schedule: Schedule;
  readonly answers: Answers;
  readonly runs: readonly OwnedRun[];
  /** Resolves when it is done or has been ended. */
  readonly over: Promise<void>;
  status: ComparisonView["status"] = "waiting";
  private readonly limiters: readonly Limiter[];
  private readonly feeder: Feeder;
  /** Per arrival, on the clock of `performance.now()`. */
  private readonly sentAt: Float64Array;
  private looks: NodeJS.Timeout | undefined;
  private concluding = false;
  private facts: { atMs: number; limiters: ComparedLimiter[] } | null = null;
  private tellOver = () => {};

  constructor(settings: ComparisonSettings) {
    this.id = settings.id;
    this.owner = settings.owner;
    this.seed = settings.seed;
    this.arrivals = settings.arrivals;
    this.runs = settings.runs;
    this.schedule = scheduleOf(settings.arrivals, settings.seed);
    this.answers = new Answers(this.schedule, settings.runs.length);
    this.limiters = settings.runs.map((owned, i) => new Limiter(owned, settings.calls[i] ?? [], settings.runs.length));
    this.feeder = new Feeder(this.schedule.atMs, (n) => this.send(n));
    this.sentAt = new Float64Array(this.answers.total);
    this.over = new Promise((resolve) => {
      this.tellOver = resolve;
    });
  }

  get isOver(): boolean {
    return this.status === "done" || this.status === "ended";
  }

  /** Opens the connections, then lets the arrivals come. Resolves when the first one is due. */
  async start(): Promise<void> {
    // One that cannot connect shows in answers that fail; the arrivals wait for all the others.
    await Promise.allSettled(this.limiters.map((limiter) => limiter.connect(this.schedule.names)));
    if (this.isOver) return;
    this.status = "running";
    this.looks = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.feeder.start();
    this.concludeWhenAnswered();
  }

  /** Stops it before its end; what was answered stays. */
  end(): void {
    this.finish("ended");
  }

  view(): Omit<ComparisonView, "owner"> {
    const { answers, schedule } = this;
    return {
      comparisonId: this.id,
      seed: this.seed,
      arrivals: this.arrivals,
      clients: [...schedule.names],
      status: this.status,
      total: answers.total,
      answered: answers.answered,
      disagreements: answers.disagreements,
      disagreed: [...answers.disagreed],
      limiters: this.limiterFacts(),
    };
  }

  /** The answered arrivals `from` to before `to`. */
  batch(from: number, to: number, isLast: boolean): ComparisonBatch {
    const { atMs, clients } = this.schedule;
    return {
      comparisonId: this.id,
      from,
      atMs: [...atMs.subarray(from, to)],
      clients: [...clients.subarray(from, to)],
      answers: this.limiters.map((_, limiter) => this.answers.letters(limiter, from, to)),
      elapsedMs: isLast ? -1 : Math.round(this.feeder.elapsedMs),
    };
  }

  /** One arrival to all, in one turn of the event loop; each is first in its turn. */
  private send(n: number): void {
    const { limiters } = this;
    const client = this.schedule.clients[n] as number;
    this.sentAt[n] = performance.now();
    for (let turn = 0; turn < limiters.length; turn++) {
      const index = (n + turn) % limiters.length;
      void (limiters[index] as Limiter).ask(client).then((answer) => this.take(index, n, answer));
    }
  }

  private take(index: number, n: number, answer: Answer): void {
    if (this.isOver) return;
    this.answers.record(index, n, answer);
    this.concludeWhenAnswered();
  }

  private look(): void {
    const oldest = performance.now() - ANSWER_LIMIT_MS;
    for (const [index, limiter] of this.limiters.entries()) {
      void limiter.lookAtMemory();
      let n = this.answers.prefixOf(index);
      while (n < this.feeder.sent && (this.sentAt[n] as number) < oldest) {
        this.answers.record(index, n, NO_ANSWER);
        n = this.answers.prefixOf(index);
      }
    }
    this.concludeWhenAnswered();
  }

  private concludeWhenAnswered(): void {
    if (this.concluding || this.answers.answered < this.answers.total) return;
    this.concluding = true;
    clearInterval(this.looks);
    void Promise.allSettled(this.limiters.map((limiter) => limiter.conclude())).then(() => this.finish("done"));
  }

  private finish(status: "done" | "ended"): void {
    if (this.isOver) return;
    this.facts = null;
    this.limiterFacts();
    this.status = status;
    this.feeder.stop();
    clearInterval(this.looks);
    for (const limiter of this.limiters) limiter.release();
    this.tellOver();
  }

  /** Once it is over they stay as they were: the runs are their owner's again, and may change. */
  private limiterFacts(): ComparedLimiter[] {
    const atMs = performance.now();
    if (!this.facts || (!this.isOver && atMs - this.facts.atMs > FACTS_KEPT_MS))
      this.facts = { atMs, limiters: this.limiters.map((limiter, i) => limiter.facts(this.answers, i)) };
    return this.facts.limiters;
  }
}
