/** A pattern's page as a person finds it: by roles and names. */
import type { Locator, Page } from "@playwright/test";
import { test as base, expect } from "./fixtures";

export { expect };

export class PatternPage {
  constructor(readonly page: Page) {}

  async open(id: string, query = ""): Promise<void> {
    await this.page.goto(`/patterns/${id}${query}`);
    await this.ready();
  }

  /** The run is open and its events arrive. */
  async ready(): Promise<void> {
    await expect(this.page).toHaveURL(/[?&]run=/);
    await expect(this.verdict).not.toHaveText(/Nothing has happened/);
  }

  get stage(): Locator {
    return this.page.getByRole("region", { name: "Stage" });
  }

  get verdict(): Locator {
    return this.page.getByRole("region", { name: "Verdict" });
  }

  get wire(): Locator {
    return this.page.getByRole("table", { name: "Wire" });
  }

  get playhead(): Locator {
    return this.page.getByRole("slider", { name: "Playhead" });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name });
  }

  /** What the table twins of the stage say in the row of this name: `stored`, `capacity`. */
  fact(row: string): Locator {
    return this.stage
      .getByRole("row", { name: new RegExp(`^${row}`) })
      .getByRole("cell")
      .last();
  }

  /** Plays a scenario over the API to its end (time jumps), and waits until the page says what came of it. */
  async playFast(scenario: string): Promise<void> {
    const response = await this.page.request.post(`/api/runs/${this.runId}/scenarios/${scenario}?wait=true`);
    expect(response.status(), await response.text()).toBe(200);
    const { verdict }: { verdict: { text: string } } = await response.json();
    await expect(this.verdict).toContainText(verdict.text);
  }

  /** LIVE, REPLAY, WATCHING, … */
  get mode(): Locator {
    return this.page.getByRole("status", { name: "Mode" });
  }

  get runId(): string {
    return new URL(this.page.url()).searchParams.get("run") ?? "";
  }
}

/** A test with a page of a pattern, whose run is removed afterwards. */
export const patternTest = base.extend<{ at: PatternPage }>({
  at: async ({ page }, use) => {
    const at = new PatternPage(page);
    await use(at);
    if (at.runId) await page.request.delete(`/api/runs/${at.runId}`);
  },
});
