/** What goes in and comes out of `take`, the same for every variant. */

export type BucketParams = {
  /** Tokens in a full bucket. */
  capacity: number;
  /** Tokens that come back per second. */
  refillPerSecond: number;
};

export type TakeBody = {
  client: string;
  /** Tokens that this request needs, 1..capacity. */
  cost: number;
};

/** Null stands for what a variant cannot know. */
export type TakeResult = {
  allowed: boolean;
  limit: number;
  /** Whole tokens that are left. */
  remaining: number;
  /** When the same request would be admitted; 0 when it just was. */
  retryAfterMs: number | null;
  /** When the bucket would be full again. */
  resetMs: number | null;
};
