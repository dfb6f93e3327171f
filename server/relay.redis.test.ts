import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "socket.io";
import { io as connect, type Socket } from "socket.io-client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ClientToServerEvents, RunEvent, ServerToClientEvents } from "../lib/events";
import type { OwnedRun, RunService } from "../lib/run/service";
import { testService } from "../lib/run/testing";
import { allowedHosts, refusal } from "./guard";
import { type RelayServer, startRelay } from "./relay";

const OWNER = "o".repeat(22);
type Client = Socket<ServerToClientEvents, ClientToServerEvents>;

let http: HttpServer;
let io: RelayServer;
let service: RunService;
let closeService: () => Promise<void>;
let port: number;
const clients: Client[] = [];

beforeEach(async () => {
  ({ service, close: closeService } = testService());
  http = createServer().listen(0, "127.0.0.1");
  await once(http, "listening");
  ({ port } = http.address() as AddressInfo);
  const hosts = allowedHosts({ HOST: "127.0.0.1", ALLOWED_HOSTS: [] }, port);
  io = new Server(http, { allowRequest: (request, decide) => decide(null, refusal(request, hosts) === null) });
  startRelay(io, service);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect();
  await io.close();
  await closeService();
});

function clientOf(headers: Record<string, string> = {}): Client {
  const client: Client = connect(`http://127.0.0.1:${port}`, {
    transports: ["websocket"],
    extraHeaders: headers,
    reconnection: false,
    forceNew: true,
  });
  clients.push(client);
  return client;
}

/** Collects what a watcher gets; `upTo` resolves when it has the event of that number. */
function collector(client: Client) {
  const events: RunEvent[] = [];
  let check: (() => void) | null = null;
  client.on("run:events", (batch) => {
    events.push(...batch.events);
    check?.();
  });
  const upTo = (seq: number) =>
    new Promise<void>((resolve) => {
      check = () => {
        if ((events.at(-1)?.seq ?? 0) >= seq) resolve();
      };
      check();
    });
  return { events, upTo };
}

const open = (): Promise<OwnedRun> => service.open({ pattern: "token-bucket", variant: "safe", seed: 1 }, OWNER);
const takes = (owned: OwnedRun, count: number) =>
  Promise.all(Array.from({ length: count }, () => owned.run.act("take", { client: "alice" })));
const seqs = (events: RunEvent[]) => events.map(({ seq }) => seq);
const oneTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);

/** Each event, or each frame's range, begins where the one before it ended. */
function expectNoGaps(events: RunEvent[], from: number): void {
  let next = from;
  for (const event of events) {
    expect(event.type === "frame" ? event.fromSeq : event.seq).toBe(next);
    next = event.seq + 1;
  }
}

describe("a watcher", () => {
  it("gets every event once and in order, from before it came and after", async () => {
    const owned = await open();
    await takes(owned, 5);
    const client = clientOf();
    const { events, upTo } = collector(client);
    const ack = await client.emitWithAck("run:watch", { runId: owned.run.id });
    expect(ack).toMatchObject({ owner: false });
    await takes(owned, 5);
    await owned.run.settle();
    const { lastSeq } = owned.run.trace.log;
    await upTo(lastSeq);
    expect(seqs(events)).toEqual(oneTo(events.at(-1)?.seq ?? 0));
  });

  it("that comes back with its last number goes on there: nothing lost, nothing doubled", async () => {
    const owned = await open();
    const first = clientOf();
    const before = collector(first);
    await first.emitWithAck("run:watch", { runId: owned.run.id });
    await takes(owned, 3);
    await owned.run.settle();
    await before.upTo(owned.run.trace.log.lastSeq);
    first.disconnect();
    const last = before.events.at(-1)?.seq ?? 0;
    await takes(owned, 30);

    const second = clientOf();
    const after = collector(second);
    const watching = second.emitWithAck("run:watch", { runId: owned.run.id, fromSeq: last + 1 });
    await takes(owned, 3);
    await watching;
    await owned.run.settle();
    await after.upTo(owned.run.trace.log.lastSeq);
    const all = [...seqs(before.events), ...seqs(after.events)];
    expect(all).toEqual(oneTo(all.at(-1) ?? 0));
  });

  it("at speed gets frames that stand for all the events between, with the folded state", async () => {
    const owned = await open();
    const client = clientOf();
    const { events, upTo } = collector(client);
    await client.emitWithAck("run:watch", { runId: owned.run.id });
    await takes(owned, 2000);
    await owned.run.settle();
    const { log } = owned.run.trace;
    await upTo(log.lastSeq);
    const frames = events.filter((event) => event.type === "frame");
    expect(frames.length).toBeGreaterThan(0);
    expectNoGaps(events, 1);
    for (const event of events) {
      if (event.type === "frame")
        expect(Object.values(event.counts).reduce((a, b) => a + b)).toBe(event.toSeq - event.fromSeq + 1);
    }
    expect(events.length).toBeLessThan(log.lastSeq / 10);
  });

  it("gets messages counted, where one PUBLISH is one for each of two hundred; and one by one, where they are few", async () => {
    const channel = "user:100:events";
    const owned = await service.open({ pattern: "pub-sub", variant: "as-written", seed: 1 }, OWNER);
    const { run } = owned;
    await run.act("crowd", { channel, subscribers: 200 });
    await run.act("subscribe", { subscriber: "alone", channel: "quiet" });
    await run.settle();
    const client = clientOf();
    const { events, upTo } = collector(client);
    await client.emitWithAck("run:watch", { runId: run.id, fromSeq: run.trace.log.lastSeq + 1 });
    const told = async (on: string) => {
      const from = run.trace.log.lastSeq;
      await run.act("publish", { channel: on, message: "hello" });
      await run.settle();
      run.trace.judge();
      await upTo(run.trace.log.lastSeq);
      return events.filter(({ seq }) => seq > from);
    };
    const counted = (await told(channel)).flatMap((event) =>
      event.type === "frame" ? [event.counts.message ?? 0] : [],
    );
    expect(counted.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
    expect(events.filter(({ type }) => type === "message").length).toBeLessThan(200);
    const one = await told("quiet");
    expect(one.filter(({ type }) => type === "frame")).toEqual([]);
    expect(one.find(({ type }) => type === "message")).toMatchObject({ message: "hello" });
    expectNoGaps(events, events[0]?.type === "frame" ? events[0].fromSeq : (events[0]?.seq ?? 0));
  });

  it("that comes late gets a picture that stands for what is far behind", async () => {
    const owned = await open();
    for (let i = 0; i < 20; i++) await takes(owned, 500);
    await owned.run.settle();
    const client = clientOf();
    const { events, upTo } = collector(client);
    await client.emitWithAck("run:watch", { runId: owned.run.id });
    await upTo(owned.run.trace.log.lastSeq);
    expect(events[0]).toMatchObject({ type: "gap", reason: "joined-late", fromSeq: 1 });
    expect(events.length).toBeLessThan(20_000);
    expectNoGaps(events.slice(1), (events[0]?.seq ?? 0) + 1);
  });

  it("is told when the run ends", async () => {
    const owned = await open();
    const client = clientOf();
    await client.emitWithAck("run:watch", { runId: owned.run.id });
    const ended = new Promise((resolve) => client.once("run:ended", resolve));
    await service.remove(owned);
    expect(await ended).toMatchObject({ runId: owned.run.id });
  });

  it("follows the owner's playhead and cannot lead", async () => {
    const owned = await open();
    const owner = clientOf({ cookie: `owner=${OWNER}` });
    const watcher = clientOf();
    expect(await owner.emitWithAck("run:watch", { runId: owned.run.id })).toMatchObject({ owner: true });
    await watcher.emitWithAck("run:watch", { runId: owned.run.id });
    const followed = new Promise((resolve) => watcher.once("run:playhead", resolve));
    expect(await owner.emitWithAck("run:playhead", { runId: owned.run.id, seq: 2 })).toEqual({ ok: true });
    expect(await followed).toEqual({ runId: owned.run.id, seq: 2 });
    expect(await watcher.emitWithAck("run:playhead", { runId: owned.run.id, seq: 1 })).toMatchObject({
      error: { code: "not_yours" },
    });
  });
});

describe("a watcher who joins late", () => {
  it("is led to where the owner has paused, and to the live edge once the owner is back there", async () => {
    const owned = await open();
    const owner = clientOf({ cookie: `owner=${OWNER}` });
    await owner.emitWithAck("run:watch", { runId: owned.run.id });
    await owner.emitWithAck("run:playhead", { runId: owned.run.id, seq: 1 });
    const late = clientOf();
    const led = new Promise((resolve) => late.once("run:playhead", resolve));
    await late.emitWithAck("run:watch", { runId: owned.run.id });
    expect(await led).toEqual({ runId: owned.run.id, seq: 1 });

    const followed = new Promise((resolve) => late.once("run:playhead", resolve));
    await owner.emitWithAck("run:playhead", { runId: owned.run.id, seq: null });
    expect(await followed).toEqual({ runId: owned.run.id, seq: null });
    const later = clientOf();
    const heard: unknown[] = [];
    later.on("run:playhead", (message) => heard.push(message));
    await later.emitWithAck("run:watch", { runId: owned.run.id });
    const { upTo } = collector(later);
    await takes(owned, 1);
    await owned.run.settle();
    await upTo(owned.run.trace.log.lastSeq);
    expect(heard).toEqual([]);
  });
});

describe("the socket", () => {
  it.each([
    [null],
    ["x"],
    [{}],
    [{ runId: 5 }],
    [{ runId: "a".repeat(24), fromSeq: -1 }],
    [{ runId: "a".repeat(24), extra: 1 }],
  ])("answers %j with an error and goes on", async (message) => {
    const client = clientOf();
    const ack = await client.emitWithAck("run:watch", message as never);
    expect(ack).toHaveProperty("error.code");
    client.emit("run:unwatch", message as never);
    expect(await client.emitWithAck("run:watch", { runId: "a".repeat(24) })).toMatchObject({
      error: { code: "unknown_run" },
    });
  });

  it.each([
    ["origin", "http://evil.example"],
    ["host", "evil.example"],
  ])("refuses a handshake whose %s is %s", async (name, value) => {
    const client = clientOf({ [name]: value });
    const [error] = await new Promise<[Error]>((resolve) =>
      client.once("connect_error", (reason) => resolve([reason])),
    );
    expect(error.message).toMatch(/websocket error|403/);
  });
});
