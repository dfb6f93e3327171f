/** Every order of a race, seen from the page: tiles, the sentence, the shortest one that breaks. */
import type { Locator, Page } from "@playwright/test";
import { expect, patternTest as test } from "./pattern-page";

const found = (page: Page): Locator => page.getByRole("status", { name: "Exploration" });
const tiles = (page: Page): Locator => page.getByRole("slider", { name: "Orders" });
const DONE_MS = 30_000;

test("4 of 6 orders lose an update, each has its tile, and the shortest replays from its sentences", async ({
  at,
  page,
}) => {
  await at.open("counter", "?variant=as-written&seed=7");
  const live = at.runId;
  await at.button("Every order of explore-two").click();
  await expect(found(page)).toContainText("4 of 6 orders lose an update.", { timeout: DONE_MS });
  await expect(tiles(page)).toHaveAttribute("aria-valuemax", "6");
  const shortest = page.getByRole("region", { name: "The shortest way to break it" });
  await expect(shortest.getByRole("listitem").first()).toContainText("A");
  await shortest.getByRole("button", { name: "Replay it" }).click();
  await expect(at.mode).toHaveText("REPLAY");
  await expect(at.playhead).toHaveAttribute("aria-valuetext", /^event \d+ of \d+/);
  await page.getByRole("button", { name: "go to the end" }).click();
  await expect(page.getByRole("status", { name: "The end" })).toContainText("Broken, in this order.");
  await expect(page).toHaveURL(/order=A~B/);
  expect(at.runId).not.toBe(live);
});

test("a tile opens its order by keyboard, and the list of orders that break by its buttons", async ({ at, page }) => {
  await at.open("counter", "?variant=as-written&seed=7");
  await at.button("Every order of explore-two").click();
  await expect(found(page)).toContainText("4 of 6", { timeout: DONE_MS });
  await tiles(page).focus();
  await page.keyboard.press("End");
  await expect(tiles(page)).toHaveAttribute("aria-valuetext", /^No\. 6 of 6 (holds|breaks): /);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/order=/);
  await expect(page.getByRole("region", { name: "Step by step" })).toBeVisible();
  await page.getByText("The orders that break, as a list").click();
  const broken = page.getByRole("region", { name: "Orders" }).getByRole("button", { name: /breaks: / });
  await expect(broken).toHaveCount(4);
});

test("read-then-write admits 3 of 2 in most orders, safe in none of all: the same race, side by side", async ({
  at,
  page,
}) => {
  await at.open("token-bucket", "?variant=read-then-write&seed=7");
  await at.button("Every order of explore-three").click();
  await expect(found(page)).toContainText(/[\d,]+ of [\d,]+ orders admit 3 of 2\./, { timeout: DONE_MS });
  await page.getByRole("button", { name: "The same with Safe" }).click();
  await expect(page.getByRole("region", { name: "Orders" })).toContainText(/with Safe\s*0 of 6/, { timeout: DONE_MS });
});

test("progress is shown while it runs, and cancelling keeps what was found", async ({ at, page }) => {
  await at.open("counter", "?variant=watch&seed=7");
  await at.button("Every order of three-services").click();
  await expect(found(page)).toContainText(/orders so far break it; [\d,]+ a second/);
  await expect(tiles(page)).toHaveAttribute("aria-valuemax", /^\d{2,}$/);
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await expect(found(page)).toContainText("Cancelled.");
  await expect(found(page)).toContainText(/None of [\d,]+ orders breaks it\. Not every order was run/);
});

test("what was found is there again after a reload", async ({ at, page }) => {
  await at.open("counter", "?variant=as-written&seed=7");
  await at.button("Every order of explore-two").click();
  await expect(found(page)).toContainText("4 of 6", { timeout: DONE_MS });
  await page.reload();
  await at.ready();
  await page.getByRole("tab", { name: "Orders" }).click();
  await expect(found(page)).toContainText("4 of 6 orders lose an update.");
});
