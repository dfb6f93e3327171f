/** The contract of DESIGN.md from outside: HTTP only, and redis-cli beside it. */
import type { APIRequestContext } from "@playwright/test";
import type { ComparisonView, CreatedComparison, PatternDescription } from "../lib/contract";
import { expect, expectRefusal, OwnedRun, test } from "./fixtures";

const bucket = { pattern: "token-bucket", variant: "safe", params: { capacity: 10, refillPerSecond: 1 } };
const viewOf = async (request: APIRequestContext, path: string): Promise<ComparisonView> =>
  (await request.get(path)).json();
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

test.describe("a take in HTTP's own terms", () => {
  const drained = { ...bucket, params: { capacity: 10, refillPerSecond: 0.1 } };

  test("says the policy and what is left of it; denies with 429 and Retry-After when asked to", async ({ openRun }) => {
    const run = await openRun(drained);
    const first = await run.post("/actions/take", { client: "alice", cost: 4 });
    expect(first.status()).toBe(200);
    expect(first.headers()).toMatchObject({
      "ratelimit-policy": '"default";q=10;w=100',
      ratelimit: '"default";r=6;t=40',
    });
    expect(first.headers()).not.toHaveProperty("retry-after");

    const denied = await run.post("/actions/take?http=true", { client: "alice", cost: 10 });
    expect(denied.status()).toBe(429);
    const body: Take = await denied.json();
    expect(body).toMatchObject({ allowed: false, limit: 10, remaining: 6 });
    const seconds = String(Math.ceil((body.retryAfterMs ?? 0) / 1000));
    expect(denied.headers()).toMatchObject({
      "ratelimit-policy": '"default";q=10;w=100',
      ratelimit: `"default";r=6;t=${seconds}`,
      "retry-after": seconds,
    });
    expect((await run.post("/actions/take?http=true", { client: "alice" })).status()).toBe(200);

    for (const path of ["/actions/take", "/actions/take?http=false"]) {
      const told = await run.post(path, { client: "alice", cost: 10 });
      expect(told.status()).toBe(200);
      expect(await told.json()).toMatchObject({ allowed: false });
      expect(told.headers().ratelimit).toMatch(/^"default";r=5;t=\d+$/);
      expect(told.headers()).not.toHaveProperty("retry-after");
    }
  });

  test("leaves out what the variant does not know", async ({ openRun }) => {
    const run = await openRun({ ...drained, variant: "as-written", params: { capacity: 1, refillPerSecond: 0.1 } });
    const admitted = await run.post("/actions/take?http=true", { client: "alice" });
    expect(admitted.headers()).toMatchObject({ "ratelimit-policy": '"default";q=1;w=10', ratelimit: '"default";r=0' });
    const denied = await run.post("/actions/take?http=true", { client: "alice" });
    expect(denied.status()).toBe(429);
    expect(denied.headers().ratelimit).toBe('"default";r=0');
    expect(denied.headers()).not.toHaveProperty("retry-after");
  });

  test("stands in no refusal, and other queries are refused", async ({ openRun, request }) => {
    const run = await openRun(drained);
    for (const path of ["/actions/take?http=yes", "/actions/take?http=", "/actions/take?colour=red"]) {
      const refused = await run.post(path, { client: "alice" });
      await expectRefusal(refused, 400, "invalid");
      expect(refused.headers()).not.toHaveProperty("ratelimit-policy");
    }
    expect(await run.redisCli("DBSIZE")).toBe("0");
    const refused = await run.post("/actions/take?http=true", { client: "alice", cost: 11 });
    await expectRefusal(refused, 400, "invalid");
    for (const answer of [refused, await request.get("/api/health"), await request.get(run.path)]) {
      expect(answer.headers()).not.toHaveProperty("ratelimit");
      expect(answer.headers()).not.toHaveProperty("ratelimit-policy");
    }
  });

  test("is documented: the query, the 429 and the header fields", async ({ request }) => {
    const { paths } = await (await request.get("/api/openapi.json")).json();
    const { parameters, responses } = paths["/api/runs/{runId}/actions/{action}"].post;
    expect(parameters).toContainEqual(expect.objectContaining({ name: "http", in: "query", required: false }));
    expect(Object.keys(responses["200"].headers)).toEqual(["RateLimit-Policy", "RateLimit"]);
    expect(Object.keys(responses["429"].headers)).toEqual(["RateLimit-Policy", "RateLimit", "Retry-After"]);
    expect(JSON.stringify(responses["429"])).not.toContain("Error");
    expect(JSON.stringify(paths["/api/runs"].post.responses["429"])).toContain("Error");
  });
});

test.describe("a comparison over HTTP", () => {
  const SAFE = { pattern: "sliding-window", variant: "safe" };
  const AS_WRITTEN = { pattern: "sliding-window", variant: "as-written" };
  const arrivals = { shape: "burst", rate: 30, seconds: 1 };
  const wanted = { variants: [AS_WRITTEN, SAFE], arrivals, seed: 7 };
  /** Goes on until it is ended. */
  const long = { ...wanted, arrivals: { shape: "steady", rate: 20, seconds: 60, clients: 2 } };

  test("answers 201 with its runs, each on a Redis of its own that its token opens, under one seed", async ({
    compare,
    request,
  }) => {
    const response = await compare(long);
    expect(response.status(), await response.text()).toBe(201);
    const created: CreatedComparison = await response.json();
    expect(created).toMatchObject({ seed: 7, arrivals: { ...long.arrivals, cost: 1 } });
    expect(created.runs).toMatchObject(long.variants.map((variant) => ({ ...variant, seed: 7 })));
    expect(new Set(created.runs.map(({ redis }) => redis?.url)).size).toBe(2);

    const path = `/api/comparisons/${created.comparisonId}`;
    await expect.poll(async () => (await viewOf(request, path)).answered).toBeGreaterThan(2);
    expect(await viewOf(request, path)).toMatchObject({
      status: "running",
      total: 1200,
      clients: ["alice", "bob"],
      owner: true,
      limiters: created.runs.map(({ runId }) => ({ runId, failed: 0 })),
    });
    const [first] = created.runs.map((run) => new OwnedRun(request, run));
    await expectRefusal(await (first as OwnedRun).post("/actions/take", { client: "alice" }), 409, "busy");
    await expectRefusal(
      await (first as OwnedRun).post("/traffic", { client: "a", shape: "steady", rate: 1, seconds: 1 }),
      409,
      "busy",
    );
    // They are the comparison's, not runs that one has opened.
    const listed = (await (await request.get("/api/runs")).json()).runs;
    expect(listed).toEqual([]);
  });

  test("answers with wait=true when it is over, with every fact of every limiter", async ({ compare }) => {
    const response = await compare(wanted, "?wait=true");
    expect(response.status(), await response.text()).toBe(200);
    const view: ComparisonView = await response.json();
    expect(view).toMatchObject({ status: "done", total: 30, answered: 30, disagreements: 20, owner: true });
    expect(view.disagreed).toEqual(
      Array.from({ length: 20 }, (_, i) => ({ n: 10 + i, atMs: 0, client: "alice", answers: "yn" })),
    );
    expect(view.limiters).toMatchObject([
      { ...AS_WRITTEN, title: "Sliding window, As written", admitted: 30, denied: 0, failed: 0, holds: false },
      { ...SAFE, title: "Sliding window, Safe", admitted: 10, denied: 20, failed: 0, holds: true },
    ]);
    for (const { decisionMs, bytesPerKey, keys } of view.limiters) {
      expect(decisionMs).toMatchObject({ samples: 30, p50: expect.any(Number), p99: expect.any(Number) });
      expect(bytesPerKey).toBeGreaterThan(0);
      expect(keys).toBe(1);
    }
    expect(view.limiters[1]?.commandsPerDecision).toBe(1);
  });

  test("exports one CSV line per arrival, CRLF, with both answers", async ({ compare, request }) => {
    const { comparisonId } = await (await compare(wanted, "?wait=true")).json();
    const csv = await request.get(`/api/comparisons/${comparisonId}/export`);
    expect(csv.headers()["content-type"]).toBe("text/csv; charset=utf-8");
    expect(csv.headers()["content-disposition"]).toMatch(/^attachment; filename="comparison-[\w-]{8}\.csv"$/);
    const [header, ...lines] = (await csv.text()).split("\r\n");
    expect(header).toMatch(/^n,at_ms,client,cost,sliding-window\/as-written answer,.*,disagree$/);
    expect(lines.pop()).toBe("");
    expect(lines).toHaveLength(30);
    // The one as written cannot say how many are left: what it computes is not a number.
    expect(lines[0]).toMatch(/^0,0,alice,1,y,,0,[\d.]+,y,9,0,[\d.]+,0$/);
    expect(lines[29]).toMatch(/^29,0,alice,1,y,,0,[\d.]+,n,0,\d+,[\d.]+,1$/);
    expect((await request.get(`/api/comparisons/${comparisonId}/export?format=csv`)).status()).toBe(200);
    await expectRefusal(await request.get(`/api/comparisons/${comparisonId}/export?format=xml`), 400, "invalid");
  });

  test("belongs to its owner: others may watch and export, not end it; a token of one of its runs may", async ({
    compare,
    request,
    playwright,
    baseURL,
  }) => {
    const created: CreatedComparison = await (await compare(long)).json();
    const path = `/api/comparisons/${created.comparisonId}`;
    const stranger = await playwright.request.newContext({ baseURL });
    expect(await viewOf(stranger, path)).toMatchObject({ owner: false, comparisonId: created.comparisonId });
    expect((await stranger.get(`${path}/export`)).status()).toBe(200);
    await expectRefusal(await stranger.delete(path), 403, "not_yours");
    expect((await viewOf(request, path)).status).toMatch(/^(waiting|running)$/);

    const headers = { authorization: `Bearer ${created.runs[1]?.token}` };
    expect((await stranger.delete(path, { headers })).status()).toBe(204);
    await expectRefusal(await request.get(path), 404, "unknown_comparison");
    for (const { runId } of created.runs) await expectRefusal(await request.get(`/api/runs/${runId}`), 404);
    await stranger.dispose();
  });

  test("gives someone new the owner cookie, and replaces the comparison that this owner had", async ({
    playwright,
    baseURL,
  }) => {
    const fresh = await playwright.request.newContext({ baseURL });
    const first = await fresh.post("/api/comparisons", { data: long });
    expect(first.headers()["set-cookie"]).toMatch(/^owner=[\w-]{22}; Path=\/; HttpOnly; SameSite=Strict/);
    const second = await fresh.post("/api/comparisons", { data: long });
    expect(second.headers()).not.toHaveProperty("set-cookie");
    const [before, now]: CreatedComparison[] = [await first.json(), await second.json()];
    await expectRefusal(await fresh.get(`/api/comparisons/${before?.comparisonId}`), 404, "unknown_comparison");
    await expectRefusal(await fresh.get(`/api/runs/${before?.runs[0]?.runId}`), 404, "unknown_run");
    expect((await fresh.delete(`/api/comparisons/${now?.comparisonId}`)).status()).toBe(204);
    await fresh.dispose();
  });

  test("tells whoever waits for it that it was ended", async ({ compare, request }) => {
    const runs = async (): Promise<number> => (await (await request.get("/api/health")).json()).runs;
    // The first answer brings the cookie by which the next two are one owner's.
    const { comparisonId } = await (await compare(wanted, "?wait=true")).json();
    await request.delete(`/api/comparisons/${comparisonId}`);
    const before = await runs();
    const waiting = compare(long, "?wait=true");
    await expect.poll(runs).toBe(before + long.variants.length);
    await compare(wanted, "?wait=true");
    expect(await (await waiting).json()).toMatchObject({ status: "ended", total: 1200 });
  });

  test("has a 404 where there is none, and a 405 for what cannot be done", async ({ request }) => {
    for (const path of ["/api/comparisons/nope", "/api/comparisons/nope/export"])
      await expectRefusal(await request.get(path), 404, "unknown_comparison");
    await expectRefusal(await request.delete("/api/comparisons/nope"), 404, "unknown_comparison");
    const wrong = await request.get("/api/comparisons");
    await expectRefusal(wrong, 405, "method_not_allowed");
    expect(wrong.headers().allow).toBe("POST");
  });

  const NOPE = { pattern: "nope", variant: "safe" };
  const refused: [string, unknown, number, string, string][] = [
    ["nothing", {}, 400, "invalid", "variants"],
    ["one variant", { ...wanted, variants: [SAFE] }, 400, "invalid", "variants"],
    ["six variants", { ...wanted, variants: Array(6).fill(SAFE) }, 400, "invalid", "variants"],
    ["an unknown pattern", { ...wanted, variants: [SAFE, NOPE] }, 400, "invalid", "variants.1.pattern"],
    [
      "an unknown variant",
      { ...wanted, variants: [{ ...SAFE, variant: "nope" }, SAFE] },
      400,
      "invalid",
      "variants.0.variant",
    ],
    [
      "no variant named",
      { ...wanted, variants: [SAFE, { pattern: "token-bucket" }] },
      400,
      "invalid",
      "variants.1.variant",
    ],
    [
      "a parameter out of bounds",
      { ...wanted, variants: [SAFE, { ...SAFE, params: { limit: 0 } }] },
      400,
      "invalid",
      "variants.1.params.limit",
    ],
    ["no arrivals", { variants: wanted.variants }, 400, "invalid", "arrivals"],
    ["a rate of 0", { ...wanted, arrivals: { ...arrivals, rate: 0 } }, 400, "invalid", "arrivals.rate"],
    ["a rate of 5001", { ...wanted, arrivals: { ...arrivals, rate: 5001 } }, 400, "invalid", "arrivals.rate"],
    ["a text for a rate", { ...wanted, arrivals: { ...arrivals, rate: "20" } }, 400, "invalid", "arrivals.rate"],
    [
      "more than 60,000 arrivals",
      { ...wanted, arrivals: { ...arrivals, rate: 5000, seconds: 13 } },
      400,
      "invalid",
      "arrivals.rate",
    ],
    ["61 seconds", { ...wanted, arrivals: { ...arrivals, seconds: 61 } }, 400, "invalid", "arrivals.seconds"],
    ["an unknown shape", { ...wanted, arrivals: { ...arrivals, shape: "zigzag" } }, 400, "invalid", "arrivals.shape"],
    ["nine clients", { ...wanted, arrivals: { ...arrivals, clients: 9 } }, 400, "invalid", "arrivals.clients"],
    ["a cost of 0", { ...wanted, arrivals: { ...arrivals, cost: 0 } }, 400, "invalid", "arrivals.cost"],
    [
      "a cost that a variant does not know",
      { ...wanted, arrivals: { ...arrivals, cost: 2 } },
      409,
      "not_in_variant",
      "arrivals.cost",
    ],
    ["a fractional seed", { ...wanted, seed: 1.5 }, 400, "invalid", "seed"],
    ["an unknown field", { ...wanted, colour: "red" }, 400, "invalid", "colour"],
    [
      "an unknown field of a variant",
      { ...wanted, variants: [SAFE, { ...SAFE, seed: 1 }] },
      400,
      "invalid",
      "variants.1.seed",
    ],
  ];
  for (const [title, data, status, code, field] of refused)
    test(`is refused with ${title}`, async ({ compare }) => {
      expect(await expectRefusal(await compare(data), status, code)).toMatchObject({
        field,
      });
    });

  test("is documented: three paths, the body from the schema that checks it, queries and answers", async ({
    request,
  }) => {
    const { paths } = await (await request.get("/api/openapi.json")).json();
    const { post } = paths["/api/comparisons"];
    const { schema } = post.requestBody.content["application/json"];
    expect(schema).toMatchObject({ type: "object", additionalProperties: false, required: ["variants", "arrivals"] });
    expect(schema.properties.variants).toMatchObject({ minItems: 2, maxItems: 5 });
    expect(Object.keys(post.responses)).toEqual(expect.arrayContaining(["200", "201", "400", "409", "429", "503"]));
    expect(post.parameters).toMatchObject([{ name: "wait", in: "query", required: false }]);
    expect(Object.keys(paths["/api/comparisons/{comparisonId}"])).toEqual(["get", "delete"]);
    expect(paths["/api/comparisons/{comparisonId}"].delete.security).toBeDefined();
    expect(paths["/api/comparisons/{comparisonId}/export"].get.parameters).toMatchObject([
      { name: "comparisonId", in: "path", required: true },
      { name: "format", in: "query", required: false },
    ]);
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
