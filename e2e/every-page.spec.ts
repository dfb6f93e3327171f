/**
 * Every page opens without complaint, fits, and axe finds nothing serious: one test per page and look, so that a new pattern
 * adds tests and makes none longer.
 */
import { readdirSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import type { PatternDescription } from "../lib/contract";
import { expect, test } from "./fixtures";
import { PatternPage } from "./pattern-page";

interface PageUnderTest {
  name: string;
  path: string;
  /** Has a look for the projector. */
  presents: boolean;
  /** Waits until it shows what it is for. */
  ready(page: Page): Promise<void>;
}

const hasHeading = (page: Page) => expect(page.getByRole("heading", { level: 1 })).toBeVisible();

async function hasActed(page: Page): Promise<void> {
  const at = new PatternPage(page);
  await at.ready();
  await hasHeading(page);
  await page.keyboard.press("Space");
  await expect(at.verdict).toContainText(/checked over [1-9]/);
}

/** @param kind what the address calls what runs */
async function hasStarted(page: Page, kind: string): Promise<void> {
  await hasHeading(page);
  // Until the page is awake nobody hears the key; while one is being opened another press does nothing.
  await expect(async () => {
    await page.keyboard.press("Space");
    await expect(page).toHaveURL(new RegExp(`[?&]${kind}=`), { timeout: 1000 });
  }).toPass();
  await expect(page.getByRole("table", { name: "Side by side" })).toContainText(/\d/);
}

const hasCompared = (page: Page) => hasStarted(page, "comparison");

/** To its end: only then is there a summary. */
async function hasWorked(page: Page): Promise<void> {
  test.slow();
  await hasStarted(page, "workload");
  await expect(page.getByText(/^Over: /)).toBeVisible({ timeout: 40_000 });
}

/** Tests are named before a server runs, so the folders say which patterns there are. */
const PATTERNS = readdirSync("lib/patterns", { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

const PAGES: PageUnderTest[] = [
  { name: "home", path: "/", presents: false, ready: hasHeading },
  { name: "compare", path: "/compare/rate-limiting", presents: true, ready: hasCompared },
  { name: "compare caching", path: "/compare/caching?seconds=3", presents: true, ready: hasWorked },
  ...PATTERNS.map((id) => ({ name: id, path: `/patterns/${id}`, presents: true, ready: hasActed })),
];

const DESKTOP = { width: 1440, height: 900 };
const BEAMER = { width: 1920, height: 1080 };
const LOOKS = [
  {
    name: "light",
    colorScheme: "light",
    query: "",
    size: DESKTOP,
    check: async (page: Page) => {
      await expectAccessible(page);
      await inEveryTab(page, () => expectAccessible(page, { within: TAB_PARTS }));
    },
  },
  {
    // What is on a page is the same in every theme; only its colours are not.
    name: "dark",
    colorScheme: "dark",
    query: "",
    size: DESKTOP,
    check: async (page: Page) => {
      await expectAccessible(page, { rules: ["color-contrast"] });
      await inEveryTab(page, () => expectAccessible(page, { rules: ["color-contrast"], within: TAB_PARTS }));
    },
  },
  { name: "375 px", colorScheme: "light", query: "", size: { width: 375, height: 812 }, check: expectAccessible },
  { name: "projector, light", colorScheme: "light", query: "?present=1", size: BEAMER, check: expectHighContrast },
  { name: "projector, dark", colorScheme: "dark", query: "?present=1", size: BEAMER, check: expectHighContrast },
] as const;

/** What changes when another tab is chosen. */
const TAB_PARTS = ["[role=tablist]", "[role=tabpanel]"];

async function inEveryTab(page: Page, check: () => Promise<void>): Promise<void> {
  for (const tab of await page.getByRole("tab").all()) {
    await tab.click();
    await expect(tab).toHaveAttribute("aria-selected", "true");
    await expect(page.getByRole("tabpanel").first()).not.toBeEmpty();
    await check();
  }
}

/** What the console complained about. */
function complaints(page: Page): string[] {
  const found: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") found.push(message.text());
  });
  page.on("pageerror", (error) => found.push(error.message));
  return found;
}

/** Legacy mode does without a second page, which axe opens for frames and loses now and then; here are no frames. */
const axeOf = (page: Page) => new AxeBuilder({ page }).setLegacyMode(true);

/** @param rules all of axe's when left out; @param within the whole page when left out */
async function expectAccessible(
  page: Page,
  { rules, within = [] }: { rules?: string[]; within?: string[] } = {},
): Promise<void> {
  const axe = axeOf(page);
  if (rules) axe.withRules(rules);
  for (const selector of within) axe.include(selector);
  const { violations } = await axe.analyze();
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("\n")}`)).toEqual([]);
}

/** 7:1, for the last row of a lecture hall. */
async function expectHighContrast(page: Page): Promise<void> {
  const { violations } = await axeOf(page).withRules(["color-contrast-enhanced"]).analyze();
  expect(
    violations.flatMap(({ nodes }) => nodes.map(({ html, failureSummary }) => `${html}: ${failureSummary}`)),
  ).toEqual([]);
}

/** Where part of a page would be lost or had to be scrolled to sideways. The parts keep their layout to themselves, so the document's own width says nothing. */
const tooWide = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const isOver = ({ scrollWidth, clientWidth }: Element) => scrollWidth > clientWidth + 1;
    const parts = [...document.querySelectorAll("html, .screen > *, .compare > *")].filter(isOver);
    // Within its part a drawing may reach beyond its place, so that no mark is cut there; words may not.
    const canvases = document.querySelectorAll("canvas");
    for (const canvas of canvases) canvas.hidden = true;
    const drawn = [...document.querySelectorAll("[aria-label=Stage] *")].filter((one) => {
      if (!(one instanceof HTMLElement) || one.closest(".sr-only") || !one.checkVisibility() || !isOver(one))
        return false;
      const { display, textOverflow, fontSize } = getComputedStyle(one);
      // Text may end in an ellipsis, after a few letters.
      return display !== "inline" && (textOverflow !== "ellipsis" || one.clientWidth < 2 * Number.parseFloat(fontSize));
    });
    const found = [...parts, ...drawn].map((one) => {
      const { tagName, className, textContent, clientWidth, scrollWidth } = one;
      return `<${tagName.toLowerCase()} class="${className}"> needs ${scrollWidth} px of ${clientWidth}: ${textContent?.slice(0, 60)}`;
    });
    for (const canvas of canvases) canvas.hidden = false;
    return found;
  });

async function expectFits(page: Page): Promise<void> {
  // What has just come may be measured a moment later.
  await expect.poll(() => tooWide(page)).toEqual([]);
}

test.afterEach(async ({ page }) => {
  const query = new URL(page.url()).searchParams;
  for (const [thing, path] of [
    ["run", "/api/runs"],
    ["comparison", "/api/comparisons"],
    ["workload", "/api/workloads"],
  ] as const)
    if (query.has(thing)) await page.request.delete(`${path}/${query.get(thing)}`);
});

for (const { name, path, presents, ready } of PAGES)
  test.describe(`the page ${name} is quiet, fits and is accessible:`, () => {
    for (const { name: look, colorScheme, query, size, check } of LOOKS.filter((one) => presents || !one.query))
      test(look, async ({ page }) => {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(size);
        const found = complaints(page);
        await page.goto(path + (path.includes("?") ? query.replace("?", "&") : query));
        await ready(page);
        await expectFits(page);
        await check(page);
        expect(found).toEqual([]);
      });
  });

test("the catalogue lists every pattern, by family, and leads to its page", async ({ page }) => {
  const patterns: PatternDescription[] = await (await page.request.get("/api/patterns")).json();
  expect(patterns.map(({ id }) => id).sort()).toEqual(PATTERNS.toSorted());
  await page.goto("/");
  for (const { title } of patterns) await expect(page.getByRole("link", { name: title }).first()).toBeVisible();
  await page
    .getByRole("link", { name: patterns[0]?.title ?? "" })
    .first()
    .click();
  await new PatternPage(page).ready();
});

test("an address that does not exist has a page of its own", async ({ page }) => {
  expect((await page.goto("/patterns/nope"))?.status()).toBe(404);
  await expect(page.getByRole("link").first()).toBeVisible();
  await expectAccessible(page);
});

/** Every animation that begins from now on with what it takes, s; and every transition that there is now. */
async function watchMotion(page: Page): Promise<() => Promise<{ begun: Record<string, number>; transitions: number }>> {
  await page.addInitScript(() => {
    const begun: Record<string, number> = {};
    Object.assign(window, { begun });
    addEventListener("animationstart", ({ animationName, target }) => {
      const seconds = Number.parseFloat(getComputedStyle(target as Element).animationDuration);
      begun[animationName] = Math.max(begun[animationName] ?? 0, seconds);
    });
  });
  return () =>
    page.evaluate(() => ({
      begun: (window as unknown as { begun: Record<string, number> }).begun,
      transitions: Math.max(
        ...[...document.querySelectorAll("*")].flatMap((element) =>
          getComputedStyle(element).transitionDuration.split(",").map(Number.parseFloat),
        ),
      ),
    }));
}

for (const [id, animation] of [
  ["token-bucket", "arrive"],
  ["write-through", "appear"],
  ["redlock", "travel"],
] as const)
  test(`with reduced motion nothing is animated on the page ${id}`, async ({ page }) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    const motion = await watchMotion(page);
    await page.goto(`/patterns/${id}`);
    await hasActed(page);
    await expect.poll(async () => Object.keys((await motion()).begun)).toContain(animation);
    const { begun, transitions } = await motion();
    expect(begun).toEqual(Object.fromEntries(Object.keys(begun).map((name) => [name, 0])));
    expect(transitions).toBeLessThan(0.01);
  });
