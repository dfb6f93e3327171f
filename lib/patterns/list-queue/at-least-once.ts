/**
 * No job is lost: see keeping.ts. How it still breaks: a worker that dies after the effect and before LREM leaves a job that
 * looks unfinished, and one that stands still for longer than its heartbeat goes on beside the next one. Both send twice.
 */
import { enqueue } from "./job";
import { workerWith } from "./keeping";
import { reap } from "./reaper";
import { send } from "./send";

export { enqueue, reap };
export const { work, startWorker, stopWorker } = workerWith(send);
