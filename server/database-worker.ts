/** Entry of the worker thread that owns the embedded PostgreSQL. */
import { parentPort, workerData } from "node:worker_threads";
import { hostPglite } from "../lib/database/pglite-host";

if (parentPort) await hostPglite(workerData, parentPort);
