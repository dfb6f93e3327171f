/** Journeys through the page that sends one stream of requests to several limiters. */
import { readFile } from "node:fs/promises";
import { ComparePage } from "./compare-page";
import { expect } from "./fixtures";
import { drawing, expectSmooth } from "./frame-rate";
import { sideBySideTest, watchShifts } from "./side-by-side-page";

const test = sideBySideTest(ComparePage);

const ANSWERS: Record<string, string> = { y: "admitted", n: "denied", x: "no answer" };
const FOUR = "limiters=fixed-window.safe+sliding-window.safe+sliding-window-counter.safe+token-bucket.safe";
const FIVE = `${FOUR}+sliding-window.as-written`;
const SHORT = `?${FOUR}&shape=burst&rate=12&seconds=4&clients=2&limit=10&windowMs=2000`;
const LONG = `?${FOUR}&shape=steady&rate=10&seconds=60`;

test("four limiters under bursts, on a projector: the page tells what the API tells, request by request", async ({
  at,
  page,
}) => {
  await page.setViewportSize({ width: 1920, height: 1080 });
  await at.open(`${SHORT}&present=1`);
  await expect(at.controls).toBeHidden();
  await at.startBySpace();
  await at.over();
  const view = await at.view();
  expect(view.limiters).toHaveLength(4);
  expect(view.answered).toBe(48);
  expect(view.disagreements).toBeGreaterThan(0);

  const listed = await at.rows(at.disagreements);
  expect(listed).toEqual(
    view.disagreed.map(({ atMs, client, answers }) => [
      `${(atMs / 1000).toFixed(3)} s`,
      client,
      ...[...answers].map((letter) => ANSWERS[letter]),
    ]),
  );
  const facts = await at.rows(at.facts);
  expect(facts.map(([, admitted, denied, failed]) => [admitted, denied, failed])).toEqual(
    view.limiters.map(({ admitted, denied, failed }) => [admitted, denied, failed].map(String)),
  );
  for (const [i, { holds, verdict, decisionMs, bytesPerKey }] of view.limiters.entries()) {
    const text = facts[i]?.join(" ");
    expect(text).toContain(`${holds ? "Holds." : "Broken."} ${verdict}`);
    expect(text).toContain(`${decisionMs?.samples} samples`);
    expect(text).toContain(`${bytesPerKey} B`);
  }
  const sizes = await at.facts.evaluate((table) =>
    [...table.querySelectorAll("td, th, span")].map((cell) => Number.parseFloat(getComputedStyle(cell).fontSize)),
  );
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(18);
});

test("the CSV has one line per arrival, and a head", async ({ at, page }) => {
  await at.open(SHORT);
  await at.startBySpace();
  await at.over();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Export as CSV" }).click(),
  ]);
  const lines = (await readFile(await download.path(), "utf8")).trimEnd().split("\r\n");
  const view = await at.view();
  expect(lines).toHaveLength(1 + view.total);
  expect(lines[0]).toMatch(/^n,at_ms,client,cost,fixed-window\/safe answer,/);
  expect(lines.filter((line) => line.endsWith(",1"))).toHaveLength(view.disagreements);
});

test("who has the link watches: the same answers, and no way to start or stop, only to set up something of their own", async ({
  browser,
  at,
  page,
}) => {
  await at.open(LONG);
  await at.startBySpace();
  const context = await browser.newContext();
  const watcher = new ComparePage(await context.newPage());
  await watcher.page.goto(page.url());
  await expect(watcher.mode).toHaveText("WATCHING");
  await expect(at.mode).toHaveText("LIVE");
  await expect(watcher.bySecond).toContainText("2 s");
  await expect(watcher.button("Stop")).toHaveCount(0);
  await expect(watcher.start).toBeDisabled();
  await expect(watcher.variant("Token bucket, Safe")).toBeDisabled();
  await watcher.page.keyboard.press("Space");
  expect((await watcher.page.request.delete(at.path)).status()).toBe(403);
  await expect(at.mode).toHaveText("LIVE");

  const second = at.bySecond.getByRole("row").nth(1);
  await expect(watcher.bySecond.getByRole("row").nth(1)).toHaveText((await second.textContent()) ?? "");

  await watcher.button("Set up your own").click();
  await expect(watcher.start).toBeEnabled();
  await expect(watcher.variant("Token bucket, Safe")).toBeEnabled();
  expect(watcher.id).toBe("");
  await context.close();
});

test("a comparison that is stopped is gone from the server, and its picture stays", async ({ at, page }) => {
  await at.open(LONG);
  await at.startBySpace();
  await expect(at.bySecond).toContainText("2 s");
  const { path } = at;
  await at.button("Stop").click();
  await expect(at.standing(/^Stopped: \d+ of 600 requests/)).toBeVisible();
  await expect(at.notice).toContainText("gone from the server");
  expect((await page.request.get(path)).status()).toBe(404);
  await expect(at.bySecond.getByRole("row").nth(1)).toContainText("10");
  expect(await at.rows(at.facts)).toHaveLength(4);
  await expect(page.getByRole("link", { name: "Export as CSV" })).toHaveCount(0);
  await expect(at.start).toBeEnabled();
  expect(at.id).toBe("");
});

test("a reload in the middle misses nothing", async ({ at, page }) => {
  await at.open(`?${FOUR}&shape=poisson&rate=40&seconds=5&seed=11`);
  await at.startBySpace();
  await expect(at.bySecond).toContainText("1 s");
  const { id } = at;
  await page.reload();
  await expect(at.mode).toHaveText("LIVE");
  expect(at.id).toBe(id);
  await at.over();
  const view = await at.view();
  await expect(at.standing(/^Over: /)).toContainText(`${view.total} of ${view.total} requests`);
  // The table follows twice a second.
  const counted = async () => (await at.rows(at.bySecond)).reduce((sum, [, requests]) => sum + Number(requests), 0);
  await expect.poll(counted).toBe(view.total);
});

test("a question that is not answered once leaves the page connected", async ({ at, page }) => {
  await at.open(LONG);
  await at.startBySpace();
  await expect(at.bySecond).toContainText("1 s");
  let asked = 0;
  await page.route(/\/api\/comparisons\/[^/]+$/, (route) => {
    asked += 1;
    return asked === 1 ? route.abort() : route.continue();
  });
  await expect.poll(() => asked).toBeGreaterThan(1);
  await expect(page.getByText("reconnecting…")).toHaveCount(0);
  await expect(at.mode).toHaveText("LIVE");
});

test("an address whose comparison is unknown says so, and its set-up can be started", async ({ at }) => {
  await at.open(`${SHORT}&comparison=AAAAAAAAAAAAAAAAAAAAAAAA`);
  await expect(at.notice).toContainText("does not know this comparison");
  await at.startBySpace();
  await expect(at.notice).toBeEmpty();
  await at.over();
});

test("by keyboard alone: choose, start, walk through the disagreements, present, and come back", async ({
  at,
  page,
}) => {
  await at.open(SHORT);
  await at.variant("Fixed window, As written").focus();
  await page.keyboard.press("Space");
  await expect(at.variant("Fixed window, As written")).toBeChecked();
  // Space on a box is the box's own, and five are the most.
  expect(at.id).toBe("");
  await expect(at.variant("Token bucket, As written")).toBeDisabled();
  await at.start.focus();
  await page.keyboard.press("Space");
  await expect(page).toHaveURL(/[?&]comparison=/);
  // Pressed again, out of impatience, it neither stops nor starts anew.
  const { id } = at;
  await page.keyboard.press("Space");
  await at.over();
  expect(at.id).toBe(id);

  const [first, second] = (await at.view()).disagreed;
  const pressed = page.getByRole("button", { pressed: true });
  await page.keyboard.press("l");
  await expect(pressed).toHaveAccessibleName(new RegExp(`request ${(first?.n ?? 0) + 1},`));
  await page.keyboard.press("l");
  await expect(pressed).toHaveAccessibleName(new RegExp(`request ${(second?.n ?? 0) + 1},`));
  await page.keyboard.press("j");
  await expect(pressed).toHaveAccessibleName(new RegExp(`request ${(first?.n ?? 0) + 1},`));
  await page.keyboard.press("Escape");
  await expect(pressed).toHaveCount(0);
  await page.keyboard.press("p");
  await expect(at.controls).toBeHidden();
  await page.keyboard.press("Escape");
  await expect(at.controls).toBeVisible();
});

test("a click on the lanes points out the disagreement that is nearest", async ({ at, page }) => {
  await at.open(SHORT);
  await at.startBySpace();
  await at.over();
  const canvas = await page.locator("canvas").boundingBox();
  if (!canvas) throw new Error("the lanes are drawn on a canvas");
  await page.mouse.click(canvas.x + canvas.width - 30, canvas.y + canvas.height / 2);
  const last = (await at.view()).disagreed.at(-1);
  await expect(page.getByRole("button", { pressed: true })).toContainText(`${((last?.atMs ?? 0) / 1000).toFixed(3)} s`);
});

test("what the API refuses is said beside Start, and what cannot be asked for cannot be started", async ({
  at,
  page,
}) => {
  await at.open(`?limiters=fixed-window.safe`);
  await expect(at.why).toContainText("at least 2 limiters");
  await expect(at.start).toBeDisabled();
  await at.variant("Token bucket, Safe").check();
  await expect(at.why).toBeEmpty();
  await page.route("**/api/comparisons", (route) =>
    route.fulfill({ status: 429, json: { error: { code: "too_many_runs", message: "The server is full." } } }),
  );
  await at.start.click();
  await expect(at.why).toHaveText("The server is full.");
  await expect(at.start).toBeEnabled();
});

test("nothing moves on the page while its numbers grow", async ({ at, page }) => {
  await at.open(`?${FOUR}&shape=poisson&rate=30&seconds=5&limit=10&windowMs=1000`);
  await at.startBySpace();
  await expect(at.bySecond).toContainText("1 s");
  await expect(at.facts).toContainText("samples");
  const shifted = await watchShifts(page);
  await at.over();
  expect(await shifted()).toBeLessThan(0.01);
});

test("1,000 requests a second through five limiters are drawn with 30 frames a second or more", async ({
  at,
  page,
}) => {
  await page.setViewportSize({ width: 1920, height: 1080 });
  await at.open(`?${FIVE}&shape=poisson&rate=1000&seconds=12&clients=4&limit=100&windowMs=1000&present=1`);
  await at.startBySpace();
  await expect(at.bySecond).toContainText("1 s");
  let samples = 0;
  const before = (await at.view()).answered;
  const measured = await expectSmooth(() => {
    samples += 1;
    return drawing(page, 3000);
  });
  const perSecond = ((await at.view()).answered - before) / (3 * samples);
  console.log(
    `compare: ${measured.fps.toFixed(1)} frames/s, ${measured.drawn} of ${measured.looks} looks at the lanes differed, ` +
      `${Math.round(perSecond)} arrivals/s answered by all five`,
  );
  expect(measured.drawn).toBeGreaterThan(measured.looks / 2);
  expect(perSecond).toBeGreaterThan(500);
});
