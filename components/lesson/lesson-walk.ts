/**
 * The lesson's moments, in their order: each a scenario on a variant and where in it to look. A moment that the trace
 * already holds is gone to; one that it does not hold is played, and gone to when the scenario is over.
 */
import { Observable } from "../run/observable";
import type { RunStore } from "../run/run-store";
import type { RunSession } from "../run/session";
import { type Moment, seqOf } from "../run/tellings";

export interface LessonSection {
  title: string;
  html: string;
  scenario?: string;
  variant?: string;
  moment?: Moment;
}

interface Stop extends LessonSection {
  scenario: string;
}

export class LessonWalk extends Observable {
  readonly stops: readonly Stop[];
  /** Where the walk stands; null before its first stop. */
  at: number | null = null;
  /** The stop that is being played, and what is still to come of it. */
  private waiting: { stop: Stop; sinceSeq: number; store: RunStore } | null = null;
  private unsubscribe: (() => void) | null = null;
  /** Why the stop cannot be shown. */
  problem: string | null = null;

  constructor(
    private readonly session: RunSession,
    sections: readonly LessonSection[],
  ) {
    super();
    this.stops = sections.filter((section): section is Stop => section.scenario !== undefined);
  }

  get stop(): LessonSection | null {
    return this.at === null ? null : (this.stops[this.at] ?? null);
  }

  get isPlaying(): boolean {
    return this.waiting !== null;
  }

  /** To the next (1) or the previous (-1) stop; the ends are ends. */
  go(by: 1 | -1): void {
    const index = this.at === null ? (by > 0 ? 0 : -1) : this.at + by;
    const stop = this.stops[index];
    if (!stop) return;
    const { store } = this.session;
    const telling = store.tellings.last(stop.scenario, stop.variant ?? null);
    const seq = telling && seqOf(telling, stop.moment ?? "violation", store.marks.violations);
    if (seq === null) {
      void this.play(stop);
      return;
    }
    this.stopWaiting();
    this.stand(stop, null);
    this.session.detach();
    store.seek(seq);
  }

  /** Plays the section's scenario on its variant, whatever the trace holds, then goes to its moment. */
  async play(section: LessonSection): Promise<void> {
    const { session } = this;
    const { scenario, variant } = section;
    const { lock, store } = session;
    const running = store.facts.scenario !== null ? "A scenario is running; its end comes first." : null;
    if (this.isPlaying && running !== null && lock === null) {
      // What is played stays what the walk stands at, and its moment is still waited for.
      this.problem = running;
      this.tell();
      return;
    }
    this.stopWaiting();
    this.stand(section, lock ?? running);
    if (this.problem !== null) return;
    if (variant !== undefined && variant !== store.facts.variant && !(await session.setVariant(variant))) return;
    if (scenario === undefined) return;
    const stop = { ...section, scenario };
    this.waiting = { stop, sinceSeq: store.log.lastSeq, store };
    this.unsubscribe = store.subscribe(this.look);
    this.tell();
    if (!(await session.scenario(scenario, "live"))) this.stopWaiting();
  }

  private stand(section: LessonSection, problem: string | null): void {
    const index = this.stops.findIndex(({ title }) => title === section.title);
    if (index >= 0) this.at = index;
    this.problem = problem;
    this.tell();
  }

  private look = (): void => {
    if (!this.waiting) return;
    const { stop, sinceSeq, store } = this.waiting;
    const telling = store.tellings.last(stop.scenario, stop.variant ?? null, sinceSeq);
    if (!telling || telling.toSeq === null) return;
    this.problem = null;
    this.stopWaiting();
    // Who has touched the timeline meanwhile looks at something else, and is left alone.
    if (this.session.store !== store || !store.playhead.live) return;
    const seq = seqOf(telling, stop.moment ?? "violation", store.marks.violations);
    // A scenario that went well has its end for a moment: there one is already.
    if (seq !== null && seq < telling.toSeq) store.seek(seq);
  };

  private stopWaiting(): void {
    this.unsubscribe?.();
    this.unsubscribe = null;
    if (!this.waiting) return;
    this.waiting = null;
    this.tell();
  }
}
