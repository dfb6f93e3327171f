/** Journeys along the timeline: to and fro, to what went wrong, and to what the lesson points at. */
import type { RunView } from "../lib/contract";
import type { RunEvent } from "../lib/events";
import { expect, patternTest as test } from "./pattern-page";

test("n leads from violation to violation, and the verdict is broken at the very event that broke it", async ({
  at,
  page,
}) => {
  await at.open("token-bucket", "?variant=read-then-write&seed=7");
  await expect(at.button(/^Next violation/)).toBeDisabled();
  await at.playFast("burst");
  await expect(at.verdict).toContainText("Broken.");
  const view: RunView = await (await page.request.get(`/api/runs/${at.runId}`)).json();
  const [first, second] = view.verdict.violations.map(({ seq }) => seq).sort((a, b) => a - b);
  await page.keyboard.press("n");
  await expect(at.playhead).toHaveAttribute("aria-valuenow", String(first));
  await expect(at.mode).toHaveText("REPLAY");
  await expect(at.verdict).toContainText("Broken.");
  await at.button(/^Next violation/).click();
  await expect(at.playhead).toHaveAttribute("aria-valuenow", String(second));
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("n");
  await expect(at.playhead).toHaveAttribute("aria-valuenow", String(first));
});

test("stepping forth and back comes to the same picture, wire row and line of code", async ({ at, page }) => {
  await at.open("token-bucket", "?variant=safe&refillPerSecond=0.1");
  for (const left of ["9 tokens", /^8/, /^7/]) {
    await at.button(/^Take/).click();
    await expect(at.fact("stored")).toHaveText(left);
  }
  await at.playhead.focus();
  await page.keyboard.press("Home");
  const stands = async () => ({
    position: await at.playhead.getAttribute("aria-valuenow"),
    stored: await at.fact("stored").textContent(),
    row: await at.wire.locator("[aria-current]").allTextContents(),
    lit: await page.locator("[data-lit]").allTextContents(),
  });
  const forth: Awaited<ReturnType<typeof stands>>[] = [];
  for (let step = 0; step < 3; step++) {
    await page.keyboard.press("l");
    await expect(at.playhead).not.toHaveAttribute("aria-valuenow", forth.at(-1)?.position ?? "0");
    // The table twin of the stage follows at most twice a second.
    if (step > 0) await expect(at.fact("stored")).toHaveText(step === 1 ? "9 tokens" : /^8/);
    forth.push(await stands());
  }
  await page.keyboard.press("j");
  await expect(at.fact("stored")).toHaveText("9 tokens");
  expect(await stands()).toEqual(forth[1]);
});

test("each actor has a lane, and its twin in words counts the commands up to the playhead", async ({ at, page }) => {
  await at.open("token-bucket", "?variant=safe");
  for (const client of ["alice", "bob", "alice"])
    await page.request.post(`/api/runs/${at.runId}/actions/take`, { data: { client } });
  const lanes = page.getByRole("table", { name: "Commands by actor" });
  await expect(lanes.getByRole("row", { name: /^alice/ })).toHaveText(/2\D*2$|22$/);
  await expect(lanes.getByRole("row", { name: /^bob/ })).toContainText("1");
  await at.playhead.focus();
  await page.keyboard.press("Home");
  await expect(
    lanes
      .getByRole("row", { name: /^alice/ })
      .getByRole("cell")
      .first(),
  ).toHaveText("0");
  await expect(
    lanes
      .getByRole("row", { name: /^alice/ })
      .getByRole("cell")
      .last(),
  ).toHaveText("2");
});

test("a replay plays at a tenth to four times the pace, and reaches the live edge again", async ({ at, page }) => {
  await at.open("token-bucket", "?variant=safe");
  await at.button(/^Take/).click();
  await expect(at.fact("stored")).toHaveText(/tokens/);
  const speed = page.getByRole("combobox", { name: "Speed of replay" });
  await expect(speed.getByRole("option")).toHaveText(["0.1×", "0.25×", "0.5×", "1×", "2×", "4×"]);
  await speed.selectOption("4");
  await at.playhead.focus();
  await page.keyboard.press("Home");
  await expect(at.mode).toHaveText("REPLAY");
  await page.keyboard.press("r");
  await expect(at.mode).toHaveText("LIVE");
});

test("a lesson's section plays its scenario on its variant, then stands at the moment that it speaks of", async ({
  at,
  page,
}) => {
  await at.open("token-bucket", "?variant=safe");
  await page.getByRole("tab", { name: "Lesson" }).click();
  const section = page
    .getByRole("region", { name: "Lesson" })
    .locator("section")
    .filter({ hasText: "What the script was for" });
  await section.getByRole("button", { name: /^Show me/ }).click();
  await expect(page).toHaveURL(/variant=read-then-write/);
  await expect(at.mode).toHaveText("REPLAY", { timeout: 20_000 });
  await expect(at.verdict).toContainText("Broken.");
  const view: RunView = await (await page.request.get(`/api/runs/${at.runId}`)).json();
  const seqs = view.verdict.violations.map(({ seq }) => seq);
  await expect(at.playhead).toHaveAttribute("aria-valuenow", String(Math.min(...seqs)));
  await expect(section).toHaveAttribute("aria-current", "step");
});

test("a clicker's page keys walk through the lesson in projector mode, and back without playing anything again", async ({
  at,
  page,
}) => {
  await at.open("counter", "?present=1");
  const lesson = page.getByRole("status", { name: "Lesson" });
  await page.keyboard.press("PageDown");
  await expect(lesson).toHaveText(/^1 of \d+: .*[^g]$/, { timeout: 20_000 });
  await expect(at.verdict).toContainText("Holds.");
  await page.keyboard.press("PageDown");
  await expect(at.mode).toHaveText("REPLAY", { timeout: 20_000 });
  await expect(lesson).toContainText("2 of");
  await expect(at.verdict).toContainText("Broken.");
  await page.keyboard.press("PageUp");
  await expect(lesson).toContainText("1 of");
  await expect(at.verdict).toContainText("Holds.");
  await page.keyboard.press("PageDown");
  await expect(at.verdict).toContainText("Broken.");
  const trace = await (await page.request.get(`/api/runs/${at.runId}/trace`)).text();
  const events = trace
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as RunEvent);
  expect(events.filter((event) => event.type === "scenario" && event.status === "started")).toHaveLength(2);
});
