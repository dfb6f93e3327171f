/** What goes in and comes out of `add`, the same for every variant. */

/** The one key of this pattern: a string, the sum of all that was added. */
export const KEY = "counter";

export type AddBody = {
  /** Whose app server adds. */
  service: string;
  by: number;
};

/** `value`: what the counter stands at, this add included. */
export type AddResult = { value: number };
