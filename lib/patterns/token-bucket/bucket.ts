/**
 * One client's bucket as the stage knows it: what Redis holds by the last command, observation or key event that told,
 * and what follows from it for any moment. Times in µs on the run's clock.
 */
import { inSeconds } from "../../families/rate-limiting/words";

/** Which clock and arithmetic the stored time field stands for: `lastRefill` whole seconds, `atMs` the app's ms, `atUs` Redis' µs. */
type TimeField = "lastRefill" | "atMs" | "atUs";
const US_PER: Record<TimeField, number> = { lastRefill: 1e6, atMs: 1e3, atUs: 1 };

/** What every take of a bucket starts with: its key. */
export const KEY_PREFIX = "bucket:";

export interface Stored {
  tokens: number;
  field: TimeField;
  /** The stored time, in µs whatever its field's unit. */
  atUs: number;
}

export interface Rules {
  capacity: number;
  refillPerSecond: number;
}

/** @returns what the hash says, or null when these are not the fields of a bucket. */
export function parseStored(fields: Readonly<Record<string, unknown>>): Stored | null {
  const tokens = Number(fields.tokens);
  for (const field of Object.keys(US_PER) as TimeField[]) {
    const at = Number(fields[field]);
    if (Object.hasOwn(fields, field) && Number.isFinite(at) && Number.isFinite(tokens)) {
      // Less than nothing is only the safe script's rounding.
      return { tokens: Math.max(0, tokens), field, atUs: at * US_PER[field] };
    }
  }
  return null;
}

/**
 * What a take would find at `nowUs`, by the arithmetic of the variant that stored it.
 * @param skewMs how far the app server's clock is ahead; counts only where that clock is asked
 */
export function levelAt(
  stored: Stored | null,
  { capacity, refillPerSecond }: Rules,
  nowUs: number,
  skewMs: number,
): number {
  if (!stored) return capacity;
  const appUs = nowUs + skewMs * 1000;
  if (stored.field === "lastRefill") {
    const seconds = Math.floor(appUs / 1e6) - Math.floor(stored.atUs / 1e6);
    const refill = Math.floor(seconds * refillPerSecond);
    return refill > 0 ? Math.min(capacity, stored.tokens + refill) : stored.tokens;
  }
  const elapsedUs = Math.max(0, (stored.field === "atUs" ? nowUs : appUs) - stored.atUs);
  return Math.min(capacity, stored.tokens + (elapsedUs * refillPerSecond) / 1e6);
}

/** The next thing that time will bring to this bucket, in words. */
export function whatIsNext(stored: Stored | null, rules: Rules, nowUs: number, skewMs: number): string {
  const level = levelAt(stored, rules, nowUs, skewMs);
  if (!stored || level >= rules.capacity) return "full";
  if (stored.field === "lastRefill") {
    const appUs = nowUs + skewMs * 1000;
    // It refills when enough whole seconds have passed for at least one whole token.
    const seconds = Math.ceil(1 / rules.refillPerSecond - 1e-9);
    const refillUs = Math.max(Math.floor(stored.atUs / 1e6) + seconds, Math.floor(appUs / 1e6) + 1) * 1e6;
    return `next refill at a whole second, in ${inSeconds(refillUs - appUs)}`;
  }
  // A stored time ahead of the clock (it was set back): nothing flows until the clock has caught up.
  const aheadUs = Math.max(0, stored.atUs - nowUs - (stored.field === "atUs" ? 0 : skewMs * 1000));
  const until = (tokens: number) => inSeconds(aheadUs + ((tokens - level) * 1e6) / rules.refillPerSecond);
  return level < 1 ? `next token in ${until(1)}` : `full again in ${until(rules.capacity)}`;
}
