/** How far a schedule is, between the batches that say so. Never goes back while it runs. */
export class LiveClock {
  private said: { elapsedMs: number; atMs: number } | null = null;
  private shownMs = 0;
  isOver = false;

  /** @param elapsedMs as in `ComparisonBatch`: -1 when the schedule is over */
  hear(elapsedMs: number, atMs: number): void {
    if (elapsedMs < 0) this.isOver = true;
    else this.said = { elapsedMs, atMs };
  }

  /** ms since the start; 0 before the first word, null when it is over. */
  elapsedMs(atMs: number): number | null {
    if (this.isOver) return null;
    if (!this.said) return 0;
    this.shownMs = Math.max(this.shownMs, this.said.elapsedMs + atMs - this.said.atMs);
    return this.shownMs;
  }
}
