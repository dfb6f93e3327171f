/** Stepping and exploring over HTTP, as somebody without a browser does it. */
import type { Exploration, ExploredOrder, StepView } from "../lib/contract";
import { expect, expectRefusal, test } from "./fixtures";

const race = { pattern: "token-bucket", variant: "read-then-write", seed: 7 };
const BREAKS = ["A", "B", "C", "A", "A", "B", "B", "C", "C"];

test.describe("exploring", () => {
  test("read-then-write breaks in orders of which the shortest replays to the same verdict; safe in none, completely", async ({
    openRun,
  }) => {
    const broken = await openRun(race);
    const answer = await broken.post("/explore?wait=true", { scenario: "explore-three" });
    expect(answer.status(), await answer.text()).toBe(200);
    const found: Exploration = await answer.json();
    expect(found).toMatchObject({ status: "done", complete: true });
    expect(found.violating).toBeGreaterThan(0);
    expect(found.text).toMatch(/^[\d,]+ of [\d,]+ orders admit 3 of 2\.$/);
    const { schedule = [], events = [] } = found.shortest ?? {};
    expect(events.at(-1)).toMatchObject({ type: "verdict", holds: false });

    const replay = await broken.post("/step", { scenario: "explore-three", schedule });
    expect(replay.status()).toBe(201);
    expect(await replay.json()).toMatchObject({ done: true, schedule, verdict: { holds: false } });

    const safe = await openRun({ ...race, variant: "safe" });
    const none: Exploration = await (await safe.post("/explore?wait=true", { scenario: "explore-three" })).json();
    expect(none).toMatchObject({ violating: 0, complete: true, shortest: null, text: "None of 6 orders breaks it." });
  });

  test("tells its orders to whoever asks, and stops at a limit or when cancelled", async ({ openRun, request }) => {
    const run = await openRun(race);
    const some: Exploration = await (
      await run.post("/explore?wait=true", { scenario: "explore-three", maxSchedules: 40 })
    ).json();
    expect(some).toMatchObject({ schedules: 40, complete: false });
    const told: { orders: ExploredOrder[] } = await (await request.get(`${run.path}/explore`)).json();
    expect(told.orders).toHaveLength(40);

    expect((await run.post("/explore", { scenario: "explore-three" })).status()).toBe(202);
    await expectRefusal(await run.post("/explore", { scenario: "explore-three" }), 429, "exploring");
    const cancelled = await run.post("/explore/cancel");
    expect(await cancelled.json()).toMatchObject({ status: expect.stringMatching(/cancelled|done/) });
    expect((await run.post("/explore?wait=true", { scenario: "explore-three", maxSchedules: 5 })).status()).toBe(200);
  });

  test("refuses what is malformed, unknown, not a race or not yours", async ({ openRun, playwright, baseURL }) => {
    const run = await openRun(race);
    await expectRefusal(await run.post("/explore", {}), 400, "invalid");
    await expectRefusal(await run.post("/explore", { scenario: "explore-three", maxSchedules: 0 }), 400);
    await expectRefusal(await run.post("/explore", { scenario: "explore-three", depth: 3 }), 400);
    await expectRefusal(await run.post("/explore", { scenario: "nothing" }), 404);
    await expectRefusal(await run.post("/explore", { scenario: "burst" }), 409, "not_a_race");
    const stranger = await playwright.request.newContext({ ...(baseURL ? { baseURL } : {}) });
    expect(await (await stranger.get(`${run.path}/explore`)).json()).toEqual({ exploration: null, orders: [] });
    await expectRefusal(await run.post("/explore/cancel"), 404, "unknown_exploration");
    await expectRefusal(
      await stranger.post(`${run.path}/explore`, { data: { scenario: "explore-three" } }),
      403,
      "not_yours",
    );
    await stranger.dispose();
  });
});

test.describe("stepping", () => {
  test("goes step by step on a Redis of its own, undoes, and is watched by its trace", async ({ openRun, request }) => {
    const run = await openRun(race);
    const begun: StepView = await (await run.post("/step", { scenario: "explore-three" })).json();
    expect(begun.gate[0]?.commands).toEqual(["HMGET bucket:alice tokens atMs"]);
    let view = begun;
    for (const actor of BREAKS) view = await (await run.post("/step", { actor })).json();
    expect(view).toMatchObject({ schedule: BREAKS, done: true, verdict: { holds: false } });
    expect(await run.redisCli("DBSIZE")).toBe("0");

    const undone: StepView = await (await run.post("/undo")).json();
    expect(undone.schedule).toEqual(BREAKS.slice(0, -1));
    expect(await (await request.get(`${run.path}/step`)).json()).toMatchObject({ schedule: undone.schedule });
    const trace = await (await request.get(`/api/runs/${view.runId}/trace`)).text();
    const types = trace.split("\n").map((line) => (line ? (JSON.parse(line) as { type: string }).type : ""));
    expect(types.filter((type) => type === "step")).toHaveLength(1 + BREAKS.length + BREAKS.length);
  });

  test("lets time pass and actors die", async ({ openRun }) => {
    const run = await openRun({ ...race, variant: "safe" });
    expect((await run.post("/step", { scenario: "explore-three", schedule: ["A"] })).status()).toBe(201);
    const passed: StepView = await (await run.post("/step", { tick: true })).json();
    expect(passed.schedule).toEqual(["A", "tick"]);
    const dead: StepView = await (await run.post("/step", { crash: "B" })).json();
    expect(dead.gate.map(({ status }) => status)).toEqual(["done", "crashed", "waiting"]);
  });

  test("refuses what is malformed, impossible or was not begun", async ({ openRun }) => {
    const run = await openRun(race);
    await expectRefusal(await run.post("/step", { actor: "A" }), 404, "not_stepped");
    await expectRefusal(await run.post("/undo"), 404, "not_stepped");
    for (const body of [{}, { tick: false }, { actor: "A", tick: true }, { actor: "not an id" }, { schedule: ["A"] }])
      await expectRefusal(await run.post("/step", body), 400, "invalid");
    await expectRefusal(await run.post("/step", { actors: { A: [{ action: "take" }] } }), 400);
    await expectRefusal(await run.post("/step", { scenario: "explore-three", schedule: ["Z"] }), 409, "not_possible");
    await run.post("/step", { scenario: "explore-three" });
    await expectRefusal(await run.post("/step", { actor: "Z" }), 409, "not_possible");
    await expectRefusal(await run.post("/undo"), 409, "nothing_to_undo");
  });
});
