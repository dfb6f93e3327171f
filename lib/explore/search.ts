/**
 * Runs every order of a race by stateless replay: a prefix of choices, then the same actor for as long as it can go. Orders
 * with fewer pre-emptive switches come first (CHESS, Musuvathi and Qadeer, PLDI 2007), so that the simplest ways to break
 * something are found first, and a search that must stop early has covered a bound that can be named.
 */
import { crashOf, restartOf, TICK } from "../choices";
import type { ExploredOrder, Schedule, ShortestSchedule } from "../contract";
import type { Verdict } from "../events";
import { isShorter, MAX_SCHEDULES, MAX_STEPS, switchesIn } from "./schedule";
import { replayed, shrink } from "./shrink";
import { tell } from "./tell";
import type { Chooser, ExploredRace, Outcome, Track } from "./track";

interface Prefix {
  choices: readonly string[];
  preemptions: number;
}

export class Search {
  readonly orders: ExploredOrder[] = [];
  readonly alphabet: string[];
  schedules = 0;
  violating = 0;
  private noted = 0;
  /** Orders that were given up: too long, or somebody waited for ever. */
  private unfinished = 0;
  /** By pre-emptive switches. */
  private readonly frontier: Prefix[][] = [[{ choices: [], preemptions: 0 }]];
  private readonly breaches = new Map<string, number>();
  private best: Outcome | null = null;
  private active = 0;
  private waiting: (() => void)[] = [];

  constructor(
    private readonly race: ExploredRace,
    private readonly limit: number = MAX_SCHEDULES,
  ) {
    const { actors, crashes = [], restarts = [] } = race.race;
    this.alphabet = [...Object.keys(actors), TICK, ...crashes.map(crashOf), ...restarts.map(restartOf)];
  }

  /** Runs orders on all tracks at once. @throws Error when a violation does not replay to itself */
  async run(tracks: readonly Track[], progress: () => void = () => undefined): Promise<void> {
    await Promise.all(tracks.map((track) => this.work(track, progress)));
  }

  /** Shrinks the shortest order that breaks, and tells its story. */
  async conclude(track: Track): Promise<ShortestSchedule | null> {
    if (!this.best) return null;
    // Of all orders the best is the shortest; of some, a shorter one may be near.
    const schedule = this.complete ? this.best.schedule : await shrink(track, this.best.schedule);
    const { events } = await replayed(track, schedule, true);
    return {
      schedule: [...schedule],
      switches: switchesIn(schedule),
      steps: schedule.length,
      told: tell(events),
      events,
    };
  }

  get complete(): boolean {
    return this.nextBound === null && this.active === 0 && this.unfinished === 0;
  }

  get strategy(): string {
    const { nextBound } = this;
    const cut = this.unfinished
      ? `; ${count(this.unfinished)} given up at ${MAX_STEPS} steps or because somebody would wait for ever`
      : "";
    if (nextBound === null) return `every order${cut}`;
    if (nextBound === 0) return `some orders without pre-emptive switches${cut}`;
    const most = nextBound - 1;
    return `every order with at most ${most} pre-emptive ${most === 1 ? "switch" : "switches"}, and some with more${cut}`;
  }

  /** See `Exploration.notable`. */
  get notable(): { text: string; orders: number } | null {
    const { notable } = this.race.race;
    return notable ? { text: notable.text, orders: this.noted } : null;
  }

  /** One sentence to quote, and one more where there is something notable. */
  get text(): string {
    const { notable } = this;
    return notable ? `${this.breachText} ${count(notable.orders)} of them ${notable.text}.` : this.breachText;
  }

  private get breachText(): string {
    const { schedules, violating, complete } = this;
    const orders = `${count(schedules)} ${schedules === 1 ? "order" : "orders"}`;
    const reach = complete ? "" : ` Not every order was run: ${this.strategy}.`;
    if (!violating) return `None of ${orders} breaks it.${reach}`;
    const kinds = [...this.breaches].sort(([, a], [, b]) => b - a);
    const [only] = kinds;
    if (only && kinds.length === 1) return `${count(violating)} of ${orders} ${only[0]}.${reach}`;
    const list = kinds.map(([breach, n]) => `${count(n)} ${breach}`).join(", ");
    return `${count(violating)} of ${orders} break it: ${list}.${reach}`;
  }

  private async work(track: Track, progress: () => void): Promise<void> {
    for (;;) {
      const prefix = this.pop();
      if (!prefix) {
        if (this.active === 0 || this.isFull) {
          this.wake();
          return;
        }
        await new Promise<void>((resolve) => this.waiting.push(resolve));
        continue;
      }
      this.active += 1;
      this.schedules += 1;
      try {
        await this.runOne(track, prefix);
      } finally {
        this.active -= 1;
        this.wake();
      }
      progress();
    }
  }

  private async runOne(track: Track, prefix: Prefix): Promise<void> {
    const outcome = await track.play(this.chooser(prefix));
    if (!outcome.ended) this.unfinished += 1;
    const { schedule, verdict } = outcome;
    this.orders.push({ order: this.encode(schedule), holds: verdict.holds });
    if (this.race.race.notable?.of(verdict, this.race.params)) this.noted += 1;
    if (verdict.holds !== false) return;
    // A race that breaks only sometimes would be the explorer's own fault: nothing is reported that does not repeat.
    const again = outcome.ended ? (await replayed(track, schedule)).verdict : verdict;
    if (!sameVerdict(again, verdict))
      throw new Error(`The order ${schedule.join(" ")} did not replay to the same verdict.`);
    this.violating += 1;
    const breach = this.race.race.breach(verdict, this.race.params);
    this.breaches.set(breach, (this.breaches.get(breach) ?? 0) + 1);
    if (!this.best || isShorter(schedule, this.best.schedule)) this.best = outcome;
  }

  /** Follows the prefix, then lets the same one go on; every other choice on the way is an order still to be run. */
  private chooser({ choices, preemptions }: Prefix): Chooser {
    const taken: string[] = [];
    return (able, { tick, strikes }) => {
      const i = taken.length;
      if (i >= MAX_STEPS) return null;
      const last = taken[i - 1];
      const goesOn = last !== undefined && able.includes(last) ? last : null;
      const choice = choices[i] ?? goesOn ?? able[0] ?? TICK;
      if (i >= choices.length)
        for (const other of [...able, ...(tick ? [TICK] : []), ...strikes])
          if (other !== choice) this.push([...taken, other], preemptions + (goesOn === null ? 0 : 1));
      taken.push(choice);
      return choice;
    };
  }

  private push(choices: readonly string[], preemptions: number): void {
    while (this.frontier.length <= preemptions) this.frontier.push([]);
    this.frontier[preemptions]?.push({ choices, preemptions });
  }

  private pop(): Prefix | undefined {
    if (this.isFull) return undefined;
    return this.frontier.find((bucket) => bucket.length > 0)?.pop();
  }

  private get isFull(): boolean {
    return this.schedules >= this.limit;
  }

  /** Pre-emptive switches of the simplest order that has not been run; null when all have. */
  private get nextBound(): number | null {
    const bound = this.frontier.findIndex((bucket) => bucket.length > 0);
    return bound < 0 ? null : bound;
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private encode(schedule: Schedule): string {
    return schedule.map((choice) => this.alphabet.indexOf(choice).toString(36)).join("");
  }
}

const count = (n: number): string => n.toLocaleString("en-US");

const sameVerdict = (a: Verdict, b: Verdict): boolean => a.holds === b.holds && a.text === b.text;
