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

  get position(): Locator {
    return this.page.getByRole("status", { name: "Position" });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name });
  }

  /** A panel's table twin, by its title. */
  panel(title: string): Locator {
    return this.stage.getByRole("table", { name: title });
  }

  cell(panel: string, row: string): Locator {
    return this.panel(panel).getByRole("row", { name: row }).getByRole("cell").last();
  }

  async choose(variant: string): Promise<void> {
    await this.page.getByRole("radio", { name: variant }).check({ force: true });
    await expect(this.page).toHaveURL(/variant=/);
  }

  get runId(): string {
    return new URL(this.page.url()).searchParams.get("run") ?? "";
  }
}
