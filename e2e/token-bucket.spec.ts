/** Journeys through the token bucket: what a learner does, and what the page shows of it. */
import type { RunView } from "../lib/contract";
import { test as base, expect } from "./fixtures";
import { PatternPage } from "./pattern-page";

const test = base.extend<{ bucket: PatternPage }>({
  bucket: async ({ page }, use) => {
    const bucket = new PatternPage(page);
    await use(bucket);
    if (bucket.runId) await page.request.delete(`/api/runs/${bucket.runId}`);
  },
});

test("a take drains the bucket: stage, wire and code show the same command", async ({ bucket, page }) => {
  await bucket.open("token-bucket", "?variant=safe&refillPerSecond=0.1");
  await expect(bucket.fact("stored")).toHaveText("no key");
  await bucket.button(/^Take/).click();
  await expect(bucket.fact("stored")).toHaveText("9 tokens");
  await expect(bucket.wire).toContainText("bucket:alice");
  await expect(bucket.wire).toContainText("HSET");
  await expect(bucket.verdict).toContainText("Holds.");
  await expect(page.locator("[aria-current='true'], [data-lit]").first()).toContainText("ctx.redis.takeSafe");
});

test("a burst is denied what the bucket does not hold, and the bucket refills", async ({ bucket }) => {
  await bucket.open("token-bucket", "?variant=safe&refillPerSecond=5");
  await bucket.button(/^Burst of 20/).click();
  const takes = bucket.stage.getByRole("table", { name: "Takes" });
  // actor, yes, no, by Redis, latest: which take came last is chance.
  await expect(
    takes
      .getByRole("row", { name: /^alice/ })
      .getByRole("cell")
      .nth(2),
  ).toHaveText(/^[1-9]/);
  await expect(bucket.verdict).toContainText("Holds.");
  await expect(bucket.fact("stored")).toHaveText("no key");
});

test("everything works by keyboard: space takes, digits choose the variant, k pauses, j steps back, ? explains", async ({
  bucket,
  page,
}) => {
  await bucket.open("token-bucket", "?variant=as-written");
  await page.keyboard.press("3");
  await expect(page).toHaveURL(/variant=safe/);
  await page.keyboard.press("Space");
  await expect(bucket.wire).toContainText("take-safe-1.lua");
  await page.keyboard.press("k");
  await expect(bucket.mode).toHaveText("REPLAY");
  await page.keyboard.press("j");
  await expect(page).toHaveURL(/at=\d+/);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
});

test("scrubbing back shows the bucket as it was, and LIVE as it is", async ({ bucket }) => {
  await bucket.open("token-bucket", "?variant=safe&refillPerSecond=0.1");
  await bucket.button(/^Take/).click();
  await expect(bucket.fact("stored")).toHaveText("9 tokens");
  await bucket.button(/^Take/).click();
  await expect(bucket.fact("stored")).toHaveText(/^8/);
  await bucket.playhead.focus();
  await bucket.playhead.press("Home");
  await expect(bucket.fact("stored")).toHaveText("no key");
  await bucket.button("LIVE").click();
  await expect(bucket.fact("stored")).toHaveText(/^8/);
});

test("a scenario that breaks says so in a sentence, and the moment can be shown", async ({ bucket, page }) => {
  await bucket.open("token-bucket", "?variant=read-then-write&seed=7");
  await page.getByText("fast", { exact: true }).click();
  await bucket.button("Run burst").click();
  await expect(bucket.verdict).toContainText("Broken.");
  await expect(bucket.verdict).toContainText(/admitted .* at most [\d.]+ allowed/);
  await bucket.verdict.getByRole("button").click();
  await expect(bucket.mode).toHaveText("REPLAY");
});

test("run on both puts the two verdicts one above the other", async ({ bucket, page }) => {
  await bucket.open("token-bucket");
  await page.getByRole("tab", { name: "Compare" }).click();
  await page.getByRole("combobox", { name: "Scenario to compare" }).selectOption("second-edge");
  await bucket.button("Run on both").click();
  const comparison = page.getByRole("status", { name: "Comparison" });
  await expect(comparison.getByText(/^Broken\./)).toBeVisible();
  await expect(comparison.getByText(/^Holds\./)).toBeVisible();
  const runs = (await (await page.request.get("/api/runs")).json()).runs as unknown[];
  expect(runs).toHaveLength(1);
});

test("the key inspector shows the hash with its TTL and a redis-cli command", async ({ bucket, page }) => {
  await bucket.open("token-bucket", "?variant=safe&refillPerSecond=0.1");
  await bucket.button(/^Take/).click();
  await page.getByRole("tab", { name: "Keys" }).click();
  const keys = page.getByRole("tabpanel", { name: "Keys" });
  await expect(keys).toContainText("bucket:alice");
  await expect(keys).toContainText("hash");
  await expect(keys).toContainText("redis-cli");
});

test("a killed Redis is announced within a second and can be restarted from the page", async ({ bucket }) => {
  await bucket.open("token-bucket", "?variant=safe");
  await bucket.button(/^Take/).click();
  await bucket.button(/Kill/).click();
  const restart = bucket.button(/^Restart Redis/).first();
  await expect(restart).toBeVisible({ timeout: 2000 });
  await expect(bucket.button(/^Take/)).toBeDisabled();
  await restart.click();
  await expect(bucket.button(/^Take/)).toBeEnabled();
  await bucket.button(/^Take/).click();
  await expect(bucket.fact("stored")).toHaveText("9 tokens");
});

test("the address holds the state: a reload comes back to the same run, a copy of it to the same settings", async ({
  bucket,
  page,
}) => {
  await bucket.open("token-bucket", "?variant=safe&capacity=25");
  await expect(page).toHaveURL(/capacity=25/);
  await bucket.button(/^Take/).click();
  await expect(bucket.fact("capacity")).toHaveText("25 tokens");
  const { runId } = bucket;
  await page.reload();
  await bucket.ready();
  expect(bucket.runId).toBe(runId);
  await expect(bucket.wire).toContainText("bucket:alice");
  const view: RunView = await (await page.request.get(`/api/runs/${runId}`)).json();
  expect(view).toMatchObject({ variant: "safe", params: { capacity: 25 } });
});

test("two browsers on two runs see nothing of each other; a third watches by URL and cannot act", async ({
  browser,
  bucket,
  page,
}) => {
  await bucket.open("token-bucket", "?variant=safe&refillPerSecond=0.1");
  const otherContext = await browser.newContext();
  const other = new PatternPage(await otherContext.newPage());
  await other.open("token-bucket", "?variant=safe&refillPerSecond=0.1");
  expect(other.runId).not.toBe(bucket.runId);
  await bucket.button(/^Take/).click();
  await expect(bucket.fact("stored")).toHaveText("9 tokens");
  await expect(other.fact("stored")).toHaveText("no key");
  await expect(other.wire).not.toContainText("bucket:alice");

  const thirdContext = await browser.newContext();
  const third = new PatternPage(await thirdContext.newPage());
  await third.open("token-bucket", `?run=${bucket.runId}`);
  await expect(third.mode).toHaveText("WATCHING");
  await expect(third.fact("stored")).toHaveText("9 tokens");
  await expect(third.button(/^Take/)).toBeDisabled();
  await bucket.button(/^Take/).click();
  await expect(third.fact("stored")).toHaveText(/^8/);
  expect(
    (await third.page.request.post(`/api/runs/${bucket.runId}/actions/take`, { data: { client: "eve" } })).status(),
  ).toBe(403);

  await bucket.playhead.focus();
  await bucket.playhead.press("Home");
  await expect(third.fact("stored")).toHaveText("no key");
  await page.request.delete(`/api/runs/${other.runId}`);
  await otherContext.close();
  await thirdContext.close();
});

test("an unknown run is explained, and a new one is one click away", async ({ bucket, page }) => {
  await page.goto("/patterns/token-bucket?run=AAAAAAAAAAAAAAAAAAAAAAAA");
  await bucket.button(/new run/).click();
  await bucket.ready();
  expect(bucket.runId).not.toBe("AAAAAAAAAAAAAAAAAAAAAAAA");
});

test("projector mode hides the chrome and writes large", async ({ bucket, page }) => {
  await bucket.open("token-bucket", "?variant=safe&present=1");
  await expect(page.getByRole("complementary", { name: "Controls" })).toBeHidden();
  await page.keyboard.press("Space");
  await expect(bucket.fact("stored")).toHaveText(/tokens/);
  const sizes = await bucket.verdict.evaluate((element) =>
    [...element.querySelectorAll("p")].map((paragraph) => Number.parseFloat(getComputedStyle(paragraph).fontSize)),
  );
  for (const size of sizes) expect(size).toBeGreaterThanOrEqual(18);
  const counters = await bucket.stage.evaluate((element) =>
    [...element.querySelectorAll("dd")].map((counter) => Number.parseFloat(getComputedStyle(counter).fontSize)),
  );
  expect(counters.length).toBeGreaterThan(2);
  for (const size of counters) expect(size).toBeGreaterThanOrEqual(32);
  await page.keyboard.press("p");
  await expect(page.getByRole("complementary", { name: "Controls" })).toBeVisible();
});

test("nothing moves on the page when its numbers change", async ({ bucket, page }) => {
  await bucket.open("token-bucket", "?variant=safe");
  await bucket.button(/^Take/).click();
  await expect(bucket.fact("stored")).toHaveText("9 tokens");
  await page.evaluate(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as PerformanceEntry & { value: number }).value);
    }).observe({ type: "layout-shift" });
  });
  const taken = page.request.post(`/api/runs/${bucket.runId}/traffic`, {
    data: { client: "alice", shape: "poisson", rate: 60, seconds: 3 },
  });
  expect((await taken).status()).toBe(200);
  await expect(bucket.verdict).toContainText(/checked over (1[0-9]{2}) commands/);
  const shifts = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
  expect(shifts.reduce((sum, value) => sum + value, 0)).toBeLessThan(0.01);
});
