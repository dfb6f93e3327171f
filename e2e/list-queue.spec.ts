/** The queue as a room sees it: who has which job, what a crash takes away, and twenty workers at load. */
import { drawing, expectSmooth } from "./frame-rate";
import { expect, type PatternPage, patternTest as test } from "./pattern-page";

const post = (at: PatternPage, path: string, data: object) =>
  at.page.request.post(`/api/runs/${at.runId}${path}`, { data });
const who = (at: PatternPage) => at.stage.getByRole("table", { name: /^Who has which job/ });

test("a worker that dies takes its job with it as written, and not in safe", async ({ at }) => {
  await at.open("list-queue", "?variant=as-written");
  await at.playFast("crash-worker");
  await expect(at.verdict).toContainText("1 of 4 jobs is lost: job 1 “welcome ann”; w1 had it when it died.");
  await expect(who(at).getByRole("row", { name: /^Lost/ })).toContainText("job 1 “welcome ann”");
  await at.page.keyboard.press("3");
  await expect(at.page).toHaveURL(/variant=safe/);
  await at.playFast("crash-worker");
  await expect(at.verdict).toContainText("4 jobs: 4 done. None lost, none done twice.");
  await expect(who(at).getByRole("row", { name: /^Lost/ })).toContainText("none");
  await expect(who(at).getByRole("row", { name: /^w1/ })).toContainText("dead");
});

test("the second delivery is a second email at least once, and is stopped by its key in safe", async ({ at }) => {
  await at.open("list-queue", "?variant=at-least-once");
  await at.playFast("late-crash");
  await expect(at.verdict).toContainText("Job 1 “welcome ann” was done twice, by w1 and by w2.");
  await expect(who(at).getByRole("row", { name: /^Done/ })).toContainText("3 jobs, 4 emails sent");
  await at.page.keyboard.press("3");
  await expect(at.page).toHaveURL(/variant=safe/);
  await at.playFast("late-crash");
  await expect(at.verdict).toContainText("One came a second time, and its key stopped it.");
  await expect(who(at).getByRole("row", { name: /^Done/ })).toContainText("3 jobs, 3 emails sent");
});

test("a worker is started, given a job and crashed by hand; it stays down", async ({ at }) => {
  await at.open("list-queue", "?variant=as-written");
  await at.button("Start a worker").click();
  await expect(who(at).getByRole("row", { name: /^w1/ })).toContainText("waits for a job");
  await at.button(/^Enqueue/).click();
  await expect(who(at).getByRole("row", { name: /^w1/ })).toContainText("works");
  await at.button("Crash a worker").click();
  await expect(at.verdict).toContainText("1 of 1 job is lost: job 1 “welcome ann”; w1 had it when it died.");
  const again = await post(at, "/actions/start-worker", { worker: "w1" });
  expect(again.status()).toBe(409);
  expect(await again.json()).toMatchObject({ error: { code: "actor_crashed" } });
});

test("twenty workers at load keep the page at 30 frames a second and more; what is not drawn is counted", async ({
  at,
  page,
}) => {
  await at.open("list-queue", "?variant=safe");
  await page.request.patch(`/api/runs/${at.runId}`, { data: { params: { workMs: 100, databaseMs: 0 } } });
  const crowd = await post(at, "/actions/start-workers", { workers: 20 });
  expect(await crowd.json()).toEqual({ started: 20, failed: 0 });
  await post(at, "/traffic", { client: "producer", shape: "poisson", rate: 200, seconds: 8 });
  await expect(at.stage).toContainText(/15 more workers not drawn, \d+ of them at work/);
  await expectSmooth(() => drawing(page, 2000));
  await expect(at.verdict).toContainText(/jobs: 1,\d{3} done\. None lost, none done twice\./, { timeout: 30_000 });
  await expect(who(at).getByRole("row", { name: /^w\d/ })).toHaveCount(5);
});
