import type { Ticker } from "./run-store";

/** Real time and animation frames. Calm: the person asked the system for less motion. */
export const browserTicker: Ticker = {
  nowMs: () => performance.now(),
  frame(callback, delayMs) {
    let frame = 0;
    const timer = delayMs > 0 ? setTimeout(() => (frame = requestAnimationFrame(callback)), delayMs) : null;
    if (timer === null) frame = requestAnimationFrame(callback);
    return () => {
      if (timer !== null) clearTimeout(timer);
      cancelAnimationFrame(frame);
    };
  },
  calm: () => matchMedia("(prefers-reduced-motion: reduce)").matches,
};
