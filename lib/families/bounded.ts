/** Bounds of what a fold remembers. Counting the entries of a record costs more than to add one, so it is done now and then. */

const EVERY = 128;

/** One event in 128 or so is a time to look after bounds; whatever the step from one event in question to the next. */
export const isTrimTime = (seq: number): boolean => Math.imul(seq, 0x9e3779b1) >>> 0 < 2 ** 32 / EVERY;

/** Forgets the entries that came first, beyond `most`. */
export function trim(record: Record<string, unknown>, most: number): void {
  const names = Object.keys(record);
  for (let i = 0; i < names.length - most; i++) delete record[names[i] ?? ""];
}

/** Before an entry of event `seq` comes in: there are never many more than `most`. */
export function makeRoom(record: Record<string, unknown>, seq: number, most: number): void {
  if (isTrimTime(seq)) trim(record, most);
}
