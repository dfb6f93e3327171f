/** Publish and subscribe as a room sees it: holes where somebody missed a message, and two hundred who hear everything. */
import type { RunView } from "../lib/contract";
import { drawing, expectSmooth } from "./frame-rate";
import { expect, type PatternPage, patternTest as test } from "./pattern-page";

const CHANNEL = "user:100:events";
const tape = (at: PatternPage) => at.stage.getByRole("table", { name: "Who has which message" });
const post = (at: PatternPage, path: string, data: object) =>
  at.page.request.post(`/api/runs/${at.runId}${path}`, { data });

test("who was away has holes as written, and none in the stream", async ({ at }) => {
  await at.open("pub-sub", "?variant=as-written");
  await at.playFast("away");
  await expect(at.verdict).toContainText("mailer lacks 3 of the 7 messages since it subscribed");
  // Entry, publisher, note; then one column for each subscriber.
  const paid = tape(at).getByRole("row", { name: /^3: paid/ });
  await expect(paid.getByRole("cell")).toHaveText([
    "3: paid on user:100",
    "publisher",
    "to 2",
    "has it",
    "missed for good",
    "has it",
  ]);
  await at.page.keyboard.press("2");
  await expect(at.page).toHaveURL(/variant=safe/);
  await at.playFast("away");
  await expect(at.verdict).toContainText("nobody lacks a message since it subscribed");
  await expect(tape(at)).not.toContainText("missed for good");
});

test("two hundred subscribers hear 10,000 messages a second at 30 frames a second and more; what is not drawn is counted", async ({
  at,
  page,
}) => {
  test.slow();
  await at.open("pub-sub", "?variant=as-written");
  const crowd = await post(at, "/actions/crowd", { channel: CHANNEL, subscribers: 200 });
  expect(await crowd.json()).toEqual({ listening: 200, failed: 0 });
  await post(at, "/traffic", { client: "publisher", shape: "steady", rate: 50, seconds: 8 });
  await expect(at.stage).toContainText(/The last \d+ of \d+ messages\./);
  await expectSmooth(() => drawing(page, 2500));
  await expect
    .poll(async () => ((await (await page.request.get(`/api/runs/${at.runId}`)).json()) as RunView).traffic, {
      timeout: 90_000,
    })
    .toEqual([]);
  await expect(at.verdict).toContainText("80,000 deliveries to 200 subscribers: nobody lacks a message", {
    timeout: 30_000,
  });
  await expect(at.stage).toContainText("194 more subscribers are counted, not drawn: 77,600 deliveries, none missed.");
  await expect(tape(at).getByRole("columnheader")).toHaveCount(9);
});
