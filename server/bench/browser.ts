/** From a write in Redis to JavaScript in a browser, and how smooth the page stays at speed: the built server, a real Chromium. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chromium, type Page } from "@playwright/test";
import { Redis } from "ioredis";
import type { CreatedRun } from "../../lib/contract";
import { percentile } from "./rounds";

const WRITES = 400;
const WRITE_EVERY_MS = 47;
const SPEED_SECONDS = 8;
const CLIENTS = 5;
const TAKES_PER_CLIENT = 2000;

async function startServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, ["--enable-source-maps", "dist/server.mjs"], {
    env: { ...process.env, NODE_ENV: "production", PORT: "0", HOST: "127.0.0.1", EXPOSE_RUN_REDIS: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  for await (const chunk of child.stdout) {
    text += String(chunk);
    if (/http:\/\/\S+/.test(text)) break;
  }
  const [url] = /http:\/\/\S+/.exec(text) ?? [];
  if (!url) throw new Error(`the server did not start: ${text}`);
  return {
    url,
    stop: async () => {
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}

const wallMs = () => performance.timeOrigin + performance.now();

/** How far the page's clock is ahead of ours, from the quickest of many questions. */
async function clockOffsetMs(page: Page): Promise<number> {
  let best = { tripMs: Number.POSITIVE_INFINITY, offsetMs: 0 };
  for (let i = 0; i < 300; i++) {
    const asked = wallMs();
    const there = await page.evaluate(() => performance.timeOrigin + performance.now());
    const tripMs = wallMs() - asked;
    if (tripMs < best.tripMs) best = { tripMs, offsetMs: there - (asked + tripMs / 2) };
  }
  return best.offsetMs;
}

/** A second watcher inside the page, by hand over engine.io, that notes when each key event arrives. */
async function watchFromPage(page: Page, runId: string): Promise<void> {
  await page.evaluate((id) => {
    const arrivals: Record<string, number> = {};
    Object.assign(window, { arrivals });
    const socket = new WebSocket(`ws://${location.host}/socket.io/?EIO=4&transport=websocket`);
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      const at = performance.timeOrigin + performance.now();
      if (data.startsWith("0")) socket.send("40");
      else if (data === "2") socket.send("3");
      else if (data.startsWith("40")) socket.send(`420["run:watch",{"runId":"${id}"}]`);
      else if (data.startsWith("42")) for (const [key] of data.matchAll(/bench:\d+/g)) arrivals[key] ??= at;
    };
  }, runId);
  await page.waitForTimeout(1000);
}

async function writeToBrowser(page: Page, url: string, runId: string): Promise<void> {
  const writer = new Redis(url);
  const subscriber = new Redis(url);
  const floor: Record<string, number> = {};
  subscriber.on("pmessage", (_pattern: string, _channel: string, key: string) => {
    floor[key] ??= wallMs();
  });
  await subscriber.psubscribe("__keyevent@0__:set");
  await watchFromPage(page, runId);
  const offsetMs = await clockOffsetMs(page);
  const sent: Record<string, number> = {};
  for (let i = 0; i < WRITES; i++) {
    const key = `bench:${i}`;
    sent[key] = wallMs();
    await writer.set(key, "x", "PX", 60_000);
    await new Promise((resolve) => setTimeout(resolve, WRITE_EVERY_MS));
  }
  const arrivals = await page.evaluate(() => (window as unknown as { arrivals: Record<string, number> }).arrivals);
  const browser = Object.entries(arrivals).map(([key, at]) => at - offsetMs - (sent[key] ?? Number.NaN));
  const plain = Object.entries(floor).map(([key, at]) => at - (sent[key] ?? Number.NaN));
  const row = (what: string, values: number[]) => ({
    what,
    "p50 ms": Number(percentile(values, 0.5).toFixed(2)),
    "p99 ms": Number(percentile(values, 0.99).toFixed(2)),
    "ratio of p50": Number((percentile(values, 0.5) / percentile(plain, 0.5)).toFixed(2)),
    samples: values.length,
  });
  console.log("\nWrite in Redis → JavaScript (aim in the browser: p50 < 5 ms, p99 < 50 ms)");
  console.table([row("plain subscriber, this process", plain), row("page in Chromium, through the relay", browser)]);
  writer.disconnect();
  subscriber.disconnect();
}

async function framesAtSpeed(page: Page, base: string, run: CreatedRun): Promise<void> {
  const headers = { authorization: `Bearer ${run.token}`, "content-type": "application/json" };
  const seen = async () =>
    ((await (await fetch(`${base}/api/runs/${run.runId}`)).json()) as { verdict: { checked: number } }).verdict.checked;
  for (let i = 0; i < CLIENTS; i++)
    await fetch(`${base}/api/runs/${run.runId}/traffic`, {
      method: "POST",
      headers,
      body: JSON.stringify({
        client: `client-${i}`,
        shape: "steady",
        rate: TAKES_PER_CLIENT,
        seconds: SPEED_SECONDS + 4,
      }),
    });
  await page.waitForTimeout(2000);
  const before = await seen();
  const { frames, longest, seconds } = await page.evaluate(
    (ms) =>
      new Promise<{ frames: number; longest: number; seconds: number }>((resolve) => {
        const start = performance.now();
        let [frames, longest, last] = [0, 0, start];
        const tick = (now: number) => {
          frames += 1;
          longest = Math.max(longest, now - last);
          last = now;
          if (now - start < ms) requestAnimationFrame(tick);
          else resolve({ frames, longest, seconds: (now - start) / 1000 });
        };
        requestAnimationFrame(tick);
      }),
    SPEED_SECONDS * 1000,
  );
  const commands = (await seen()) - before;
  console.log(`\nThe pattern page at speed (asked: ${CLIENTS * TAKES_PER_CLIENT} commands/s; aim: ≥ 30 frames/s)`);
  console.table([
    {
      "traced commands/s": Math.round(commands / seconds),
      "frames/s": Number((frames / seconds).toFixed(1)),
      "longest frame ms": Math.round(longest),
      "samples (frames)": frames,
    },
  ]);
}

export async function benchBrowser(): Promise<void> {
  const server = await startServer();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_BIN ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  try {
    const response = await fetch(`${server.url}/api/runs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        pattern: "token-bucket",
        variant: "safe",
        params: { capacity: 1000, refillPerSecond: 1000 },
      }),
    });
    const run = (await response.json()) as CreatedRun;
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${server.url}${run.watchUrl}`);
    await page.waitForLoadState("networkidle");
    await writeToBrowser(page, run.redis?.url ?? "", run.runId);
    await framesAtSpeed(page, server.url, run);
  } finally {
    await browser.close();
    await server.stop();
  }
}
