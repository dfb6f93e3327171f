/** Bounds of what is remembered. Counting the entries of a record costs more than to add one, so it is done now and then. */

const EVERY = 128;

/** Whether this event is one of those at which bounds are looked after. */
export const isTrimTime = (seq: number): boolean => seq % EVERY === 0;

/** Forgets the entries that came first, beyond `most`. */
export function trim(record: Record<string, unknown>, most: number): void {
  const names = Object.keys(record);
  for (let i = 0; i < names.length - most; i++) delete record[names[i] ?? ""];
}
