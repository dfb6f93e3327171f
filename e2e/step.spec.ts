/** Being the scheduler: who goes next is the learner's choice, on a Redis that nobody else touches. */
import type { Locator, Page } from "@playwright/test";
import { expect, PatternPage, patternTest as test } from "./pattern-page";

const COUNTER = "?variant=as-written&seed=7";

const desk = (page: Page): Locator => page.getByRole("region", { name: "Step by step" });
const steps = (page: Page): Locator => desk(page).getByRole("table", { name: "Steps" }).locator("tbody tr");
/** What an actor is about to send is on its button. */
const choice = (page: Page, name: string): Locator =>
  desk(page).getByRole("button", { name: new RegExp(`^${name}\\b`) });

async function begin(at: PatternPage, scenario: string): Promise<void> {
  await at.button(`Step ${scenario}`).click();
  await stands(at);
}

/** The board is there, and its first choice with it. */
async function stands(at: PatternPage): Promise<void> {
  await expect(at.mode).toHaveText("STEPPED");
  await expect(choice(at.page, "A")).toBeVisible();
}

test("each actor shows the command it is about to send; chosen by click and by number, the race is lost and undone", async ({
  at,
  page,
}) => {
  await at.open("counter", COUNTER);
  const live = at.runId;
  await begin(at, "explore-two");
  await expect.poll(() => at.runId).not.toBe(live);
  await expect(choice(page, "A")).toContainText("GET");
  await choice(page, "A").click();
  await expect(steps(page)).toHaveCount(1);
  await page.keyboard.press("2");
  await expect(steps(page)).toHaveCount(2);
  await expect(choice(page, "B")).toContainText("SET");
  await page.keyboard.press("1");
  await expect(steps(page)).toHaveCount(3);
  await page.keyboard.press("2");
  await expect(page.getByRole("status", { name: "The end" })).toContainText("Broken, in this order.");
  await expect(at.verdict).toContainText("Broken.");
  await expect(page).toHaveURL(/order=A~B~A~B/);

  await page.keyboard.press("u");
  await expect(steps(page)).toHaveCount(3);
  await expect(page.getByRole("status", { name: "The end" })).toHaveCount(0);
  await expect(page).toHaveURL(/order=A~B~A(&|$)/);

  await at.button("Back to the live run").click();
  await expect(at.mode).toHaveText("LIVE");
  await expect.poll(() => at.runId).toBe(live);
});

test("an order in the address is a race that is handed on: another browser comes to the same verdict", async ({
  at,
  page,
}) => {
  await at.open("counter", `${COUNTER}&scenario=explore-two&order=A~B~A~B`);
  await expect(at.mode).toHaveText("STEPPED");
  await expect(page.getByRole("status", { name: "The end" })).toContainText("Broken, in this order.");
  await expect(steps(page)).toHaveCount(4);
  await expect(at.verdict).toContainText("Broken.");
});

test("an order that stops being possible stops there, and says at which step", async ({ at, page }) => {
  await at.open("counter", `${COUNTER}&scenario=explore-two&order=A~A~A`);
  await expect(desk(page)).toContainText("Step 3 of this order, “A”, was not possible");
  await expect(steps(page)).toHaveCount(2);
});

test("looking back is the timeline's, and another choice there begins another order with the same past", async ({
  at,
  page,
}) => {
  await at.open("counter", `${COUNTER}&scenario=explore-two&order=A~B~A~B`);
  await expect(steps(page)).toHaveCount(4);
  await desk(page)
    .getByRole("button", { name: /^Step 1:/ })
    .click();
  await expect(steps(page)).toHaveCount(1);
  await expect(desk(page)).toContainText("After step 1 of 4");
  await choice(page, "A").click();
  await expect(page).toHaveURL(/order=A~A(&|$)/);
  await expect(steps(page)).toHaveCount(2);
});

test("time passes and processes die as choices like others", async ({ at, page }) => {
  await at.open("fixed-window", "?variant=as-written&seed=7");
  await begin(at, "explore-crash");
  await choice(page, "A").click();
  await expect(steps(page)).toHaveCount(1);
  await page.keyboard.press("x");
  await expect(desk(page)).toContainText("Whose process dies now?");
  await page.keyboard.press("Escape");
  await expect(desk(page)).not.toContainText("Whose process dies now?");
  await page.keyboard.press("x");
  await desk(page)
    .getByRole("button", { name: /^Crash A/ })
    .click();
  await expect(steps(page)).toHaveCount(2);
  await expect(choice(page, "A")).toContainText("crashed");
  await expect(page).toHaveURL(/order=A~crash:A/);
  // It died before it could set the expiry: no time that passes will ever take this counter away.
  await expect(at.button(/^Let time pass/)).toBeDisabled();
  await at.button("Back to the live run").click();
  await expect(at.mode).toHaveText("LIVE");

  await page.keyboard.press("2");
  await expect(page).toHaveURL(/variant=safe/);
  await begin(at, "explore-crash");
  await page.keyboard.press("1");
  await expect(steps(page)).toHaveCount(1);
  await page.keyboard.press("t");
  await expect(page).toHaveURL(/order=A~tick/);
  await expect(steps(page)).toHaveCount(2);
});

test("a race of one's own: actors, actions, and the link to it", async ({ at, browser, page }) => {
  await at.open("token-bucket", "?variant=read-then-write&capacity=1&seed=7");
  await page.getByText("Own order", { exact: true }).click();
  await at.button("Step own order").click();
  await stands(at);
  for (const key of ["1", "2"]) await page.keyboard.press(key);
  await expect(steps(page)).toHaveCount(2);
  await expect(page).toHaveURL(/actors=.*order=A~B/);

  const context = await browser.newContext();
  const other = new PatternPage(await context.newPage());
  const link = new URL(page.url());
  link.searchParams.delete("run");
  await other.page.goto(link.href.replace(/%7E/g, "~"));
  await expect(other.mode).toHaveText("STEPPED");
  await expect(steps(other.page)).toHaveCount(2);
  await other.page.request.delete(`/api/runs/${other.runId}`);
  await context.close();
});

test("who only watches sees the steps and cannot choose", async ({ at, browser, page }) => {
  await at.open("counter", COUNTER);
  await begin(at, "explore-two");
  await choice(page, "A").click();
  await expect(steps(page)).toHaveCount(1);
  const context = await browser.newContext();
  const watcher = await context.newPage();
  await watcher.goto(page.url());
  await expect(steps(watcher)).toHaveCount(1);
  await expect(choice(watcher, "B")).toBeDisabled();
  await expect(desk(watcher)).toContainText("Only its owner chooses");
  await choice(page, "B").click();
  await expect(steps(watcher)).toHaveCount(2);
  await context.close();
});
