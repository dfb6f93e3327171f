/** Where on the trace one looks: at the live edge, standing at an event, or playing from there. */
export const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 4] as const;

export class Playhead {
  live = true;
  playing = false;
  /** Last event that is shown; of no meaning at the live edge. */
  seq = 0;
  /** The run's clock there, µs. */
  atUs = 0;
  speed = 1;

  goLive(): void {
    this.live = true;
    this.playing = false;
  }

  pauseAt(seq: number, atUs: number): void {
    this.live = false;
    this.playing = false;
    this.seq = seq;
    this.atUs = atUs;
  }

  pause(): void {
    this.playing = false;
  }

  play(): void {
    this.playing = !this.live;
  }

  /** Moves on by `elapsedMs` of real time. */
  advance(elapsedMs: number): void {
    this.atUs += elapsedMs * 1000 * this.speed;
  }
}

/** The next speed up or down the scale. */
export function nextSpeed(speed: number, by: 1 | -1): number {
  const index = SPEEDS.findIndex((known) => known >= speed);
  return SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, (index < 0 ? SPEEDS.length - 1 : index) + by))] ?? 1;
}
