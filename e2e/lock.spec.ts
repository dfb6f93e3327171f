/** The lock as a room sees it: the late write of an owner that stood still, accepted in red or turned away. */
import { expect, type PatternPage, patternTest as test } from "./pattern-page";

/** A cell of an owner's row: owner, now, leases, accepted, accepted and should not have been, rejected, latest. */
const owner = (at: PatternPage, name: string, column: number) =>
  at.stage
    .getByRole("table", { name: /^Who has the lock/ })
    .getByRole("row", { name: new RegExp(`^${name} `) })
    .getByRole("cell")
    .nth(column);
const [NOW, WRONG, REJECTED, LATEST] = [1, 4, 5, 6];

test("the late write of a paused owner is accepted in red as written, and rejected where the row knows the token", async ({
  at,
}) => {
  await at.open("lock", "?variant=as-written");
  await at.playFast("paused-owner");
  await expect(at.verdict).toContainText("account-1 let in owner no. 1 (alice) after owner no. 2 (bob).");
  await expect(owner(at, "alice", WRONG)).toHaveText("1");
  await expect(at.fact("written late")).toHaveText("1 (alarm)");
  await at.page.keyboard.press("4");
  await expect(at.page).toHaveURL(/variant=safe/);
  await at.playFast("paused-owner");
  await expect(at.verdict).toContainText("Holds.");
  await expect(owner(at, "alice", WRONG)).toHaveText("0");
  await expect(owner(at, "alice", REJECTED)).toHaveText("1");
  await expect(owner(at, "alice", LATEST)).toHaveText(/^token 1: rejected/);
  await expect(at.fact("written late")).toHaveText("0");
});

test("by hand: one acquires, another is refused, the holder writes and gives it back", async ({ at, page }) => {
  await at.open("lock", "?variant=safe&ttlMs=60000");
  const acquire = async (who: string) => {
    // Each action asks who; this is the second one.
    await page.getByRole("textbox", { name: "owner" }).nth(1).fill(who);
    await at.button("Acquire").click();
  };
  await acquire("alice");
  await expect(owner(at, "alice", NOW)).toContainText("token 1");
  await acquire("bob");
  await expect(page.getByText("bob was refused: somebody else has the lock of account-1.")).toBeAttached();
  await at.button("Write").click();
  await expect(at.fact("balance")).toHaveText("110");
  await expect(at.verdict).toContainText("account-1 is at 110 = 100 + 10 in 1 accepted write.");
  await at.button("Release").click();
  await expect(owner(at, "alice", NOW)).toHaveText("has no lock");
  await expect(at.wire).toContainText("release-as-written-1.lua");
});

test("by keyboard: digits choose the variant, space works under the lock, k pauses, j goes back to before it", async ({
  at,
  page,
}) => {
  await at.open("lock", "?variant=as-written");
  await page.keyboard.press("2");
  await expect(page).toHaveURL(/variant=get-then-del/);
  await page.keyboard.press("Space");
  await expect(at.fact("balance")).toHaveText("110");
  await expect(at.wire).toContainText("DEL lock:account-1");
  await page.keyboard.press("k");
  await expect(at.mode).toHaveText("REPLAY");
  await page.keyboard.press("j");
  await expect(page).toHaveURL(/at=\d+/);
  await at.playhead.focus();
  await at.playhead.press("Home");
  await expect(at.stage).toContainText("Nobody has asked for it yet.");
});
