/** Which commands wait inside Redis until somebody brings what they ask for, for what keys, and for how long. */

const LISTS = new Set(["blpop", "brpop", "blmove", "brpoplpush", "blmpop", "bzpopmin", "bzpopmax", "bzmpop"]);

/** Where the word BLOCK stands in an XREAD or XREADGROUP; -1: it does not wait. */
const blockAt = (name: string, args: readonly unknown[]): number =>
  name.startsWith("xread") ? args.findIndex((arg) => String(arg).toLowerCase() === "block") : -1;

/** @param name in lower case */
export const waitsForList = (name: string): boolean => LISTS.has(name);

/** @param name in lower case */
export const waitsForStream = (name: string, args: readonly unknown[]): boolean => blockAt(name, args) >= 0;

/** For how long it may wait, ms; infinite: until something comes. Null: it never waits. */
export function mayWaitMs(name: string, args: readonly unknown[]): number | null {
  if (name.startsWith("xread")) {
    const at = blockAt(name, args);
    return at < 0 ? null : orForEver(Number(args[at + 1]));
  }
  if (!waitsForList(name)) return null;
  return orForEver(1000 * Number(name.endsWith("mpop") ? args[0] : args.at(-1)));
}

const orForEver = (ms: number): number => (ms > 0 ? ms : Number.POSITIVE_INFINITY);

/** The keys that a command which waits for a list or sorted set looks at. */
export function awaitedKeys(name: string, args: readonly string[]): readonly string[] {
  switch (name) {
    case "blmove":
    case "brpoplpush":
      return args.slice(0, 1);
    case "blmpop":
    case "bzmpop":
      // timeout, number of keys, keys, which end
      return args.slice(2, 2 + Number(args[1]));
    default:
      // keys, timeout
      return args.slice(0, -1);
  }
}
