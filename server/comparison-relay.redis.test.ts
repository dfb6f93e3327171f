import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "socket.io";
import { io as connect, type Socket } from "socket.io-client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Comparison } from "../lib/comparison/comparison";
import { ComparisonService } from "../lib/comparison/service";
import type { Arrivals, ComparisonBatch } from "../lib/contract";
import type { ClientToServerEvents, ServerToClientEvents } from "../lib/events";
import type { RunService } from "../lib/run/service";
import { testService } from "../lib/run/testing";
import { startComparisonRelay } from "./comparison-relay";
import { type RelayServer, startRelay } from "./relay";

type Client = Socket<ServerToClientEvents, ClientToServerEvents>;
const VARIANTS = [
  { pattern: "token-bucket", variant: "safe" },
  { pattern: "token-bucket", variant: "as-written" },
];

let http: HttpServer;
let io: RelayServer;
let runs: RunService;
let comparisons: ComparisonService;
let closeRuns: () => Promise<void>;
let port: number;
const clients: Client[] = [];

beforeEach(async () => {
  ({ service: runs, close: closeRuns } = testService());
  comparisons = new ComparisonService(runs);
  http = createServer().listen(0, "127.0.0.1");
  await once(http, "listening");
  ({ port } = http.address() as AddressInfo);
  io = new Server(http);
  startRelay(io, runs);
  startComparisonRelay(io, comparisons);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect();
  await io.close();
  await comparisons.close();
  await closeRuns();
});

function clientOf(): Client {
  const client: Client = connect(`http://127.0.0.1:${port}`, {
    transports: ["websocket"],
    reconnection: false,
    forceNew: true,
  });
  clients.push(client);
  return client;
}

/** Collects a watcher's batches; `last` resolves with the one that says that it is over, `some` as soon as it has arrivals. */
function collector(client: Client) {
  const batches: (ComparisonBatch & { heardAt: number })[] = [];
  let check = () => {};
  client.on("comparison:answered", (batch) => {
    batches.push({ ...batch, heardAt: performance.now() });
    check();
  });
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      check = () => {
        if (condition()) resolve();
      };
      check();
    });
  return {
    batches,
    some: () => until(() => batches.some(({ atMs }) => atMs.length > 0)),
    last: () => until(() => batches.at(-1)?.elapsedMs === -1),
  };
}

const open = (arrivals: Partial<Arrivals> = {}): Promise<Comparison> =>
  comparisons.open(
    {
      variants: VARIANTS,
      arrivals: { shape: "steady", rate: 200, seconds: 1, clients: 2, cost: 1, ...arrivals },
      seed: 3,
    },
    "owner",
  );

/** Each batch begins where the one before it ended, and holds a letter of each limiter for each arrival. */
function expectContiguous(batches: readonly ComparisonBatch[], from: number, to: number): void {
  let next = from;
  for (const batch of batches) {
    expect(batch.from).toBe(next);
    expect(batch.clients).toHaveLength(batch.atMs.length);
    for (const letters of batch.answers) expect(letters).toMatch(new RegExp(`^[ynx]{${batch.atMs.length}}$`));
    expect(batch.answers).toHaveLength(VARIANTS.length);
    next += batch.atMs.length;
  }
  expect(next).toBe(to);
}

describe("a watcher of a comparison", () => {
  it("gets every arrival once and in order, ten batches a second at the most, and at the end a -1", async () => {
    const comparison = await open();
    const client = clientOf();
    const { batches, last } = collector(client);
    expect(await client.emitWithAck("comparison:watch", { comparisonId: comparison.id })).toEqual({ ok: true });
    await last();
    expectContiguous(batches, 0, 200);
    const live = batches.filter(({ elapsedMs }) => elapsedMs >= 0);
    expect(live.map(({ elapsedMs }) => elapsedMs)).toEqual(live.map((b) => b.elapsedMs).sort((a, b) => a - b));
    const seconds = ((batches.at(-1)?.heardAt ?? 0) - (batches[0]?.heardAt ?? 0)) / 1000;
    // One more for catching up, one for the last.
    expect(batches.length).toBeLessThanOrEqual(seconds * 10 + 2);
    const letters = [0, 1].map((limiter) => comparison.answers.letters(limiter, 0, 200));
    expect([0, 1].map((limiter) => batches.map(({ answers }) => answers[limiter]).join(""))).toEqual(letters);
  });

  it("that comes back with what it has goes on there: nothing lost, nothing doubled", async () => {
    const { id: comparisonId } = await open();
    const first = clientOf();
    const before = collector(first);
    await first.emitWithAck("comparison:watch", { comparisonId });
    await before.some();
    first.disconnect();
    const has = before.batches.reduce((sum, { atMs }) => sum + atMs.length, 0);
    expect(has).toBeGreaterThan(0);

    const second = clientOf();
    const after = collector(second);
    await second.emitWithAck("comparison:watch", { comparisonId, from: has });
    await after.last();
    expectContiguous([...before.batches, ...after.batches], 0, 200);
  });

  it("that asks twice starts anew from there and hears nothing twice", async () => {
    const { id: comparisonId } = await open();
    const client = clientOf();
    const { batches, some, last } = collector(client);
    await client.emitWithAck("comparison:watch", { comparisonId });
    await some();
    await client.emitWithAck("comparison:watch", { comparisonId, from: 0 });
    await last();
    const again = batches.findLastIndex(({ from }) => from === 0);
    expectContiguous(batches.slice(again), 0, 200);
  });

  it("that comes after the end gets all of it in batches of bounded size, the last one marked", async () => {
    const comparison = await open({ shape: "burst", rate: 5000, seconds: 1.2 });
    await comparison.over;
    const client = clientOf();
    const { batches, last } = collector(client);
    await client.emitWithAck("comparison:watch", { comparisonId: comparison.id });
    await last();
    expectContiguous(batches, 0, comparison.answers.total);
    for (const { atMs } of batches) expect(atMs.length).toBeLessThanOrEqual(5000);
    expect(batches.filter(({ elapsedMs }) => elapsedMs === -1)).toEqual([batches.at(-1)]);

    await client.emitWithAck("comparison:watch", { comparisonId: comparison.id, from: 6000 });
    expect(batches.at(-1)).toMatchObject({ from: 6000, atMs: [], answers: ["", ""], elapsedMs: -1 });
  });

  it("hears that it is over when its owner removes it, and that there is none of that id afterwards", async () => {
    const comparison = await open({ seconds: 30 });
    const client = clientOf();
    const { batches, some, last } = collector(client);
    await client.emitWithAck("comparison:watch", { comparisonId: comparison.id });
    await some();
    await comparisons.remove(comparison);
    await last();
    expectContiguous(batches, 0, comparison.answers.answered);
    expect(await client.emitWithAck("comparison:watch", { comparisonId: comparison.id })).toMatchObject({
      error: { code: "unknown_comparison" },
    });
  });

  it("hears nothing more once it has stopped watching", async () => {
    const comparison = await open();
    const client = clientOf();
    const { batches, some } = collector(client);
    await client.emitWithAck("comparison:watch", { comparisonId: comparison.id });
    await some();
    client.emit("comparison:unwatch", { comparisonId: comparison.id });
    // An answer to a later message: the server has seen the one before.
    await client.emitWithAck("run:watch", { runId: "a".repeat(24) });
    const heard = batches.length;
    await comparison.over;
    await client.emitWithAck("run:watch", { runId: "a".repeat(24) });
    expect(batches).toHaveLength(heard);
  });

  it.each([[null], ["x"], [{}], [{ comparisonId: 5 }], [{ comparisonId: "a".repeat(24), from: -1 }]])(
    "that sends %j gets an error, and the server goes on",
    async (message) => {
      const client = clientOf();
      expect(await client.emitWithAck("comparison:watch", message as never)).toHaveProperty("error.code");
      client.emit("comparison:unwatch", message as never);
      expect(await client.emitWithAck("comparison:watch", { comparisonId: "a".repeat(24) })).toMatchObject({
        error: { code: "unknown_comparison" },
      });
    },
  );
});
