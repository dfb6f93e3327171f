/** The page that puts the same reads and writes on several caching strategies. */
import { expect, type Locator, type Page } from "@playwright/test";
import type { WorkloadView } from "../lib/contract";
import { SideBySidePage } from "./side-by-side-page";

export class WorkloadPage extends SideBySidePage<WorkloadView> {
  constructor(page: Page) {
    super(page, "workload", "/api/workloads");
  }

  async open(query = ""): Promise<void> {
    await this.page.goto(`/compare/caching${query}`);
    await expect(this.start).toBeAttached();
    // The charts come last; by then the page hears keys.
    await expect(this.charts).toHaveCount(4);
  }

  /** Recharts' own drawings: they have no name for those who read, the tables have. */
  get charts(): Locator {
    return this.page.locator("svg.recharts-surface");
  }

  /** What a chart shows, in words: "Hit rate", "Database queries", "Staleness", "Write latency". */
  history(title: string): Locator {
    return this.page.getByRole("table", { name: `${title} by time` });
  }

  get summary(): Locator {
    return this.page.getByRole("region", { name: "Summary" });
  }

  get verdicts(): Locator {
    return this.page.getByRole("list", { name: "Verdicts" }).getByRole("listitem");
  }

  get lost(): Locator {
    return this.page.getByRole("list", { name: "Lost writes" }).getByRole("listitem");
  }

  /** The names over the charts: pressed, one's lines stand out. */
  get legend(): Locator {
    return this.page.getByRole("list", { name: "Strategies" }).getByRole("button");
  }
}
