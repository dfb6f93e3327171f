/** The parameters of a bucket. What goes in and comes out of `take` is the same for every limiter. */
export type { TakeBody, TakeResult } from "../../families/rate-limiting/take";

export type BucketParams = {
  /** Tokens in a full bucket. */
  capacity: number;
  /** Tokens that come back per second. */
  refillPerSecond: number;
};
