/** Worker threads of the server: built files, or TypeScript as it stands (development, tests). */
import { type Transferable, Worker } from "node:worker_threads";

export function startWorker(file: URL, workerData: unknown, transferList: Transferable[] = []): Worker {
  if (!file.pathname.endsWith(".ts"))
    return new Worker(file, { workerData, transferList, execArgv: ["--enable-source-maps"] });
  // Node 20 does not take an --import of tsx for a worker's first file.
  const code = `import("tsx/esm/api").then(({ register }) => { register(); return import(${JSON.stringify(file.href)}); })`;
  return new Worker(code, { eval: true, workerData, transferList });
}
