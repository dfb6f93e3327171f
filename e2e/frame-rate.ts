/** How often the page is drawn, and whether it is another picture each time. */
import type { Page } from "@playwright/test";

/** Fewer and motion is seen to stutter. */
const LEAST_FPS = 30;
const SAMPLES = 3;

interface Drawing {
  fps: number;
  /** Looks at the middle of the page's first canvas, four a second; 0 where there is none. */
  looks: number;
  /** How many of them saw something new. */
  drawn: number;
}

/** In the time to come. */
export function drawing(page: Page, forMs: number): Promise<Drawing> {
  return page.evaluate(
    (spanMs) =>
      new Promise((resolve) => {
        const canvas = document.querySelector("canvas");
        const pen = canvas?.getContext("2d");
        const startMs = performance.now();
        let [frames, looks, drawn, seen] = [0, 0, 0, ""];
        const count = () => {
          frames++;
          const passedMs = performance.now() - startMs;
          // Reading pixels back costs time: four looks a second.
          if (canvas && pen && passedMs > looks * 250) {
            looks++;
            const row = pen.getImageData(0, Math.round(canvas.height / 2), canvas.width, 1).data.join();
            if (row !== seen) drawn++;
            seen = row;
          }
          if (passedMs < spanMs) requestAnimationFrame(count);
          else resolve({ fps: (frames * 1000) / passedMs, looks, drawn });
        };
        requestAnimationFrame(count);
      }),
    forMs,
  );
}

/** The first smooth one of a few samples: others use this machine, and what they take from one sample is not the page's. */
export async function expectSmooth(sample: () => Promise<Drawing>): Promise<Drawing> {
  const rates: number[] = [];
  while (rates.length < SAMPLES) {
    const taken = await sample();
    if (taken.fps >= LEAST_FPS) return taken;
    rates.push(taken.fps);
  }
  throw new Error(`never ${LEAST_FPS} frames a second: ${rates.map((fps) => fps.toFixed(1)).join(", ")}`);
}
