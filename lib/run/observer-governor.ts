/**
 * Watches the run's pace. MONITOR halves the throughput of a busy Redis and a notification for every write takes a fifth of
 * it, so at speed MONITOR goes and notifications are thinned to deletions; both come back when it is calm. The trace says so.
 */
import type { RedisServer } from "../redis/redis-server";
import type { MonitorJoin } from "./monitor-join";
import type { Observer } from "./observer";
import type { Trace } from "./trace";

const LOOK_EVERY_MS = 200;
const THIN_ABOVE_PER_SECOND = 3000;
const BACK_BELOW_PER_SECOND = 500;
const CALM_LOOKS = 10;
const WHILE_MEASURING = "While throughput is measured";

export class ObserverGovernor {
  private timer: NodeJS.Timeout | null = null;
  private lastCount = 0;
  private calm = 0;
  private thinned = false;
  private measuring = false;
  /** This run's part of the machine: runs that are compared work all at once, and share what one alone may do. */
  share = 1;

  constructor(
    /** Null: this run does without MONITOR. */
    private readonly monitor: MonitorJoin | null,
    /** Of the run's own Redis and, where it has some, of its nodes. */
    private readonly observers: readonly Pick<Observer, "start" | "stop" | "thin">[],
    private readonly trace: Trace,
    private readonly sentCount: () => number,
  ) {}

  async start(server: RedisServer): Promise<void> {
    await Promise.all([
      ...this.observers.map((one) => one.start()),
      this.measuring ? undefined : this.monitor?.start(server),
    ]);
    this.thinned = false;
    if (this.measuring) this.thin(WHILE_MEASURING);
    this.lastCount = this.sentCount();
    this.timer ??= setInterval(() => this.look(server), LOOK_EVERY_MS);
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    this.monitor?.stop();
    for (const observer of this.observers) observer.stop();
  }

  /** While throughput is measured nobody else takes any of it, fast or slow. Afterwards all comes back when it is calm. */
  measure(on: boolean): void {
    this.measuring = on;
    if (on && !this.thinned) this.thin(WHILE_MEASURING);
  }

  private get thinAbove(): number {
    return Math.round(THIN_ABOVE_PER_SECOND * this.share);
  }

  private look(server: RedisServer): void {
    const count = this.sentCount();
    const perSecond = ((count - this.lastCount) * 1000) / LOOK_EVERY_MS;
    this.lastCount = count;
    if (this.measuring) return;
    this.calm = perSecond < BACK_BELOW_PER_SECOND * this.share ? this.calm + 1 : 0;
    if (!this.thinned && perSecond > this.thinAbove) this.thin(`Above ${this.thinAbove} commands/s`);
    else if (this.calm >= CALM_LOOKS && (this.thinned || this.monitor?.watching === false)) void this.restore(server);
  }

  /** @param when the beginning of a sentence */
  private thin(when: string): void {
    this.thinned = true;
    this.monitor?.stop();
    void this.thinAll(true);
    this.tell(
      "observers-thinned",
      `${when} MONITOR is off and only deletions are notified: server times lie between send and reply, commands inside scripts are not shown.`,
    );
  }

  private async restore(server: RedisServer): Promise<void> {
    this.calm = 0;
    await Promise.all([this.monitor?.start(server), this.thinAll(false)]);
    if (this.measuring) return this.thin(WHILE_MEASURING);
    if (this.thinned && this.monitor?.watching !== false)
      this.tell("observers-back", "MONITOR and all notifications are back: exact server times from here.");
    this.thinned = false;
  }

  private async thinAll(on: boolean): Promise<void> {
    // One whose connection is gone has no notifications to thin.
    await Promise.all(this.observers.map((one) => one.thin(on).catch(() => undefined)));
  }

  private tell(reason: "observers-thinned" | "observers-back", text: string): void {
    const here = this.trace.log.lastSeq + 1;
    this.trace.append({ type: "gap", reason, fromSeq: here, toSeq: here, text });
  }
}
