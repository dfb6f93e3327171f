import { readdirSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RedisServerSettings } from "../redis/redis-server";
import type { OwnedRun, RunService } from "../run/service";
import { testService } from "../run/testing";
import { ExploreService, type Progress } from "./service";
import { withDatabases, withServers } from "./testing";

let runs: RunService;
let close: () => Promise<void>;
let explorations: ExploreService;
let told: Progress[];

const worker = pathToFileURL("server/explore-worker.ts");
const openRace = (variant: string, owner = "owner") => runs.open({ pattern: "token-bucket", variant, seed: 7 }, owner);
const start = (live: OwnedRun, maxSchedules?: number) =>
  explorations.start(live, { scenario: "explore-three", maxSchedules });

async function within(use: (settings: RedisServerSettings) => Promise<void>): Promise<void> {
  await withServers((settings) =>
    withDatabases(settings.directory, async (databases) => {
      explorations = new ExploreService(worker, settings, databases, runs);
      explorations.onProgress((progress) => told.push(progress));
      try {
        await use(settings);
      } finally {
        await explorations.close();
        expect(readdirSync(settings.directory).filter((entry) => entry !== "postgres")).toEqual([]);
      }
    }),
  );
}

beforeEach(() => {
  told = [];
  ({ service: runs, close } = testService());
});
afterEach(() => close());

describe("an exploration in its worker", () => {
  it("finds every order that breaks and tells the shortest; progress brings each order once", () =>
    within(async () => {
      const live = await openRace("read-then-write");
      const before = live.run.trace.log.lastSeq;
      expect(await start(live)).toMatchObject({
        status: "running",
        scenario: "explore-three",
        variant: "read-then-write",
      });
      const done = await explorations.finished(live.run.id);
      expect(done).toMatchObject({ status: "done", complete: true, problem: null });
      expect(done.violating).toBeGreaterThan(0);
      expect(done.text).toBe(
        `${done.violating.toLocaleString("en-US")} of ${done.schedules.toLocaleString("en-US")} orders admit 3 of 2.`,
      );
      expect(done.shortest?.events.some(({ type }) => type === "command")).toBe(true);
      const { orders } = explorations.get(live.run.id);
      expect(orders).toHaveLength(done.schedules);
      expect(orders.filter(({ holds }) => holds === false)).toHaveLength(done.violating);
      expect(told.flatMap((progress) => progress.orders)).toEqual(orders);
      expect(live.run.trace.log.lastSeq).toBe(before);
    }));

  it("can be cancelled: the worker, its servers and its files are gone, what it found so far stays", () =>
    within(async (settings) => {
      const live = await openRace("read-then-write");
      await start(live);
      await someOrders();
      expect(await explorations.cancel(live.run.id)).toMatchObject({
        status: "cancelled",
        shortest: null,
        complete: false,
      });
      expect(readdirSync(settings.directory)).toEqual([]);
      expect(explorations.get(live.run.id).orders.length).toBeGreaterThan(0);
      expect(told.at(-1)?.exploration.status).toBe("cancelled");
    }));

  it("is one per owner and two per server", () =>
    within(async () => {
      const mine = await openRace("read-then-write");
      const theirs = await openRace("read-then-write", "another");
      const third = await openRace("read-then-write", "third");
      await Promise.all([start(mine), start(theirs)]);
      await expect(start(mine)).rejects.toMatchObject({ status: 429, code: "exploring" });
      await expect(start(third)).rejects.toMatchObject({ status: 429, code: "server_busy" });
    }));

  it("ends with its run", () =>
    within(async () => {
      const live = await openRace("read-then-write");
      await start(live);
      await someOrders();
      await runs.remove(live);
      await expect.poll(() => explorations.get(live.run.id).exploration).toBeNull();
      expect(told.at(-1)?.exploration.status).toBe("cancelled");
    }));

  it("refuses what has no order to choose", () =>
    within(async () => {
      const live = await openRace("safe");
      const explore = (scenario: string) => explorations.start(live, { scenario });
      await expect(explore("burst")).rejects.toMatchObject({ status: 409, code: "not_a_race" });
      await expect(explore("nothing")).rejects.toMatchObject({ status: 404 });
      expect(explorations.get(live.run.id)).toEqual({ exploration: null, orders: [] });
      await expect(explorations.cancel(live.run.id)).rejects.toMatchObject({ status: 404 });
    }));
});

const someOrders = () => expect.poll(() => told.length, { timeout: 10_000 }).toBeGreaterThan(0);
