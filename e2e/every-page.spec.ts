/** Walks the registry: every page opens without complaint, in every theme and size, and axe finds nothing serious. */
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import type { PatternDescription } from "../lib/contract";
import { expect, test } from "./fixtures";
import { PatternPage } from "./pattern-page";

const LOOKS = [
  { name: "light", colorScheme: "light", query: "", size: { width: 1440, height: 900 } },
  { name: "dark", colorScheme: "dark", query: "", size: { width: 1440, height: 900 } },
  { name: "projector, light", colorScheme: "light", query: "?present=1", size: { width: 1920, height: 1080 } },
  { name: "projector, dark", colorScheme: "dark", query: "?present=1", size: { width: 1920, height: 1080 } },
  { name: "375 px", colorScheme: "light", query: "", size: { width: 375, height: 812 } },
] as const;

/** What the console complained about. */
function complaints(page: Page): string[] {
  const found: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") found.push(message.text());
  });
  page.on("pageerror", (error) => found.push(error.message));
  return found;
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("\n")}`)).toEqual([]);
}

/** 7:1, for the last row of a lecture hall. */
async function expectHighContrast(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withRules(["color-contrast-enhanced"]).analyze();
  expect(
    violations.flatMap(({ nodes }) => nodes.map(({ html, failureSummary }) => `${html}: ${failureSummary}`)),
  ).toEqual([]);
}

async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(content).toBeLessThanOrEqual(window ?? 0);
}

for (const { name, colorScheme, query, size } of LOOKS)
  test(`every page is quiet, fits and is accessible: ${name}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(size);
    const found = complaints(page);
    await page.goto("/");
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);

    const patterns: PatternDescription[] = await (await page.request.get("/api/patterns")).json();
    for (const pattern of patterns) {
      const at = new PatternPage(page);
      await at.open(pattern.id, query);
      await expect(page.getByRole("heading", { level: 1, name: pattern.title })).toBeVisible();
      await page.keyboard.press("Space");
      await expect(at.verdict).not.toContainText("Not judged yet");
      await expectAccessible(page);
      for (const tab of await page.getByRole("tab").all()) {
        await tab.click();
        await expectAccessible(page);
      }
      if (query) await expectHighContrast(page);
      await expectNoSidewaysScroll(page);
      await page.request.delete(`/api/runs/${at.runId}`);
    }
    expect(found).toEqual([]);
  });

test("the catalogue lists every pattern, by family, and leads to its page", async ({ page }) => {
  const patterns: PatternDescription[] = await (await page.request.get("/api/patterns")).json();
  await page.goto("/");
  for (const { title } of patterns) await expect(page.getByRole("link", { name: title }).first()).toBeVisible();
  await page
    .getByRole("link", { name: patterns[0]?.title ?? "" })
    .first()
    .click();
  const at = new PatternPage(page);
  await at.ready();
  await page.request.delete(`/api/runs/${at.runId}`);
});

test("an address that does not exist has a page of its own", async ({ page }) => {
  expect((await page.goto("/patterns/nope"))?.status()).toBe(404);
  await expect(page.getByRole("link").first()).toBeVisible();
  await expectAccessible(page);
});

test("with reduced motion nothing is animated", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const at = new PatternPage(page);
  await at.open("token-bucket", "?variant=safe");
  await page.keyboard.press("Space");
  await expect(at.fact("stored")).toHaveText(/tokens/);
  const durations = await page.evaluate(() =>
    [...document.querySelectorAll("*")].flatMap((element) =>
      getComputedStyle(element)
        .transitionDuration.split(",")
        .map((text) => Number.parseFloat(text)),
    ),
  );
  expect(Math.max(...durations)).toBeLessThan(0.01);
  await page.request.delete(`/api/runs/${at.runId}`);
});
