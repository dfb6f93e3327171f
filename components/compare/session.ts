/**
 * One visit to a page of comparisons, outside React: the set-up, the comparison that runs or is watched, and the address.
 * What all limiters have answered comes over the socket; the rest of the numbers are asked for once a second.
 */
import type { ComparisonBatch, ComparisonView, CreatedComparison, Family, PatternDescription } from "@/lib/contract";
import { ApiFailure, call } from "../run/api";
import { Observable } from "../run/observable";
import { messageOf } from "../run/phase";
import { AnswerLog } from "./answer-log";
import type { ComparisonConnection } from "./connection";
import { LiveClock } from "./live-clock";
import { obstacle, requestOf, type Setup, setupOf } from "./setup";
import { type CompareUrl, formatCompareUrl, parseCompareUrl } from "./setup-url";
import { fits, LAST_MS, type TimeView, timeView, type Zoom } from "./time-view";

const ASK_EVERY_MS = 1000;
/** React draws again at most so often while answers come; the lanes draw themselves. */
const TELL_EVERY_MS = 250;

export type ComparePhase = "idle" | "opening" | "open" | "lost";

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

export class CompareSession extends Observable {
  phase: ComparePhase = "idle";
  setup: Setup;
  view: ComparisonView | null = null;
  log: AnswerLog | null = null;
  connected = true;
  /** What the API refused, said where it was asked for. */
  problem: string | null = null;
  /** The server does not know it any more: neither its runs nor its export are there. */
  isGone = false;
  zoom: Zoom = "last";
  /** Left edge that was chosen by hand, ms; null: follow. */
  chosenMs: number | null = null;
  /** The arrival that is pointed out. */
  selected: number | null = null;
  present: boolean;
  readonly answers = new Pulse();

  private clock = new LiveClock();
  private connection: ComparisonConnection | null = null;
  private askTimer: ReturnType<typeof setTimeout> | null = null;
  /** Grows with everything that makes what is under way out of date. */
  private generation = 0;

  constructor(
    readonly family: Family,
    readonly patterns: readonly PatternDescription[],
    search: string,
  ) {
    super();
    const { setup, present } = parseCompareUrl(search, patterns);
    this.setup = setup;
    this.present = present;
  }

  get isRunning(): boolean {
    return this.phase === "open" && !this.isOver;
  }

  get isOver(): boolean {
    return this.clock.isOver || this.isGone || this.view?.status === "done" || this.view?.status === "ended";
  }

  /** Why the controls are locked; null when they are not. */
  get lock(): string | null {
    if (this.phase === "opening") return "The limiters are being started.";
    if (!this.isRunning) return null;
    return this.view?.owner ? "The comparison is running." : "You are watching someone else's comparison.";
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

  /** Takes the comparison of the address, if there is one. */
  enter(): void {
    const { setup, comparison } = parseCompareUrl(location.search, this.patterns);
    this.setup = setup;
    if (comparison !== null) void this.open(comparison);
    else this.tell();
  }

  async start(): Promise<void> {
    const body = requestOf(this.setup, this.patterns);
    const generation = this.begin();
    try {
      const created = await call<CreatedComparison>("POST", "/api/comparisons", body);
      if (generation === this.generation) await this.open(created.comparisonId);
    } catch (error) {
      this.fail(generation, "idle", messageOf(error));
    }
  }

  /** Ends the comparison, and its runs with it; what has been drawn stays. */
  async stop(): Promise<void> {
    if (!this.view) return;
    const { comparisonId } = this.view;
    const path = `/api/comparisons/${comparisonId}`;
    try {
      const last = await call<ComparisonView>("GET", path);
      await call("DELETE", path);
      if (this.view?.comparisonId !== comparisonId) return;
      this.problem = null;
      this.view = { ...last, status: "ended" };
      this.leave();
    } catch (error) {
      this.problem = messageOf(error);
      this.tell();
    }
  }

  /** Whoever only watches goes back to a set-up of their own. */
  detach(): void {
    this.close();
    this.forget();
    this.phase = "idle";
    this.syncUrl();
    this.tell();
  }

  change(change: Partial<Setup>): void {
    this.setup = { ...this.setup, ...change };
    this.syncUrl();
    this.tell();
  }

  /** Presses Start where that is possible. */
  startIfReady(): void {
    if (this.lock === null && obstacle(this.setup) === null) void this.start();
  }

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

  setPresent(present: boolean): void {
    this.present = present;
    this.syncUrl();
    this.tell();
  }

  shareUrl(): string {
    return location.origin + location.pathname + formatCompareUrl({ ...this.urlNow(), present: false });
  }

  report(problem: string): void {
    this.problem = problem;
    this.tell();
  }

  close(): void {
    this.generation++;
    this.connection?.close();
    this.connection = null;
    if (this.askTimer !== null) clearTimeout(this.askTimer);
    this.askTimer = null;
  }

  // ---------------------------------------------------------------- the comparison

  private begin(): number {
    this.close();
    this.forget();
    this.phase = "opening";
    this.tell();
    return this.generation;
  }

  private forget(): void {
    this.view = null;
    this.log = null;
    this.clock = new LiveClock();
    this.problem = null;
    this.isGone = false;
    this.connected = true;
    this.selected = null;
    this.chosenMs = null;
    this.zoom = "last";
  }

  private async open(id: string): Promise<void> {
    const generation = this.begin();
    try {
      const [view, socket] = await Promise.all([
        call<ComparisonView>("GET", `/api/comparisons/${id}`),
        // socket.io is not part of the first load.
        import("./connection"),
      ]);
      if (generation === this.generation) this.show(view, socket.ComparisonConnection);
    } catch (error) {
      const isUnknown = error instanceof ApiFailure && error.status === 404;
      this.fail(generation, isUnknown ? "lost" : "idle", isUnknown ? null : messageOf(error));
    }
  }

  private show(view: ComparisonView, Socket: typeof ComparisonConnection): void {
    const log = new AnswerLog(view.total, view.limiters.length, view.arrivals.seconds);
    this.view = view;
    this.log = log;
    const { seed } = this.setup;
    this.setup = setupOf(view, this.patterns, this.setup.quota);
    // A seed that was drawn belongs to this comparison, not to the next one.
    if (view.owner) this.setup = { ...this.setup, seed };
    this.phase = "open";
    if (this.isOver) this.zoom = "whole";
    this.connection = new Socket(view.comparisonId, {
      next: () => log.count,
      batch: (batch) => this.receive(log, batch),
      connected: (yes) => {
        this.connected = yes;
        this.tell();
      },
      refused: (code, message) => (code === "unknown_comparison" ? this.leave() : this.report(message)),
    });
    this.syncUrl();
    this.tell();
    this.askLater();
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

  private askLater(): void {
    if (this.askTimer === null && this.isRunning)
      this.askTimer = setTimeout(() => {
        this.askTimer = null;
        void this.ask();
      }, ASK_EVERY_MS);
  }

  private async ask(): Promise<void> {
    const { generation, view } = this;
    if (!view) return;
    try {
      const next = await call<ComparisonView>("GET", `/api/comparisons/${view.comparisonId}`);
      if (generation !== this.generation) return;
      this.view = next;
    } catch (error) {
      if (generation !== this.generation) return;
      if (error instanceof ApiFailure && error.status === 404) {
        this.leave();
        return;
      }
      this.connected = false;
    }
    this.tell();
    this.askLater();
  }

  /** It is gone from the server: what was seen of it stays in sight. */
  private leave(): void {
    this.close();
    this.isGone = true;
    this.connected = true;
    this.zoom = "whole";
    if (this.view && this.view.status !== "done") this.view = { ...this.view, status: "ended" };
    this.syncUrl();
    this.answers.now();
    this.tell();
  }

  private fail(generation: number, phase: ComparePhase, problem: string | null): void {
    if (generation !== this.generation) return;
    this.phase = phase;
    this.problem = problem;
    this.syncUrl();
    this.tell();
  }

  private bringIntoSight(atMs: number): void {
    const total = (this.view?.arrivals.seconds ?? this.setup.seconds) * 1000;
    if (this.zoom === "whole" || fits(total)) return;
    if (this.isOver) this.chosenMs = Math.min(Math.max(0, atMs - LAST_MS / 2), total - LAST_MS);
    else if (atMs < (this.elapsedMs() ?? 0) - LAST_MS) this.zoom = "whole";
  }

  private urlNow(): CompareUrl {
    return {
      setup: this.view && !this.isGone ? { ...this.setup, seed: this.view.seed } : this.setup,
      comparison: this.view && !this.isGone ? this.view.comparisonId : null,
      present: this.present,
    };
  }

  private syncUrl(): void {
    const next = formatCompareUrl(this.urlNow());
    if (next !== location.search) history.replaceState(null, "", location.pathname + next);
  }
}
