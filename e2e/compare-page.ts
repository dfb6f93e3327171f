/** The page that compares limiters. */
import { expect, type Locator, type Page } from "@playwright/test";
import type { ComparisonView } from "../lib/contract";
import { SideBySidePage } from "./side-by-side-page";

export class ComparePage extends SideBySidePage<ComparisonView> {
  constructor(page: Page) {
    super(page, "comparison", "/api/comparisons");
  }

  async open(query = ""): Promise<void> {
    await this.page.goto(`/compare/rate-limiting${query}`);
    await expect(this.start).toBeAttached();
    // The lanes are drawn once the page is alive; until then their canvas has a canvas' own width.
    await this.page.waitForFunction(() => (document.querySelector("canvas")?.width ?? 300) !== 300);
  }

  get disagreements(): Locator {
    return this.page.getByRole("table", { name: "Disagreements" });
  }

  /** What the lanes show, in words. */
  get bySecond(): Locator {
    return this.page.getByRole("table", { name: "Answers by second" });
  }
}
