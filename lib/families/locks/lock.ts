/** What goes in and comes out of the actions of a lock, the same for every pattern of the family. Browser-safe. */

export type AcquireBody = {
  resource: string;
  owner: string;
  /** How long the lease lasts; the run's parameter when it is left out. */
  ttlMs?: number | undefined;
};
export type AcquireResult = {
  acquired: boolean;
  /** What the lock's key holds, and what releases it: begins with the owner's id and a colon. Null when it was not acquired. */
  token: string | null;
  /** Grows with each acquisition. Null where the variant mints none. */
  fencingToken: number | null;
};

export type ReleaseBody = { resource: string; token: string };
/** `released`: the lock was still there, and this call removed it. */
export type ReleaseResult = { released: boolean };

export type ExtendBody = { resource: string; token: string; ttlMs?: number | undefined };
export type ExtendResult = {
  extended: boolean;
  /** Of the lease, from now; null when the lock is not this token's any more. */
  ttlMs: number | null;
};

/** A read-modify-write of the protected row. */
export type WriteBody = {
  resource: string;
  owner: string;
  /** The lock's token, or the fencing token alone. */
  token: string | number;
  amount: number;
};
export type WriteResult = {
  accepted: boolean;
  /** What the row stands at by this write; null when it was rejected. */
  balance: number | null;
  /** Where a token that is too old was found out. */
  rejectedAt: "read" | "write" | null;
};

/** Acquire, work, write, release. */
export type WorkBody = { resource: string; owner: string; ms: number };
export type WorkResult = AcquireResult & {
  /** Null when nothing was written, for the lock was not acquired. */
  accepted: boolean | null;
  balance: number | null;
  /** Null when nobody knows: the release got no answer. */
  released: boolean | null;
  /** How often it was asked for. */
  attempts: number;
};

/** Who got this token; null when it names nobody. */
export function holderOf(token: unknown): string | null {
  const [, owner] = /^([A-Za-z0-9][A-Za-z0-9._-]{0,63}):/.exec(typeof token === "string" ? token : "") ?? [];
  return owner ?? null;
}

/** The number that a token carries for the protected row: what it ends in, or is. 0: none. */
export function fenceOf(token: unknown): number {
  const [, number = 0] = /(?:^|:)(\d{1,15})$/.exec(String(token)) ?? [];
  return Number(number);
}

/** The resource that the stories and the forms use. */
export const RESOURCE = "account-1";
/** What `work` adds to the protected row. */
export const AMOUNT = 10;

export const lockKey = (resource: string): string => `lock:${resource}`;
