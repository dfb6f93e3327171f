/** Parameters of the lock. */
export type LockParams = {
  /** How long a lease lasts. */
  ttlMs: number;
  /** How long `work` waits for the lock before it gives up; 0: it asks once. */
  waitMs: number;
  /** Mean time between two attempts. */
  retryMs: number;
  /** `safe` renews so often within one lease; 0: never. */
  renewals: number;
  databaseMs: number;
};
