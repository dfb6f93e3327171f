/**
 * A take as HTTP tells it: `RateLimit-Policy` and `RateLimit` after draft-ietf-httpapi-ratelimit-headers-11 (23 May 2026,
 * Structured Fields), and for a denial 429 (RFC 6585) with `Retry-After` (RFC 9110, section 10.2.3).
 */
import type { HttpTerms, Params } from "../../contract";
import type { WireValue } from "../../events";
import { asNumber } from "./words";

/** The quota that a policy states: so many units in so much time. */
export interface Quota {
  limit: number;
  /** Of a token bucket: the time in which an empty bucket fills. */
  windowMs: number;
}

/** One policy applies to every take; its name joins the two fields. */
const POLICY = '"default"';
const TOO_MANY_REQUESTS = 429;
/** Structured Fields know integers of at most 15 digits. */
const MOST = 999_999_999_999_999;
/** A millionth of a ms: the rounding of a division is no reason for one more second. */
const ROUNDING = 1e-9;

/** For the `http` of an action, from the pattern's own parameters. */
export function takeTerms<P extends Params>(
  quotaOf: (params: P) => Quota,
): (value: WireValue, params: Params) => HttpTerms {
  return (value, params) => takeHttp(value, quotaOf(params as P));
}

/** @param value a `TakeResult`; what is null in it stands in no field */
export function takeHttp(value: WireValue, { limit, windowMs }: Quota): HttpTerms {
  const take = typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  const quota = whole(limit, Math.floor);
  const remaining = whole(asNumber(take.remaining), Math.floor);
  const retryAfter = take.allowed === false ? wholeSeconds(asNumber(take.retryAfterMs)) : null;
  // Until then a client gets no more than r. After a denial that is the wait: Retry-After must not lie before its end.
  const effectiveWindow = retryAfter ?? wholeSeconds(asNumber(take.resetMs));
  return {
    headers: {
      // q and r are required: without them there is no field.
      ...(quota === null ? {} : { "RateLimit-Policy": item({ q: quota, w: wholeSeconds(windowMs) || null }) }),
      ...(remaining === null ? {} : { RateLimit: item({ r: remaining, t: effectiveWindow }) }),
    },
    denial:
      take.allowed === false
        ? {
            status: TOO_MANY_REQUESTS,
            headers: retryAfter === null ? {} : { "Retry-After": String(retryAfter) },
          }
        : null,
  };
}

/** Rounded up: whoever comes back then is not too early. */
function wholeSeconds(ms: number | null): number | null {
  return whole(ms === null ? null : ms / 1000 - ROUNDING, Math.ceil);
}

/** A non-negative Integer of Structured Fields; null when the number is none. */
function whole(value: number | null, round: (value: number) => number): number | null {
  if (value === null || Number.isNaN(value)) return null;
  const rounded = Math.max(0, round(value));
  return rounded <= MOST ? rounded : null;
}

/** An Item of Structured Fields: the policy's name and its parameters. */
function item(parameters: Record<string, number | null>): string {
  const known = Object.entries(parameters).filter(([, value]) => value !== null);
  return [POLICY, ...known.map(([name, value]) => `${name}=${value}`)].join(";");
}
