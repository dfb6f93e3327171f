/** A pattern's page as a person finds it: by roles and names. */
import { expect, type Locator, type Page } from "@playwright/test";

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

  /** LIVE, REPLAY, WATCHING, … */
  get mode(): Locator {
    return this.page.getByRole("status", { name: "Mode" });
  }

  get runId(): string {
    return new URL(this.page.url()).searchParams.get("run") ?? "";
  }
}
