/** What the pages that put one load on several runs have in common, as a person finds it: by roles and names. */
import { test as base, expect, type Locator, type Page } from "@playwright/test";

export class SideBySidePage<View> {
  /** All that was started: the address names only the last, and not everywhere. */
  private readonly started = new Set<string>();

  /** @param kind what the address calls what runs; @param collection of all of them in the API */
  constructor(
    readonly page: Page,
    private readonly kind: string,
    private readonly collection: string,
  ) {}

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

  /** What stands against it, beside Start. */
  get why(): Locator {
    return this.page.getByRole("status", { name: "Why it does not start" });
  }

  get controls(): Locator {
    return this.page.getByRole("complementary", { name: "Controls" });
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

  /** A variant among those that may take part: "Token bucket, Safe". */
  variant(name: string): Locator {
    return this.page.getByRole("checkbox", { name });
  }

  /** The cells' texts, row by row, without the head. */
  async rows(table: Locator): Promise<string[][]> {
    return table
      .locator("tbody tr")
      .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent ?? "")));
  }

  get id(): string {
    return new URL(this.page.url()).searchParams.get(this.kind) ?? "";
  }

  get path(): string {
    return `${this.collection}/${this.id}`;
  }

  async view(): Promise<View> {
    const response = await this.page.request.get(this.path);
    expect(response.status(), await response.text()).toBe(200);
    return response.json();
  }

  /** Starts by the space bar and waits until the address names what runs. */
  async startBySpace(): Promise<void> {
    await this.page.keyboard.press("Space");
    await expect(this.page).toHaveURL(new RegExp(`[?&]${this.kind}=`));
    this.started.add(this.path);
  }

  async remove(): Promise<void> {
    if (this.id) this.started.add(this.path);
    for (const path of this.started) await this.page.request.delete(path);
  }
}

/** A test with such a page, whose runs are removed afterwards. */
export const sideBySideTest = <At extends SideBySidePage<unknown>>(Kind: new (page: Page) => At) =>
  base.extend<{ at: At }>({
    at: async ({ page }, use, test) => {
      // What runs takes seconds of its own, and on a busy machine `over` is patient.
      test.slow();
      const at = new Kind(page);
      await use(at);
      await at.remove();
    },
  });

/** Adds up how far things move on the page from now on; answers the sum when it is asked. */
export async function watchShifts(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as PerformanceEntry & { value: number }).value);
    }).observe({ type: "layout-shift" });
  });
  return async () => {
    const shifts = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
    return shifts.reduce((sum, value) => sum + value, 0);
  };
}
