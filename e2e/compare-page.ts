/** The page that compares limiters, as a person finds it: by roles and names. */
import { expect, type Locator, type Page } from "@playwright/test";
import type { ComparisonView } from "../lib/contract";

export class ComparePage {
  constructor(readonly page: Page) {}

  async open(query = ""): Promise<void> {
    await this.page.goto(`/compare/rate-limiting${query}`);
    await expect(this.start).toBeAttached();
    // The lanes are drawn once the page is alive; until then their canvas has a canvas' own width.
    await this.page.waitForFunction(() => (document.querySelector("canvas")?.width ?? 300) !== 300);
  }

  get start(): Locator {
    return this.page.getByRole("button", { name: /^(Start|Running|Starting)/, includeHidden: true });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name });
  }

  /** LIVE, WATCHING, OVER. */
  get mode(): Locator {
    return this.page.getByRole("status", { name: "Mode" });
  }

  get notice(): Locator {
    return this.page.getByRole("status", { name: "Notice" });
  }

  /** Where it stands, in words: "Over: 48 of 48 requests answered by all." */
  standing(text: RegExp): Locator {
    return this.page.getByText(text);
  }

  async over(): Promise<void> {
    await expect(this.standing(/^Over: /)).toBeVisible({ timeout: 60_000 });
  }

  get facts(): Locator {
    return this.page.getByRole("table", { name: "Side by side" });
  }

  get disagreements(): Locator {
    return this.page.getByRole("table", { name: "Disagreements" });
  }

  /** What the lanes show, in words. */
  get bySecond(): Locator {
    return this.page.getByRole("table", { name: "Answers by second" });
  }

  limiter(name: string): Locator {
    return this.page.getByRole("checkbox", { name });
  }

  /** The cells' texts, row by row, without the head. */
  async rows(table: Locator): Promise<string[][]> {
    return table
      .locator("tbody tr")
      .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent ?? "")));
  }

  get comparisonId(): string {
    return new URL(this.page.url()).searchParams.get("comparison") ?? "";
  }

  get path(): string {
    return `/api/comparisons/${this.comparisonId}`;
  }

  async view(): Promise<ComparisonView> {
    const response = await this.page.request.get(this.path);
    expect(response.status(), await response.text()).toBe(200);
    return response.json();
  }

  /** Starts by the space bar and waits until the address names the comparison. */
  async startBySpace(): Promise<void> {
    await this.page.keyboard.press("Space");
    await expect(this.page).toHaveURL(/[?&]comparison=/);
  }
}
