/** The herd as a room sees it: 500 readers at the database, then one. */
import { drawing, expectSmooth } from "./frame-rate";
import { expect, type PatternPage, patternTest as test } from "./pattern-page";

/** The row of the flow's table twin: how many, and the note. */
const flow = (at: PatternPage, row: string) =>
  at.stage
    .getByRole("table", { name: "Readers since it was last quiet" })
    .getByRole("row", { name: new RegExp(`^${row} `) });

test("500 readers as the TTL ends are 500 SELECTs as written, and 1 safe", async ({ at }) => {
  await at.open("cache-aside", "?variant=as-written");
  await at.playFast("herd");
  await expect(at.verdict).toContainText("user:1: 500 SELECTs for one fill, 1 allowed.");
  await expect(flow(at, "PostgreSQL")).toHaveText(/500 SELECTs/);
  await at.page.keyboard.press("2");
  await expect(at.page).toHaveURL(/variant=safe/);
  await at.playFast("herd");
  await expect(at.verdict).toContainText("Holds.");
  await expect(flow(at, "PostgreSQL")).toHaveText(/1 SELECTfor 1 key/);
  await expect(flow(at, "Redis")).toHaveText(/499 hits499 had to wait/);
});

test("a herd of 500 moves at 30 frames a second and more", async ({ at, page }) => {
  await at.open("cache-aside", "?variant=as-written&databaseMs=800");
  await at.button(/^Read/).click();
  await expect(flow(at, "PostgreSQL")).toHaveText(/1 SELECT/);
  await expectSmooth(async () => {
    await page.request.post(`/api/runs/${at.runId}/actions/expire`, { data: { id: 1 } });
    const measured = drawing(page, 2500);
    await page.request.post(`/api/runs/${at.runId}/actions/herd`, { data: { id: 1, readers: 500 } });
    return measured;
  });
  await expect(flow(at, "PostgreSQL")).toHaveText(/50[01] SELECTs/);
});
