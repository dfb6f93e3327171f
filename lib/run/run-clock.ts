/**
 * The clock of a run: the machine's plus an offset, the same that the run's Redis sees through the clock shim. Frozen, it
 * stands still and jumps from deadline to deadline as soon as nobody works (pace `fast`): minutes pass in milliseconds, and
 * two plays of one scenario see the same times.
 */
import type { ClockPage } from "../redis/clock-page";

/** Of one server or of several. */
type Page = Pick<ClockPage, "set">;

const realUs = () => (performance.timeOrigin + performance.now()) * 1000;

interface Sleeper {
  dueUs: number;
  wake(): void;
  /** Does time jump for this one, or only past it? */
  drives: boolean;
}

export class RunClock {
  private offsetUs = 0;
  private frozenUs: number | null = null;
  private sleepers: Sleeper[] = [];
  private timers = new Set<{ timer: NodeJS.Timeout; wake(): void }>();
  private jumping = false;
  private stopped = false;
  private isHeld = false;
  /** When Redis next ends the waiting of a command, µs: no jump passes by it. Null: it ends none. */
  dueInRedisUs: (() => number | null) | null = null;
  /** Told of each jump, for the trace. */
  onJump: ((offsetUs: number, deltaUs: number) => void) | null = null;

  /**
   * @param page the shim's page of the run's Redis, or null without the shim: then the clock cannot be moved.
   * @param quiet resolves when nothing is under way: no command unanswered, no reply unrecorded. Answers whether anything happened meanwhile.
   */
  constructor(
    private page: Page | null,
    private readonly quiet: () => Promise<boolean>,
  ) {
    this.page?.set(0, 0);
  }

  get movable(): boolean {
    return this.page !== null;
  }

  get frozen(): boolean {
    return this.frozenUs !== null;
  }

  /** Stands still for good and moves only by `moveTo`: a stepped run. */
  get held(): boolean {
    return this.isHeld;
  }

  /** µs since the Unix epoch, on this clock. */
  nowUs(): number {
    return this.atUs(performance.now());
  }

  /** What this clock shows (or showed, while it has not been moved) when `performance.now()` gives `realMs`. */
  atUs(realMs: number): number {
    return this.frozenUs ?? (performance.timeOrigin + realMs) * 1000 + this.offsetUs;
  }

  nowMs(): number {
    return this.nowUs() / 1000;
  }

  sleep(ms: number): Promise<void> {
    return this.wait(ms, true);
  }

  /** For what goes on for ever: a frozen clock does not jump for its sake, only past it on the way to another's deadline. */
  sleepInBackground(ms: number): Promise<void> {
    return this.wait(ms, false);
  }

  private wait(ms: number, drives: boolean): Promise<void> {
    if (this.stopped) return Promise.resolve();
    const waitMs = Math.max(0, ms);
    return new Promise((wake) => {
      if (this.frozenUs === null) this.wakeIn(waitMs, wake);
      else {
        this.sleepers.push({ dueUs: this.frozenUs + waitMs * 1000, wake, drives });
        if (drives) void this.jumpOn();
      }
    });
  }

  private wakeIn(ms: number, wake: () => void): void {
    const entry = { timer: setTimeout(() => this.wakeTimer(entry), ms), wake };
    this.timers.add(entry);
  }

  /**
   * Stops it until the end of the run. Without the shim only what we read stands still: Redis' own clock runs on.
   * @param us where it stands; absent: here and now
   */
  hold(us = Math.ceil(this.nowUs() / 1000) * 1000): void {
    this.isHeld = true;
    this.frozenUs = us;
    this.page?.set(us, this.offsetUs);
  }

  /** Only while it is held. */
  moveTo(us: number): void {
    if (!this.isHeld || this.frozenUs === null) return;
    const deltaUs = us - this.frozenUs;
    this.frozenUs = us;
    this.page?.set(us, this.offsetUs);
    if (deltaUs > 0) this.onJump?.(us - realUs(), deltaUs);
  }

  freeze(): void {
    if (!this.page || this.frozenUs !== null) return;
    this.frozenUs = Math.ceil(this.nowUs() / 1000) * 1000;
    this.page.set(this.frozenUs, this.offsetUs);
  }

  /** Lets the clock run on from where it stands; whoever still sleeps is woken, unless in the background. */
  thaw(): void {
    if (!this.page || this.frozenUs === null || this.isHeld) return;
    const stoodUs = this.frozenUs;
    this.offsetUs = this.frozenUs - realUs();
    // Redis reads the two words one after the other: the offset must stand before the clock runs again.
    this.page.set(this.frozenUs, this.offsetUs);
    this.frozenUs = null;
    this.page.set(0, this.offsetUs);
    const background = this.sleepers.filter(({ drives }) => !drives);
    this.sleepers = this.sleepers.filter(({ drives }) => drives);
    this.wakeAll();
    for (const { dueUs, wake } of background) this.wakeIn((dueUs - stoodUs) / 1000, wake);
  }

  /** For a run that ends: nobody sleeps any more, and the page is left to its owner. */
  stop(): void {
    this.stopped = true;
    this.isHeld = false;
    this.thaw();
    this.page = null;
    this.wakeAll();
  }

  /** Wakes everyone, for a run that changes. */
  wakeAll(): void {
    for (const sleeper of this.sleepers.splice(0)) sleeper.wake();
    for (const entry of [...this.timers]) {
      clearTimeout(entry.timer);
      this.wakeTimer(entry);
    }
  }

  private wakeTimer(entry: { timer: NodeJS.Timeout; wake(): void }): void {
    this.timers.delete(entry);
    entry.wake();
  }

  private async jumpOn(): Promise<void> {
    if (this.jumping) return;
    this.jumping = true;
    while (this.sleepers.some(({ drives }) => drives) && this.frozenUs !== null) {
      if (await this.quiet()) continue;
      this.jumpToNext();
    }
    this.jumping = false;
  }

  private jumpToNext(): void {
    if (this.frozenUs === null || !this.page) return;
    const inRedisUs = this.dueInRedisUs?.() ?? Number.POSITIVE_INFINITY;
    const dueUs = Math.min(inRedisUs, ...this.sleepers.map((sleeper) => sleeper.dueUs));
    const deltaUs = Math.max(0, dueUs - this.frozenUs);
    this.frozenUs += deltaUs;
    this.page.set(this.frozenUs, this.offsetUs);
    if (deltaUs > 0) this.onJump?.(this.frozenUs - realUs(), deltaUs);
    const due = this.sleepers.filter((sleeper) => sleeper.dueUs <= dueUs);
    this.sleepers = this.sleepers.filter((sleeper) => sleeper.dueUs > dueUs);
    for (const sleeper of due) sleeper.wake();
  }
}
