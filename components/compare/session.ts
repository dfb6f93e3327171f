/**
 * One visit to a page of limiters: what all of them have answered comes over the socket; the rest of the numbers are asked for
 * once a second.
 */
import type { ComparisonBatch, ComparisonView, CreatedComparison, Family, PatternDescription } from "@/lib/contract";
import { call } from "../run/api";
import { Observable } from "../run/observable";
import { messageOf } from "../run/phase";
import { Visit, type VisitKind } from "../side-by-side/visit";
import { AnswerLog } from "./answer-log";
import type { ComparisonConnection } from "./connection";
import { LiveClock } from "./live-clock";
import { obstacle, requestOf, type Setup, setupOf } from "./setup";
import { formatCompareUrl, parseCompareUrl } from "./setup-url";
import { fits, LAST_MS, type TimeView, timeView, type Zoom } from "./time-view";

/** React draws again at most so often while answers come; the lanes draw themselves. */
const TELL_EVERY_MS = 250;

const PATH = "/api/comparisons";

const COMPARISON: VisitKind<ComparisonView, Setup> = {
  path: PATH,
  askEveryMs: 1000,
  words: {
    opening: "The limiters are being started.",
    running: "The comparison is running.",
    watching: "You are watching someone else's comparison.",
  },
  parse: parseCompareUrl,
  format: formatCompareUrl,
  obstacle,
  start: async (setup, patterns) =>
    (await call<CreatedComparison>("POST", PATH, requestOf(setup, patterns))).comparisonId,
  idOf: ({ comparisonId }) => comparisonId,
  setupOf: (view, patterns, before) => setupOf(view, patterns, before.quota),
};

/** Tells whoever draws numbers that answers have come. */
class Pulse extends Observable {
  private timer: ReturnType<typeof setTimeout> | null = null;

  beat(): void {
    this.timer ??= setTimeout(() => this.now(), TELL_EVERY_MS);
  }

  now(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.tell();
  }
}

export class CompareSession extends Visit<ComparisonView, Setup> {
  log: AnswerLog | null = null;
  zoom: Zoom = "last";
  /** Left edge that was chosen by hand, ms; null: follow. */
  chosenMs: number | null = null;
  /** The arrival that is pointed out. */
  selected: number | null = null;
  readonly answers = new Pulse();

  private clock = new LiveClock();
  private connection: ComparisonConnection | null = null;

  constructor(
    readonly family: Family,
    patterns: readonly PatternDescription[],
    search: string,
  ) {
    super(COMPARISON, patterns, search);
  }

  override get isOver(): boolean {
    return this.clock.isOver || super.isOver;
  }

  /** ms since the start; null when it is over. */
  elapsedMs(): number | null {
    return this.isOver ? null : this.clock.elapsedMs(performance.now());
  }

  /** The stretch of time that all lanes show now; before the start, what they would begin with. */
  timeView(calm: boolean): TimeView {
    const { zoom, chosenMs } = this;
    const totalMs = (this.view?.arrivals.seconds ?? this.setup.seconds) * 1000;
    const view = timeView({ zoom, chosenMs, totalMs, calm, elapsedMs: this.log ? this.elapsedMs() : 0 });
    return this.log ? view : { ...view, nowMs: null };
  }

  // ---------------------------------------------------------------- what the visitor does

  select(n: number | null): void {
    this.selected = n;
    const atMs = n === null ? undefined : this.log?.atMs[n];
    if (atMs !== undefined) this.bringIntoSight(atMs);
    this.tell();
  }

  /** Points out the next disagreement, or the one before. */
  selectNext(by: 1 | -1): void {
    const n = this.log?.neighbourOf(this.selected, by) ?? null;
    if (n !== null) this.select(n);
  }

  setZoom(zoom: Zoom): void {
    this.zoom = zoom;
    this.tell();
  }

  choose(fromMs: number): void {
    this.chosenMs = fromMs;
    this.tell();
  }

  override close(): void {
    super.close();
    this.connection?.close();
    this.connection = null;
  }

  // ---------------------------------------------------------------- the comparison

  protected override forget(): void {
    super.forget();
    this.log = null;
    this.clock = new LiveClock();
    this.selected = null;
    this.chosenMs = null;
    this.zoom = "last";
  }

  protected override onOpened(view: ComparisonView): void {
    this.log = new AnswerLog(view.total, view.limiters.length, view.arrivals.seconds);
    if (this.isOver) this.zoom = "whole";
    void this.connect(view.comparisonId, this.log);
  }

  protected override leave(): void {
    this.zoom = "whole";
    super.leave();
    this.answers.now();
  }

  private async connect(id: string, log: AnswerLog): Promise<void> {
    const { generation } = this;
    try {
      // socket.io is not part of the first load.
      const { ComparisonConnection: Socket } = await import("./connection");
      if (generation !== this.generation) return;
      this.connection = new Socket(id, {
        next: () => log.count,
        batch: (batch) => this.receive(log, batch),
        connected: (yes) => {
          this.connected = yes;
          this.tell();
        },
        refused: (code, message) => (code === "unknown_comparison" ? this.leave() : this.report(message)),
      });
    } catch (error) {
      this.report(messageOf(error));
    }
  }

  private receive(log: AnswerLog, batch: ComparisonBatch): void {
    if (!log.append(batch)) {
      this.connection?.watch();
      return;
    }
    const wasOver = this.clock.isOver;
    this.clock.hear(batch.elapsedMs, performance.now());
    if (!this.clock.isOver || wasOver) {
      this.answers.beat();
      return;
    }
    this.zoom = "whole";
    this.answers.now();
    this.tell();
    void this.ask();
  }

  private bringIntoSight(atMs: number): void {
    const total = (this.view?.arrivals.seconds ?? this.setup.seconds) * 1000;
    if (this.zoom === "whole" || fits(total)) return;
    if (this.isOver) this.chosenMs = Math.min(Math.max(0, atMs - LAST_MS / 2), total - LAST_MS);
    else if (atMs < (this.elapsedMs() ?? 0) - LAST_MS) this.zoom = "whole";
  }
}
