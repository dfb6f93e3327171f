/** Ends the process in order: on a signal, or when the bootstrap that started it is gone. */

const LIMIT_MS = 3000;

/** @param parentPipe stdin is a pipe from the bootstrap; its end means that the bootstrap is gone */
export function onEnd(parentPipe: boolean, close: () => Promise<void>): void {
  let ending = false;
  const end = () => {
    if (ending) process.exit(1);
    ending = true;
    setTimeout(() => process.exit(1), LIMIT_MS).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
  if (!parentPipe) return;
  process.stdin.on("end", end);
  process.stdin.on("error", end);
  process.stdin.resume();
}
