/** What goes in and comes out of `take`, the same for every limiter and variant. */

export type TakeBody = {
  client: string;
  /** Units that this request needs, 1 up to the limit. */
  cost: number;
};

/** Null stands for what a variant cannot know. */
export type TakeResult = {
  allowed: boolean;
  limit: number;
  /** Whole units that are left. */
  remaining: number | null;
  /** When the same request would be admitted; 0 when it just was. */
  retryAfterMs: number | null;
  /** When nothing would be used up any more. */
  resetMs: number | null;
};

/** Parameters of the limiters that count in windows. */
export type WindowParams = {
  /** Units admitted per window. */
  limit: number;
  windowMs: number;
};
