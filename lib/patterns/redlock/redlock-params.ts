/** What the patterns of this folder take and answer besides what every lock does. */
import type { AcquireBody, AcquireResult } from "../../families/locks/lock";

export type RedlockParams = {
  /** How long a lease lasts on each node. */
  ttlMs: number;
  /** How long one node is waited for. */
  nodeTimeoutMs: number;
  /** How long `work` waits for the lock before it gives up; 0: it asks once. */
  waitMs: number;
  /** Mean time between two attempts. */
  retryMs: number;
  databaseMs: number;
};

export type QuorumBody = AcquireBody;
export type QuorumResult = AcquireResult & {
  /** Nodes that said yes in time. */
  votes: number;
  /** How many it takes. */
  quorum: number;
  /** What is left of the lease, by the owner's own clock; null when it was not acquired. */
  validityMs: number | null;
};

export const NODES = 5;
