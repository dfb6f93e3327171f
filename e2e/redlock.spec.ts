/** Redlock as a room sees it: two owners at once, and nodes that die at a click. */
import { expect, type PatternPage, patternTest as test } from "./pattern-page";

const votes = (at: PatternPage, row: string) =>
  at.stage.getByRole("table", { name: "Who votes for whom" }).getByRole("row", { name: new RegExp(`^${row} `) });

/** Kills these nodes, one click each. */
async function kill(at: PatternPage, ...nodes: number[]): Promise<void> {
  for (const node of nodes) {
    await at.page.getByRole("spinbutton", { name: "node", exact: true }).first().fill(String(node));
    await at.button("Kill a node").click();
    await expect(votes(at, `node ${node}`)).toContainText("down");
  }
}

test("a node that forgets its vote makes two owners, for how many ms; the fence turns the late one away", async ({
  at,
}) => {
  await at.open("redlock", "?variant=as-written");
  await at.playFast("restart-loses-key");
  await expect(at.verdict).toContainText("10 lost");
  await expect(at.verdict).toContainText(/Two owners at once for [\d,]{5,} ms\./);
  await expect(at.fact("two majorities at once")).toHaveText(/^[\d,]{5,} ms \(alarm\)$/);
  await at.page.keyboard.press("2");
  await expect(at.page).toHaveURL(/variant=safe/);
  await at.playFast("restart-loses-key");
  await expect(at.verdict).toContainText("account-1 is at 110 = 100 + 10 in 1 accepted write, 1 rejected.");
  await expect(at.fact("two majorities at once")).toHaveText(/^[\d,]{5,} ms \(alarm\)$/);
  await expect(at.fact("highest token")).toHaveText("2");
});

test("with two of five nodes killed by a click the locks go on; with three they are refused, and say so", async ({
  at,
  page,
}) => {
  await at.open("redlock", "?variant=as-written&ttlMs=60000&waitMs=0&nodeTimeoutMs=2000");
  await kill(at, 1, 2);
  await at.button("Work under the lock").click();
  await expect(votes(at, "majority")).toContainText("alice: 3 of 5 votes, a majority");
  await expect(at.fact("balance")).toHaveText("110");
  await expect(votes(at, "message alice to node 1")).toContainText("no answer");
  await kill(at, 3);
  await at.button("Acquire").click();
  await expect(votes(at, "majority")).toContainText("alice: 2 of 5 votes; 3 are needed");
  await expect(page.getByText(/^alice was refused: 2 .*votes/)).toBeAttached();
  await expect(at.verdict).toContainText("Holds.");
});

test("a clock that jumps makes two owners too, and the page shows whose clock it is", async ({ at, page }) => {
  test.skip(!process.env.CLOCK_SHIM, "this machine could not compile the clock shim");
  await at.open("redlock", "?variant=as-written");
  await page.getByText("fast", { exact: true }).click();
  await at.button("Run clock-jump").click();
  await expect(at.verdict).toContainText("Broken.", { timeout: 20_000 });
  await expect(at.verdict).toContainText(/Two owners at once for [\d,]{5,} ms\./);
  await expect(votes(at, "node 3")).toContainText("clock +6 s");
});
