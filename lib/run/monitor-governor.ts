/** Watches the run's pace: MONITOR halves the throughput of a busy Redis, so it is taken off at speed and put back after. */
import type { RedisServer } from "../redis/redis-server";
import type { MonitorJoin } from "./monitor-join";
import type { Trace } from "./trace";

const LOOK_EVERY_MS = 200;
const OFF_ABOVE_PER_SECOND = 3000;
const ON_BELOW_PER_SECOND = 500;
const CALM_LOOKS = 3;

export class MonitorGovernor {
  private timer: NodeJS.Timeout | null = null;
  private lastCount = 0;
  private calm = 0;
  private pausedByUs = false;

  constructor(
    private readonly monitor: MonitorJoin,
    private readonly trace: Trace,
    private readonly sentCount: () => number,
  ) {}

  async start(server: RedisServer): Promise<void> {
    await this.monitor.start(server);
    this.lastCount = this.sentCount();
    this.timer ??= setInterval(() => this.look(server), LOOK_EVERY_MS);
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    this.pausedByUs = false;
    this.monitor.stop();
  }

  private look(server: RedisServer): void {
    const count = this.sentCount();
    const perSecond = ((count - this.lastCount) * 1000) / LOOK_EVERY_MS;
    this.lastCount = count;
    if (this.monitor.watching && perSecond > OFF_ABOVE_PER_SECOND) {
      this.pausedByUs = true;
      this.calm = 0;
      this.monitor.stop();
      this.tell(
        "monitor-paused",
        `Above ${OFF_ABOVE_PER_SECOND} commands/s MONITOR is off: server times are bracketed by send and reply, commands inside scripts are not shown.`,
      );
      return;
    }
    if (this.monitor.watching) return;
    this.calm = perSecond < ON_BELOW_PER_SECOND ? this.calm + 1 : 0;
    if (this.calm < CALM_LOOKS) return;
    this.calm = 0;
    const said = this.pausedByUs;
    this.pausedByUs = false;
    void this.monitor.start(server).then(() => {
      if (said && this.monitor.watching)
        this.tell("monitor-resumed", "MONITOR is on again: exact server times from here.");
    });
  }

  private tell(reason: "monitor-paused" | "monitor-resumed", text: string): void {
    const here = this.trace.log.lastSeq + 1;
    this.trace.append({ type: "gap", reason, fromSeq: here, toSeq: here, text });
  }
}
