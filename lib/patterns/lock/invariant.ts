/** What is claimed of the protected row: see `lib/families/locks/invariant.ts`. */
import { lockInvariant } from "../../families/locks/invariant";
import { type LeaseReading, leaseReader } from "./leases";
import type { LockParams } from "./lock-params";

export const invariant = lockInvariant<LockParams, LeaseReading>(leaseReader, ["fence-at-write", "safe"]);
