/** Entry of the worker thread in which an exploration runs, so that live runs keep their beat. */
import { parentPort, workerData } from "node:worker_threads";
import { work } from "../lib/explore/work";

await work(workerData, (message) => parentPort?.postMessage(message));
