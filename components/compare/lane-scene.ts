/**
 * What there is to draw of an answer log at one scale of time: a mark per request while there is room for that, and
 * counts by stretches of time otherwise. Kept between frames, brought up to date with what has come.
 */
import type { AnswerLog } from "./answer-log";
import type { Bins } from "./bins";
import { DotLayout } from "./dot-layout";
import type { Geometry } from "./geometry";
import { barMs, pxPerMs } from "./time-axis";
import type { TimeView } from "./time-view";

/** Distances between marks that are tried, largest first: smaller ones are no longer told apart by shape. */
const PITCHES_PX = [15, 12];

export class LaneScene {
  bins: Bins;
  /** One per limiter; null when there is no room for single marks. */
  dots: readonly DotLayout[] | null = null;
  private pxPerMs = 0;
  private half = 0;
  private pitch = 0;

  constructor(readonly log: AnswerLog) {
    this.bins = log.bySecond;
  }

  /** For this view, in lanes of this height. */
  arrange(view: TimeView, geometry: Geometry): void {
    const { width, scale, lanes } = geometry;
    this.count(barMs(view, width, scale));
    const perMs = pxPerMs(view, width);
    const half = lanes[0]?.half ?? 0;
    if (Math.abs(perMs - this.pxPerMs) > 1e-9 || half !== this.half) {
      [this.pxPerMs, this.half, this.pitch] = [perMs, half, 0];
      this.begin(scale);
    }
    while (this.dots && !this.place()) {
      this.pitch++;
      this.begin(scale);
    }
  }

  forget(): void {
    if (this.bins !== this.log.bySecond) this.log.forget(this.bins);
    this.bins = this.log.bySecond;
  }

  private count(binMs: number): void {
    if (this.bins.binMs === binMs) return;
    this.forget();
    if (this.bins.binMs !== binMs) this.bins = this.log.follow(binMs);
  }

  private begin(scale: number): void {
    const pitch = PITCHES_PX[this.pitch];
    const levels = pitch === undefined ? 0 : Math.floor(this.half / (pitch * scale));
    this.dots =
      pitch === undefined || levels < 1
        ? null
        : this.log.letters.map(() => new DotLayout(this.log.total, pitch * scale, levels));
  }

  private place(): boolean {
    const { log, dots } = this;
    return (dots ?? []).every((layout, limiter) => {
      while (layout.fits && layout.count < log.count) {
        const n = layout.count;
        layout.add((log.atMs[n] ?? 0) * this.pxPerMs, log.letter(limiter, n) === "y");
      }
      return layout.fits;
    });
  }
}
