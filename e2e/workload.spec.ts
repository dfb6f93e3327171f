/** Journeys through the page that puts the same reads and writes on several caching strategies. */
import type { StrategyFacts } from "../lib/contract";
import { expect } from "./fixtures";
import { sideBySideTest, watchShifts } from "./side-by-side-page";
import { WorkloadPage } from "./workload-page";

const test = sideBySideTest(WorkloadPage);

const THREE = "strategies=cache-aside.as-written+write-behind.as-written+write-through.safe";
const SHORT = `?${THREE}&rate=60&seconds=4&writePercent=30&databaseMs=10&ttlMs=2000`;
const LONG = `?${THREE}&rate=20&seconds=60`;

const whole = (n: number) => n.toLocaleString("en-US", { maximumFractionDigits: 0 });

test("three strategies under a kill, on a projector: the page tells what the API tells", async ({ at, page }) => {
  await page.setViewportSize({ width: 1920, height: 1080 });
  await at.open(`${SHORT}&present=1`);
  await expect(at.controls).toBeHidden();
  await at.startBySpace();
  await at.over();
  const { strategies, workload, total, sent, bucketMs } = await at.view();
  expect(workload).toMatchObject({ rate: 60, seconds: 4, writeShare: 0.3, killAt: 2 });
  expect([strategies.length, sent]).toEqual([3, total]);

  const cells = ({ reads, hits, queries, lost, writes, staleReads }: StrategyFacts) => ({
    hitRate: `${whole((100 * hits) / reads)} %${whole(hits)} of ${whole(reads)} reads`,
    queries: whole(queries),
    stale: whole(staleReads),
    lost: `${whole(lost ?? -1)}of ${whole(writes)} writes`,
  });
  const facts = await at.rows(at.facts);
  for (const [i, of] of strategies.entries()) {
    const [name, hitRate, queries, stale, , write, lost] = facts[i] ?? [];
    expect(name?.replace(/\s+/g, " ")).toBe(of.title);
    expect(hitRate).toBe(cells(of).hitRate);
    expect(queries).toMatch(new RegExp(`^${cells(of).queries}\\d`));
    expect(stale).toMatch(new RegExp(`^${cells(of).stale}(by|\\s|$)`));
    expect(write).toContain(`${of.writeMs?.samples} samples`);
    expect(lost).toBe(cells(of).lost);
    await expect(at.lost.nth(i)).toContainText(`${whole(of.lost ?? -1)} of ${whole(of.writes)}`);
    await expect(at.verdicts.nth(i)).toContainText(`${of.holds ? "Holds." : "Broken."} ${of.verdict}`);
  }
  const quickest = Math.min(...strategies.map(({ writeMs }) => writeMs?.p50 ?? 0));
  await expect(at.summary).toContainText(`acknowledged a write in ${quickest.toFixed(quickest < 10 ? 2 : 1)} ms`);

  // Charts follow a moment later.
  await expect.poll(() => at.rows(at.history("Hit rate"))).toHaveLength((workload.seconds * 1000) / bucketMs);
  const hitRates = await at.rows(at.history("Hit rate"));
  for (const [i, [from, ...shown]] of hitRates.entries()) {
    expect(from).toBe(`${(i * bucketMs) / 1000} s`);
    expect(shown).toEqual(
      strategies.map(({ buckets }) => {
        const { reads = 0, hits = 0 } = buckets[i] ?? {};
        return reads ? `${whole((100 * hits) / reads)} %` : "–";
      }),
    );
  }
  const small = await page.locator("main").evaluate((main) =>
    [...main.querySelectorAll("*")]
      .filter((one) => !one.closest(".sr-only, [hidden], title") && one.checkVisibility())
      .filter((one) =>
        [...one.childNodes].some(({ nodeName, textContent }) => nodeName === "#text" && textContent?.trim()),
      )
      .filter((one) => Number.parseFloat(getComputedStyle(one).fontSize) < 18)
      .map((one) => one.textContent),
  );
  expect(small).toEqual([]);
});

test("the kill is a line with a name in every chart, before the start too, and goes when it is not wanted", async ({
  at,
  page,
}) => {
  const kills = at.charts.getByText("kill -9", { exact: true });
  await at.open(SHORT);
  await expect(kills).toHaveCount(4);
  await page.getByRole("checkbox", { name: "Kill every Redis" }).uncheck();
  await expect(kills).toHaveCount(0);
  await expect(page).toHaveURL(/killAt=never/);
  await page.getByRole("checkbox", { name: "Kill every Redis" }).check();
  await page.getByRole("spinbutton", { name: "After, seconds" }).fill("1.5");
  await expect(page).toHaveURL(/killAt=1.5/);
  // Each key counts: 30 is 3 first.
  const seconds = page.getByRole("spinbutton", { name: "For, seconds" });
  await page.getByRole("spinbutton", { name: "After, seconds" }).fill("3.5");
  await seconds.fill("");
  await seconds.pressSequentially("30");
  await expect(page).toHaveURL(/seconds=30.*killAt=3\.5/);
  await page.getByRole("spinbutton", { name: "After, seconds" }).fill("1.5");
  await seconds.fill("4");
  await expect(page).toHaveURL(/seconds=4&.*killAt=1\.5/);
  await at.start.click();
  await at.over();
  await expect(kills).toHaveCount(4);
  expect((await at.view()).workload.killAt).toBe(1.5);
});

test("the share of writes is drawn, typed and kept in the address", async ({ at, page }) => {
  await at.open(SHORT);
  const slider = page.getByRole("slider", { name: "Writes slider" });
  await slider.press("End");
  await expect(page.getByRole("spinbutton", { name: "Writes, % of all" })).toHaveValue("100");
  await expect(page).toHaveURL(/writePercent=100/);
  await page.getByRole("spinbutton", { name: "Writes, % of all" }).fill("55");
  await expect(slider).toHaveAttribute("aria-valuetext", "55 % of all");
  await page.reload();
  await expect(page.getByRole("spinbutton", { name: "Writes, % of all" })).toHaveValue("55");
});

test("the same seed brings the same operations, whatever the strategies", async ({ at }) => {
  const totals: number[] = [];
  for (const strategies of [THREE, "strategies=cache-aside.safe+write-through.as-written"]) {
    await at.open(`?${strategies}&rate=50&seconds=2&seed=11&killAt=never&databaseMs=0`);
    await at.startBySpace();
    await at.over();
    const { seed, total, strategies: facts } = await at.view();
    expect(seed).toBe(11);
    for (const { reads, writes, failed } of facts) expect(reads + writes + failed).toBe(total);
    totals.push(total, facts[0]?.writes ?? -1);
  }
  expect(totals.slice(0, 2)).toEqual(totals.slice(2));
});

test("who has the link watches the same numbers, and can only set up something of their own", async ({
  browser,
  at,
  page,
}) => {
  await at.open(LONG);
  await at.startBySpace();
  const context = await browser.newContext();
  const watcher = new WorkloadPage(await context.newPage());
  await watcher.page.goto(page.url());
  await expect(watcher.mode).toHaveText("WATCHING");
  await expect(at.mode).toHaveText("LIVE");
  const second = (on: WorkloadPage) => on.history("Database queries").getByRole("row").nth(2);
  await expect(second(watcher)).toContainText("/s");
  await expect(second(watcher)).toHaveText((await second(at).textContent()) ?? "");
  await expect(watcher.button("Stop")).toHaveCount(0);
  await expect(watcher.start).toBeDisabled();
  expect((await watcher.page.request.delete(at.path)).status()).toBe(403);
  await watcher.button("Set up your own").click();
  await expect(watcher.start).toBeEnabled();
  expect(watcher.id).toBe("");
  await context.close();
});

test("a workload that is stopped is gone from the server, and its picture stays", async ({ at, page }) => {
  await at.open(LONG);
  await at.startBySpace();
  await expect(at.history("Hit rate")).toContainText("1.5 s");
  const { path } = at;
  await at.button("Stop").click();
  await expect(at.standing(/^Stopped: \d+ of [\d,]+ operations/)).toBeVisible();
  await expect(at.notice).toContainText("gone from the server");
  expect((await page.request.get(path)).status()).toBe(404);
  await expect(at.history("Hit rate")).toContainText("1.5 s");
  await expect(page.getByRole("link", { name: "This run" })).toHaveCount(0);
  await expect(at.start).toBeEnabled();
  expect(at.id).toBe("");
});

test("a reload in the middle misses nothing", async ({ at, page }) => {
  await at.open(SHORT);
  await at.startBySpace();
  await expect(at.history("Hit rate")).toContainText("0.5 s");
  const { id } = at;
  await page.reload();
  await at.over();
  expect(at.id).toBe(id);
  // Charts follow a moment later.
  await expect.poll(() => at.rows(at.history("Hit rate"))).toHaveLength(8);
});

test("by keyboard alone: choose, start, point out a strategy, walk through time, present, and come back", async ({
  at,
  page,
}) => {
  await at.open(SHORT);
  await at.variant("Write-behind, Safe").focus();
  await page.keyboard.press("Space");
  await expect(at.variant("Write-behind, Safe")).toBeChecked();
  await expect(at.legend).toHaveCount(4);
  await at.start.focus();
  await page.keyboard.press("Space");
  await expect(page).toHaveURL(/[?&]workload=/);
  await at.over();

  await page.keyboard.press("2");
  await expect(at.legend.nth(1)).toHaveAttribute("aria-pressed", "true");
  const moment = page.getByRole("status", { name: "Moment" });
  await page.keyboard.press("l");
  await expect(moment).toContainText(/^3\.5 s\. Hit rate: /);
  await page.keyboard.press("j");
  await expect(moment).toContainText(/^3 s\. .*Database queries: /);
  await page.keyboard.press("Escape");
  await expect(moment).toBeEmpty();
  await expect(at.legend.nth(1)).toHaveAttribute("aria-pressed", "false");
  await page.keyboard.press("p");
  await expect(at.controls).toBeHidden();
  await page.keyboard.press("Escape");
  await expect(at.controls).toBeVisible();
});

test("what cannot be asked for cannot be started, and what the API refuses is said beside Start", async ({
  at,
  page,
}) => {
  await at.open("?strategies=cache-aside.safe");
  await expect(at.why).toContainText("at least 2 strategies");
  await expect(at.start).toBeDisabled();
  await at.button("All safe").click();
  await expect(at.why).toBeEmpty();
  await page.route("**/api/workloads", (route) =>
    route.fulfill({ status: 429, json: { error: { code: "too_many_runs", message: "The server is full." } } }),
  );
  await at.start.click();
  await expect(at.why).toHaveText("The server is full.");
  await expect(at.start).toBeEnabled();
});

test("an address whose workload is unknown says so, and its set-up can be started", async ({ at }) => {
  await at.open(`${SHORT}&workload=AAAAAAAAAAAAAAAAAAAAAAAA`);
  await expect(at.notice).toContainText("does not know this comparison");
  await at.startBySpace();
  await expect(at.notice).toBeEmpty();
  await at.over();
});

test("nothing moves on the page while its numbers grow", async ({ at, page }) => {
  await at.open(SHORT);
  const shifted = await watchShifts(page);
  await at.startBySpace();
  await at.over();
  await expect(at.summary).toContainText("The cache answered");
  expect(await shifted()).toBeLessThan(0.01);
});

test("the catalogue and every caching pattern lead there, and from there to each strategy's own run", async ({
  at,
  page,
}) => {
  await page.goto("/");
  await page.getByRole("link", { name: "Compare them under the same reads and writes" }).click();
  await expect(page).toHaveURL(/\/compare\/caching/);
  await at.open(SHORT);
  await at.startBySpace();
  await at.over();
  const { strategies } = await at.view();
  await page.getByRole("link", { name: "This run of Write-behind" }).click();
  await expect(page).toHaveURL(new RegExp(`/patterns/write-behind\\?.*run=${strategies[1]?.runId}`));
  await page.getByRole("link", { name: "Compare", exact: true }).click();
  await expect(page).toHaveURL(/\/compare\/caching/);
});

test("a page that writes its address while one leaves it does not call one back", async ({ at, page }) => {
  let [isLeaving, isWritten] = [false, false];
  const until = (is: () => boolean) => expect.poll(is, { timeout: 30_000 }).toBe(true);
  // The run is there only once the router has asked for the other page, and that comes only once the address is written.
  await page.route(/\/compare\/caching\?/, async (route) => {
    if (route.request().headers()["next-router-prefetch"] === undefined) {
      isLeaving = true;
      await until(() => isWritten);
    }
    await route.continue();
  });
  await page.route("**/api/runs", async (route) => {
    await until(() => isLeaving);
    await route.continue();
  });
  await page.goto("/patterns/write-behind");
  await page.getByRole("link", { name: "Compare", exact: true }).click();
  await expect(page).toHaveURL(/\/patterns\/write-behind\?.*run=/);
  const run = new URL(page.url()).searchParams.get("run");
  isWritten = true;
  await expect(page).toHaveURL(/\/compare\/caching/);
  await expect(at.start).toBeVisible();
  await page.request.delete(`/api/runs/${run}`);
});
