/** A run that is handed on: as a file, as a link that is kept, as a code on the wall. */
import { readFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import type { CreatedShare } from "../lib/contract";
import { expectRefusal } from "./fixtures";
import { expect, PatternPage, patternTest as test } from "./pattern-page";

const file = (name: string, text: string) => ({ name, mimeType: "application/x-ndjson", buffer: Buffer.from(text) });

async function chooseFile(page: Page, what: ReturnType<typeof file>): Promise<void> {
  await page.getByRole("button", { name: "Trace", exact: true }).click();
  await page.getByLabel("Open a trace file…").setInputFiles(what);
}

const replayOf = (page: Page): Locator => page.getByRole("status", { name: "Replay" });

test("a downloaded trace is replayed from the file, without a server, locked, and the live run is where it was", async ({
  at,
  page,
}) => {
  await at.open("token-bucket", "?variant=read-then-write&seed=7");
  await at.playFast("burst");
  await expect(at.verdict).toContainText("Broken.");
  const said = await at.verdict.textContent();
  await page.getByRole("button", { name: "Trace", exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "NDJSON" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("token-bucket-trace.ndjson");
  const text = await readFile(await download.path(), "utf8");
  const csv = await page.request.get(`/api/runs/${at.runId}/trace?format=csv`);
  expect((await csv.text()).trim().split("\r\n").length).toBeGreaterThan(1);
  await page.keyboard.press("Escape");

  const { runId } = at;
  await page.request.post(`/api/runs/${runId}/actions/take`, { data: { client: "zoe" } });
  const asked: string[] = [];
  page.on("request", (request) => {
    if (!request.url().includes("/_next/")) asked.push(`${request.method()} ${request.url()}`);
  });
  await chooseFile(page, file("lecture.ndjson", text));
  await expect(replayOf(page)).toContainText("lecture.ndjson");
  expect(asked).toEqual([]);
  await expect(at.mode).toHaveText("REPLAY");
  await expect(at.verdict).toHaveText(said ?? "");
  await expect(at.wire).not.toContainText("zoe");
  await expect(at.button(/^Take/)).toBeDisabled();
  await expect(at.button(/^Take/)).toHaveAttribute("title", /This is a replay/);
  await page.keyboard.press("n");
  await expect(at.playhead).toHaveAttribute("aria-valuetext", /^event \d+ of \d+, [\d:.]+$/);

  await at.button("Back to the live run").click();
  await expect(at.mode).toHaveText("LIVE");
  await expect(at.wire).toContainText("zoe");
  expect(at.runId).toBe(runId);
  await expect(at.button(/^Take/)).toBeEnabled();
});

test("a file that is dropped on the page is replayed; a bad one is refused in a sentence that names the line", async ({
  at,
  page,
  openRun,
}) => {
  const run = await openRun({ pattern: "fixed-window", variant: "safe" });
  await run.act("take", { client: "alice" });
  const trace = await (await page.request.get(`${run.path}/trace`)).text();
  await at.open("fixed-window");
  const drop = async (text: string) => {
    const dropped = await page.evaluateHandle((content) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], "dropped.ndjson"));
      return transfer;
    }, text);
    await page.dispatchEvent("main", "dragover", { dataTransfer: dropped });
    await expect(page.getByText(/^Drop a trace/)).toBeVisible();
    await page.dispatchEvent("main", "drop", { dataTransfer: dropped });
  };
  const problem = page.getByRole("alert").filter({ hasText: "cannot be replayed" });
  const lines = trace.trim().split("\n");
  await drop([...lines.slice(0, 2), '{"seq":3}', ...lines.slice(3)].join("\n"));
  await expect(problem).toContainText(/Line 3 is not an event of a trace/);
  await expect(at.mode).toHaveText("LIVE");
  await drop(trace);
  await expect(replayOf(page)).toContainText("dropped.ndjson");
  await expect(problem).toBeHidden();
  await expect(at.wire).toContainText("alice");
});

test("a file of another pattern says whose it is and leads to that pattern's page", async ({ at, page, openRun }) => {
  const other = await openRun({ pattern: "sliding-window" });
  const trace = await (await page.request.get(`${other.path}/trace`)).text();
  await at.open("token-bucket");
  await chooseFile(page, file("other.ndjson", trace));
  const problem = page.getByRole("alert").filter({ hasText: "cannot be replayed" });
  await expect(problem).toContainText("“sliding-window”");
  await expect(problem.getByRole("link", { name: "Open its page" })).toHaveAttribute(
    "href",
    "/patterns/sliding-window",
  );
});

test("a replay link outlives the run: anybody opens it, sees until when it is kept, and can go on to a live run", async ({
  at,
  page,
  browser,
}) => {
  await at.open("token-bucket", "?variant=read-then-write&seed=7");
  await at.playFast("burst");
  await expect(at.verdict).toContainText("Broken.");
  const said = await at.verdict.textContent();
  await page.getByRole("button", { name: "Share" }).click();
  await expect(page.getByRole("textbox", { name: "Watch link" })).toHaveValue(new RegExp(`run=${at.runId}`));
  await page.getByRole("button", { name: "Make a replay link" }).click();
  const made = page.getByRole("status", { name: "Replay link" });
  await expect(made).toContainText(/kept until \w{3}/);
  const link = await made.getByRole("textbox", { name: "Replay link" }).inputValue();
  await page.request.delete(`/api/runs/${at.runId}`);

  const context = await browser.newContext();
  const guest = new PatternPage(await context.newPage());
  await guest.page.goto(link);
  await expect(replayOf(guest.page)).toContainText(/kept until \w{3}/);
  await expect(guest.mode).toHaveText("REPLAY");
  await expect(guest.verdict).toHaveText(said ?? "");
  await expect(guest.button(/^Take/)).toBeDisabled();
  await guest.page.keyboard.press("n");
  await expect(guest.page).toHaveURL(/share=[\w-]{22}&at=\d+/);
  const position = await guest.playhead.getAttribute("aria-valuenow");
  await guest.page.reload();
  await expect(guest.playhead).toHaveAttribute("aria-valuenow", position ?? "");
  // The link of one pattern, opened on another's page, finds its own.
  await guest.page.goto(link.replace("token-bucket", "fixed-window"));
  await expect(guest.page).toHaveURL(/patterns\/token-bucket\?share=/);
  await guest.button("Start a live run").click();
  await guest.ready();
  await expect(guest.mode).toHaveText("LIVE");
  await guest.page.request.delete(`/api/runs/${guest.runId}`);
  await context.close();
});

test("a link to a replay that is no longer kept says so, and a live run is one click away", async ({ at, page }) => {
  await page.goto("/patterns/token-bucket?share=AAAAAAAAAAAAAAAAAAAAAA");
  await expect(page.getByText("This replay is no longer kept")).toBeVisible();
  await at.button("Start a live run").click();
  await at.ready();
});

test("shares over the API: the owner makes one, anybody reads the same trace as text, unknown ids are 404", async ({
  openRun,
  request,
}) => {
  const run = await openRun({ pattern: "token-bucket", variant: "safe" });
  await run.act("take", { client: "alice" });
  await expectRefusal(await request.fetch(`${run.path}/share`, { method: "POST", headers: { cookie: "" } }), 403);
  await expectRefusal(await run.post("/share", { days: 8 }), 400, "invalid");
  const before = await (await request.get(`${run.path}/trace`)).text();
  const response = await run.post("/share");
  expect(response.status()).toBe(201);
  const share: CreatedShare = await response.json();
  expect(share.shareId).toMatch(/^[\w-]{22}$/);
  expect(share.url).toBe(`/patterns/token-bucket?share=${share.shareId}`);
  const days = (Date.parse(share.expiresAt) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(6.99);
  expect(days).toBeLessThanOrEqual(7.001);
  await run.remove();
  const kept = await request.get(`/api/shares/${share.shareId}`);
  expect(kept.headers()["content-type"]).toBe("text/plain; charset=utf-8");
  expect(Date.parse(kept.headers().sunset ?? "")).toBeCloseTo(Date.parse(share.expiresAt), -4);
  expect((await kept.text()).startsWith(before)).toBe(true);
  for (const id of ["AAAAAAAAAAAAAAAAAAAAAA", "..%2F..%2Fetc%2Fpasswd", "x"])
    await expectRefusal(await request.get(`/api/shares/${id}`), 404);
});

test("q shows the watch link as a QR code in projector mode, large enough for a hall, and hides it again", async ({
  at,
  page,
}) => {
  await page.setViewportSize({ width: 1920, height: 1080 });
  await at.open("token-bucket", "?variant=safe&present=1");
  const code = page.getByRole("img", { name: /^QR code/ });
  await expect(code).toBeHidden();
  await page.keyboard.press("q");
  await expect(code).toBeVisible();
  const { width = 0, height = 0, y = 0 } = (await code.boundingBox()) ?? {};
  expect(Math.min(width, height)).toBeGreaterThanOrEqual(180);
  expect(y + height).toBeLessThanOrEqual(1080);
  await expect(page.getByRole("complementary", { name: "Link for the room" })).toContainText(`run=${at.runId}`);
  await page.keyboard.press("q");
  await expect(code).toBeHidden();
});
