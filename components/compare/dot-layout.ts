/**
 * Where the mark of each request goes: at its own moment, on the lowest level that is free. Requests of one moment pile up;
 * a pile as high as the lane goes on beside itself, to the right. Positions do not depend on what is in sight.
 */

/** A pile may run so many marks to the right of its moment; whatever would run further is no picture of time any more. */
const MAX_SHIFT = 4;

/** Marks on one side of a lane's line. */
class Pile {
  /** Per level, the position of its last mark. */
  private readonly lastX: Float64Array;

  constructor(
    private readonly pitchPx: number,
    levels: number,
  ) {
    this.lastX = new Float64Array(levels).fill(Number.NEGATIVE_INFINITY);
  }

  place(x: number): { x: number; level: number } {
    let freest = 0;
    for (let level = 0; level < this.lastX.length; level++) {
      const last = this.lastX[level] ?? 0;
      if (last + this.pitchPx <= x + 1e-6) {
        this.lastX[level] = x;
        return { x, level };
      }
      if (last < (this.lastX[freest] ?? 0) - 1e-6) freest = level;
    }
    const beside = (this.lastX[freest] ?? 0) + this.pitchPx;
    this.lastX[freest] = beside;
    return { x: beside, level: freest };
  }
}

export class DotLayout {
  /** px from the start of the schedule, of each mark. */
  readonly xs: Float64Array;
  /** 1, 2, … above the line, −1, −2, … below it. */
  readonly levels: Int16Array;
  /** Marks placed. */
  count = 0;
  /** False once a mark had to go too far from its moment. */
  fits = true;
  private readonly above: Pile;
  private readonly below: Pile;

  /** @param levels marks on top of each other, on either side of the line */
  constructor(
    total: number,
    readonly pitchPx: number,
    levels: number,
  ) {
    this.xs = new Float64Array(total);
    this.levels = new Int16Array(total);
    this.above = new Pile(pitchPx, levels);
    this.below = new Pile(pitchPx, levels);
  }

  /** In the order of the arrivals. */
  add(x: number, isAbove: boolean): void {
    const placed = (isAbove ? this.above : this.below).place(x);
    if (placed.x - x > MAX_SHIFT * this.pitchPx) this.fits = false;
    this.xs[this.count] = placed.x;
    this.levels[this.count] = isAbove ? placed.level + 1 : -placed.level - 1;
    this.count++;
  }
}
