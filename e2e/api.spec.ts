/** The contract of DESIGN.md from outside: HTTP only, and redis-cli beside it. */
import type { PatternDescription } from "../lib/contract";
import { expect, expectRefusal, test } from "./fixtures";

const bucket = { pattern: "token-bucket", variant: "safe", params: { capacity: 10, refillPerSecond: 1 } };
interface Take {
  allowed: boolean;
  limit: number;
  remaining: number;
  retryAfterMs: number | null;
}

test.describe("a run over HTTP", () => {
  test("admits of 200 takes at once exactly the capacity plus what the elapsed time refilled, and redis-cli sees the hash", async ({
    openRun,
  }) => {
    const run = await openRun(bucket);
    const startedAt = Date.now();
    const answers = await Promise.all(Array.from({ length: 200 }, () => run.act<Take>("take", { client: "alice" })));
    const elapsedSeconds = (Date.now() - startedAt) / 1000;
    const admitted = answers.filter(({ allowed }) => allowed).length;
    expect(admitted).toBeGreaterThanOrEqual(10);
    expect(admitted).toBeLessThanOrEqual(10 + Math.floor(elapsedSeconds));
    for (const { allowed, retryAfterMs } of answers) expect(allowed || (retryAfterMs ?? 0) > 0).toBe(true);

    expect(await run.redisCli("TYPE", "bucket:alice")).toBe("hash");
    expect(await run.redisCli("HGET", "bucket:alice", "tokens")).toMatch(/^\d/);
    expect(Number(await run.redisCli("PTTL", "bucket:alice"))).toBeGreaterThan(0);
    expect(await run.redisCli("DBSIZE")).toBe("1");
  });

  test("streams its trace as NDJSON and CSV, whole or in part", async ({ openRun, request }) => {
    const run = await openRun(bucket);
    await run.act("take", { client: "alice" });
    await expect.poll(async () => (await request.get(`${run.path}/trace`)).text()).toContain('"type":"result"');
    const lines = (await (await request.get(`${run.path}/trace`)).text()).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).seq)).toEqual(lines.map((_, i) => i + 1));
    const part = (await (await request.get(`${run.path}/trace?from=2&to=4`)).text()).trim().split("\n");
    expect(part.map((line) => JSON.parse(line).seq)).toEqual([2, 3, 4]);
    const csv = await request.get(`${run.path}/trace?format=csv`);
    expect(csv.headers()["content-type"]).toContain("text/csv");
    expect(await csv.text()).toMatch(/^seq,atUs,epoch,type,actor,text\r\n/);
  });

  test("dies and comes back: 503 with a clear error in between, others go on", async ({ openRun }) => {
    const [run, other] = [await openRun(bucket), await openRun(bucket)];
    await run.act("take", { client: "alice" });
    expect((await run.post("/faults/kill-redis", {})).status()).toBe(200);
    expect((await run.view()).status).toBe("down");
    const refused = await run.post("/actions/take", { client: "alice" });
    await expectRefusal(refused, 503, "redis_down");
    expect(refused.headers()["retry-after"]).toBeDefined();
    await other.act("take", { client: "alice" });
    expect((await run.post("/faults/restart-redis", {})).status()).toBe(200);
    expect(await run.act<Take>("take", { client: "alice" })).toMatchObject({ allowed: true, remaining: 9 });
  });

  test("is gone after DELETE, its Redis too", async ({ openRun, request }) => {
    const run = await openRun(bucket);
    expect((await request.delete(run.path, { headers: run.headers })).status()).toBe(204);
    await expectRefusal(await request.get(run.path), 404, "unknown_run");
    await expect(run.redisCli("PING")).rejects.toThrow();
  });

  test("changes variant (keys go) and parameters (keys stay)", async ({ openRun }) => {
    const run = await openRun(bucket);
    await run.act("take", { client: "alice" });
    expect((await run.patch({ params: { capacity: 20 } })).status()).toBe(200);
    expect(await run.redisCli("EXISTS", "bucket:alice")).toBe("1");
    expect((await run.patch({ variant: "as-written" })).status()).toBe(200);
    expect(await run.redisCli("DBSIZE")).toBe("0");
    expect(await run.act<Take>("take", { client: "alice" })).toMatchObject({ limit: 20, retryAfterMs: null });
  });

  test("takes traffic and tells what runs", async ({ openRun }) => {
    const run = await openRun(bucket);
    const started = await run.post("/traffic", { client: "bob", shape: "poisson", rate: 20, seconds: 30 });
    expect(await started.json()).toMatchObject({ traffic: [{ client: "bob", shape: "poisson", rate: 20 }] });
    await expect.poll(async () => (await run.view()).metrics.admitted).toBeGreaterThan(5);
    await run.post("/traffic", { client: "bob", shape: "poisson", rate: 20, seconds: 0 });
    expect((await run.view()).traffic).toEqual([]);
  });
});

test.describe("ownership", () => {
  test("lets only the cookie or the token act; whoever knows the id may watch", async ({
    openRun,
    playwright,
    baseURL,
  }) => {
    const run = await openRun(bucket);
    const stranger = await playwright.request.newContext({ baseURL });
    await expectRefusal(
      await stranger.post(`${run.path}/actions/take`, { data: { client: "alice" } }),
      403,
      "not_yours",
    );
    await expectRefusal(await stranger.delete(run.path), 403, "not_yours");
    await expectRefusal(await stranger.patch(run.path, { data: { variant: "safe" } }), 403, "not_yours");
    expect(await (await stranger.get(run.path)).json()).toMatchObject({ owner: false, pattern: "token-bucket" });
    expect((await stranger.get(`${run.path}/trace`)).status()).toBe(200);
    await stranger.dispose();
  });

  test("is an httpOnly, SameSite=Strict cookie", async ({ playwright, baseURL }) => {
    const fresh = await playwright.request.newContext({ baseURL });
    const created = await fresh.post("/api/runs", { data: bucket });
    expect(created.headers()["set-cookie"]).toMatch(/^owner=[\w-]{22}; Path=\/; HttpOnly; SameSite=Strict/);
    const { runId } = await created.json();
    expect((await fresh.post(`/api/runs/${runId}/actions/take`, { data: { client: "alice" } })).status()).toBe(200);
    expect((await fresh.get("/api/runs").then((response) => response.json())).runs).toMatchObject([{ runId }]);
    expect((await fresh.delete(`/api/runs/${runId}`)).status()).toBe(204);
    await fresh.dispose();
  });

  test("is refused to other sites and under foreign names", async ({ request }) => {
    await expectRefusal(
      await request.get("/api/health", { headers: { origin: "http://evil.example" } }),
      403,
      "foreign_origin",
    );
    await expectRefusal(await request.get("/api/health", { headers: { host: "evil.example" } }), 403, "foreign_host");
  });
});

test.describe("malformed requests get a clear 4xx:", () => {
  const takes: [string, unknown, string][] = [
    ["no client", {}, "client"],
    ["an empty client", { client: "" }, "client"],
    ["a number for a name", { client: 5 }, "client"],
    ["a name of 100 letters", { client: "a".repeat(100) }, "client"],
    ["a name with a blank", { client: "al ice" }, "client"],
    ["a negative cost", { client: "alice", cost: -1 }, "cost"],
    ["a cost of 0", { client: "alice", cost: 0 }, "cost"],
    ["a fractional cost", { client: "alice", cost: 1.5 }, "cost"],
    ["a cost of 1e308", { client: "alice", cost: 1e308 }, "cost"],
    ["a cost above the capacity", { client: "alice", cost: 11 }, "cost"],
    ["a text for a cost", { client: "alice", cost: "1" }, "cost"],
    ["an unknown field", { client: "alice", colour: "red" }, "colour"],
  ];
  for (const [title, body, field] of takes)
    test(`take with ${title}`, async ({ openRun }) => {
      const run = await openRun(bucket);
      expect(await expectRefusal(await run.post("/actions/take", body), 400, "invalid")).toMatchObject({ field });
    });

  const raw: [string, string, number, string][] = [
    ["broken JSON", "{", 400, "invalid_json"],
    ["NaN", '{"client":"alice","cost":NaN}', 400, "invalid_json"],
    ["a list", "[]", 400, "invalid"],
    ["null", "null", 400, "invalid"],
    ["30,000 brackets deep", `{"client":${"[".repeat(30_000)}${"]".repeat(30_000)}}`, 400, "invalid"],
    ["70 KB", JSON.stringify({ client: "alice", x: "y".repeat(70_000) }), 413, "too_large"],
  ];
  for (const [title, data, status, code] of raw)
    test(`a body that is ${title}`, async ({ openRun, request }) => {
      const run = await openRun(bucket);
      const headers = { ...run.headers, "content-type": "application/json" };
      await expectRefusal(
        await request.post(`${run.path}/actions/take`, { headers, data: Buffer.from(data) }),
        status,
        code,
      );
    });

  const runs: [string, unknown][] = [
    ["nothing", {}],
    ["an unknown pattern", { pattern: "nope" }],
    ["__proto__ for a pattern", { pattern: "__proto__" }],
    ["an unknown variant", { ...bucket, variant: "nope" }],
    ["an unknown parameter", { ...bucket, params: { nope: 1 } }],
    ["a parameter out of bounds", { ...bucket, params: { capacity: -1 } }],
    ["a parameter of 1e308", { ...bucket, params: { capacity: 1e308 } }],
    ["a fraction of a whole parameter", { ...bucket, params: { capacity: 1.5 } }],
    ["a text for a parameter", { ...bucket, params: { capacity: "10" } }],
    ["a fractional seed", { ...bucket, seed: 1.5 }],
    ["an unknown field", { ...bucket, colour: "red" }],
  ];
  for (const [title, data] of runs)
    test(`a run with ${title}`, async ({ request }) => {
      await expectRefusal(await request.post("/api/runs", { data }), 400, "invalid");
    });

  test("unknown ids, wrong methods, wrong states, bad queries", async ({ openRun, request }) => {
    const run = await openRun(bucket);
    const { headers } = run;
    await expectRefusal(await request.get("/api/runs/nope"), 404, "unknown_run");
    await expectRefusal(await request.get("/api/runs/%E0%A4%A"), 400, "invalid_url");
    await expectRefusal(await request.get("/api/nowhere"), 404, "not_found");
    await expectRefusal(await request.get("/api/patterns/nope/source"), 404, "unknown_pattern");
    await expectRefusal(await run.post("/actions/nope", {}), 404, "unknown_action");
    await expectRefusal(await run.post("/scenarios/nope", {}), 404, "unknown_scenario");
    await expectRefusal(await run.post("/faults/nope", {}), 404, "unknown_fault");
    await expectRefusal(await run.post("/scenarios/burst?wait=perhaps"), 400, "invalid");
    await expectRefusal(await run.post("/scenarios/burst", { pace: "warp" }), 400, "invalid");
    await expectRefusal(await request.get(`${run.path}/trace?from=x`), 400, "invalid");
    await expectRefusal(await request.get(`${run.path}/trace?colour=red`), 400, "invalid");
    const wrong = await request.get(`${run.path}/actions/take`, { headers });
    await expectRefusal(wrong, 405, "method_not_allowed");
    expect(wrong.headers().allow).toBe("POST");
    await expectRefusal(
      await run.post("/traffic", { client: "a", shape: "zigzag", rate: 1, seconds: 1 }),
      400,
      "invalid",
    );
    await expectRefusal(
      await run.post("/traffic", { client: "a", shape: "steady", rate: 20_000, seconds: 600 }),
      400,
      "invalid",
    );
    await expectRefusal(await run.patch({}), 400, "invalid");
  });
});

test.describe("what the API tells of itself", () => {
  test("health names version, Redis, clock and runs", async ({ request }) => {
    expect(await (await request.get("/api/health")).json()).toMatchObject({
      status: "ok",
      redis: { version: expect.stringMatching(/^\d+\.\d+\.\d+/) },
      clock: expect.stringMatching(/^(virtual|fallback)$/),
      runs: expect.any(Number),
    });
  });

  test("the OpenAPI document covers every path that it serves, and bodies come from the same schemas", async ({
    request,
  }) => {
    const document = await (await request.get("/api/openapi.json")).json();
    expect(document.openapi).toBe("3.1.0");
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        "/api/runs",
        "/api/runs/{runId}",
        "/api/runs/{runId}/actions/{action}",
        "/api/runs/{runId}/trace",
      ]),
    );
    const create = document.paths["/api/runs"].post.requestBody.content["application/json"].schema;
    expect(create).toMatchObject({ type: "object", additionalProperties: false, required: ["pattern"] });
  });

  test("the source is what runs: text and sha256 agree", async ({ request }) => {
    const { createHash } = await import("node:crypto");
    const { files } = await (await request.get("/api/patterns/token-bucket/source")).json();
    expect(files.map(({ path }: { path: string }) => path)).toContain("lib/patterns/token-bucket/take-safe-1.lua");
    for (const { text, sha256 } of files) expect(createHash("sha256").update(text).digest("hex")).toBe(sha256);
  });

  test("every answer carries a policy without unsafe-inline for scripts", async ({ request }) => {
    for (const path of ["/", "/patterns/token-bucket", "/api/health"]) {
      const headers = (await request.get(path)).headers();
      const script = /script-src ([^;]+)/.exec(headers["content-security-policy"] ?? "")?.[1];
      expect(script).toContain("'nonce-");
      expect(script).not.toContain("unsafe-inline");
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["x-powered-by"]).toBeUndefined();
    }
  });
});

test("every pattern's scenarios end as promised, for every variant, on the same seed", async ({ openRun, request }) => {
  const patterns: PatternDescription[] = await (await request.get("/api/patterns")).json();
  expect(patterns.length).toBeGreaterThan(0);
  for (const { id, variants, scenarios } of patterns)
    for (const variant of variants) {
      const run = await openRun({ pattern: id, variant: variant.id, seed: 7 });
      for (const scenario of scenarios) {
        const wanted = scenario.expect[variant.id];
        if (wanted === "n/a") {
          await expectRefusal(await run.post(`/scenarios/${scenario.id}?wait=true`), 409, "not_in_variant");
          continue;
        }
        const { verdict } = await run.play(scenario.id);
        expect(verdict.holds, `${id} ${variant.id} ${scenario.id}: ${verdict.text}`).toBe(wanted === "holds");
      }
      await run.remove();
    }
});
