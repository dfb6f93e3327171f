/** A consumer group as a room sees it: who has what pending, what becomes of it, and a stream of 100,000 entries. */
import { drawing, expectSmooth } from "./frame-rate";
import { expect, type PatternPage, patternTest as test } from "./pattern-page";

const tape = (at: PatternPage) => at.stage.getByRole("table", { name: "The stream, and what its groups have of it" });
const post = (at: PatternPage, path: string, data: object) =>
  at.page.request.post(`/api/runs/${at.runId}${path}`, { data });

test("a dead consumer's jobs stay pending as written, and are taken over in safe", async ({ at }) => {
  await at.open("stream-group", "?variant=as-written");
  await at.playFast("crash-consumer");
  await expect(at.verdict).toContainText("6 entries have idled longer than “taken over after” + a turn");
  // Entry, producer, note; then the group, and each of its consumers.
  const cells = tape(at)
    .getByRole("row", { name: /^1: order 1/ })
    .getByRole("cell");
  await expect(cells.nth(3)).toHaveText("pending for too long");
  await expect(cells.nth(4)).toHaveText(/^pending for too long, [\d.]+ s$/);
  await expect(cells.nth(5)).toHaveText("");
  await at.page.keyboard.press("2");
  await expect(at.page).toHaveURL(/variant=safe/);
  await at.playFast("crash-consumer");
  await expect(at.verdict).toContainText("8 entries for email-workers: 8 acked, none left and none twice.");
  await expect(cells.nth(4)).toHaveText("");
  await expect(cells.nth(5)).toHaveText("acked");
});

test("a blind cut loses what the slow group has not read, and the page says how much", async ({ at }) => {
  await at.open("stream-group", "?variant=maxlen");
  await at.playFast("slow-group");
  await expect(at.verdict).toContainText("analytics has lost 18 of 34 entries");
  await expect(at.fact("lost by trimming")).toContainText("18");
  await expect(tape(at).getByRole("cell", { name: "will not come" })).not.toHaveCount(0);
});

test("a stream of 100,000 entries with four consumers at work stays at 30 frames a second and more, and says what it does not draw", async ({
  at,
  page,
}) => {
  test.setTimeout(120_000);
  await at.open("stream-group", "?variant=safe");
  for (const group of ["email-workers", "analytics"])
    for (const nth of [1, 2])
      expect((await post(at, "/actions/start-consumer", { consumer: `${group}-${nth}`, group })).status()).toBe(200);
  const added = await post(at, "/actions/add-many", { entries: 100_000 });
  expect(await added.json()).toEqual({ added: 100_000 });
  await expect(at.stage).toContainText(/The last \d+ of 100,000 entries\./, { timeout: 30_000 });
  await expectSmooth(() => drawing(page, 2000));
  await expect(at.verdict).toContainText(/100,000 entries for 2 groups: [\d,]+ acked, [\d,]+ still to be done\./);
  // What is drawn is a window; the rest is counted.
  expect(await tape(at).getByRole("row").count()).toBeLessThanOrEqual(50);
});
