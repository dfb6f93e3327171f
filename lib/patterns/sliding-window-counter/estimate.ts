/** The two counts of one client by what is certain, and the estimate that follows from them. Units; times in µs. */

/** Admissions of the window `index` and of the one before it. */
export interface Counts {
  index: number;
  current: number;
  previous: number;
  /** Latest moment at which the newest admission of the current window can have been decided. */
  newestUs: number;
}

export const noCounts = (): Counts => ({ index: 0, current: 0, previous: 0, newestUs: 0 });

/** Counts an admission that was decided between `loUs` and `hiUs`. One that may lie in either of two windows is left out. */
export function admit(counts: Counts, loUs: number, hiUs: number, units: number, windowUs: number): void {
  const index = Math.floor(loUs / windowUs);
  if (index !== Math.floor(hiUs / windowUs)) return;
  turn(counts, index);
  if (index === counts.index) {
    counts.current += units;
    counts.newestUs = Math.max(counts.newestUs, hiUs);
  } else if (index === counts.index - 1) counts.previous += units;
}

function turn(counts: Counts, index: number): void {
  if (index <= counts.index) return;
  counts.previous = index === counts.index + 1 ? counts.current : 0;
  counts.index = index;
  counts.current = 0;
  counts.newestUs = 0;
}

/** What the estimate says at a moment of the current window or later. */
export function estimateAt({ index, current, previous }: Counts, atUs: number, windowUs: number): number {
  const now = Math.floor(atUs / windowUs);
  const weight = 1 - (atUs % windowUs) / windowUs;
  if (now === index) return previous * weight + current;
  return now === index + 1 ? current * weight : 0;
}
