/**
 * No job is lost: see keeping.ts. And none is done twice in effect: it is delivered at least once, which now and then means
 * twice, and its idempotency key makes the second time harmless: see send-once.ts.
 */
import { enqueue } from "./job";
import { workerWith } from "./keeping";
import { reap } from "./reaper";
import { sendOnce } from "./send-once";

export { enqueue, reap };
export const { work, startWorker, stopWorker } = workerWith(sendOnce);
