import { describe, expect, it } from "vitest";
import type { Stage } from "@/lib/contract";
import { readTrace } from "./trace-reader";

/** Counts commands; its picture needs the count. */
const stage = {
  initial: () => ({ commands: 0 }),
  fold(state: { commands: number }, event: { type: string }) {
    if (event.type === "command") state.commands++;
    return state;
  },
  panels: (state: { commands: number }) => [state.commands.toFixed(0)],
  say: () => null,
} as unknown as Stage;

const run = { seq: 1, atUs: 1000, epoch: 0, type: "run", status: "started", pattern: "p", variant: "safe", params: {} };
const started = { ...run, seed: 1, text: "" };
const command = (seq: number, more = {}) => ({
  seq,
  atUs: seq * 1000,
  epoch: 0,
  type: "command",
  actor: "alice",
  action: null,
  name: "GET",
  args: ["k"],
  ...more,
});
const gap = (state: unknown) => ({
  seq: 40,
  atUs: 40_000,
  epoch: 0,
  type: "gap",
  reason: "dropped",
  fromSeq: 1,
  toSeq: 40,
  text: "",
  state,
  verdict: null,
});
const bytesOf = (text: string, pieceBytes = 7) => {
  const bytes = new TextEncoder().encode(text);
  return new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += pieceBytes) controller.enqueue(bytes.slice(at, at + pieceBytes));
      controller.close();
    },
  });
};
const lines = (...events: unknown[]) => events.map((event) => JSON.stringify(event)).join("\n");
const read = (text: string, pattern = "p") => readTrace(bytesOf(text), { pattern, stage });

describe("a trace that is read back", () => {
  it("is folded like the run that it was, and stands still: an ended run with its facts", async () => {
    const store = await read(`${lines(started, command(2), command(3, { args: ["ünïcode 🪣"] }))}\n`);
    expect(store.picture()).toMatchObject({ seq: 3, state: { commands: 2 } });
    expect(store.facts).toMatchObject({ status: "ended", variant: "safe" });
    expect(store.log.at(3)).toMatchObject({ args: ["ünïcode 🪣"] });
    store.seek(2);
    expect(store.picture().state).toEqual({ commands: 1 });
  });

  it("starts from a checkpoint whose preface says what its events no longer can", async () => {
    const actor = { seq: 0, atUs: 0, epoch: 0, type: "actor", actor: "alice", index: 0, status: "connected" };
    const store = await read(lines({ ...started, seq: 0 }, actor, gap({ commands: 20 }), command(41)));
    expect(store.picture()).toMatchObject({ seq: 41, state: { commands: 21 } });
    expect(store.facts.actors.get("alice")?.index).toBe(0);
  });

  it.each([
    ["is not JSON", "seq,atUs,epoch\n1,2,3", /^Line 1 is not JSON/],
    ["is no event", lines(started, { hello: "world" }), /^Line 2 is not an event/],
    ["has a field of a wrong type", lines(started, command(2), command(3, { args: "k" })), /^Line 3 .*args/],
    ["breaks off", `${lines(started, command(2))}\n{"seq":3,"at`, /^Line 3 is not JSON/],
    ["leaves events out", lines(started, command(2), command(5)), /^Line 3 is event 5, though 3 comes next/],
    ["repeats events", lines(started, command(2), command(2)), /^Line 3 is event 2, though 3 comes next/],
    ["goes back in time", lines(started, command(2), command(3, { atUs: 5 })), /^Line 3 is older/],
    ["lacks its beginning", lines(command(7), command(8)), /^Line 1 is event 7: the beginning is missing/],
    ["holds a state of something else", lines(gap({ tokens: 3 })), /^Up to line 1 it makes no picture/],
    ["is empty", "\n\n", /no event in it/],
  ])("is refused when it %s, naming the line", async (_, text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  it("is refused on another pattern's page, and says whose it is", async () => {
    await expect(read(lines(started), "q")).rejects.toMatchObject({
      pattern: "p",
      message: expect.stringMatching(/“p”/),
    });
  });

  it("is refused above 64 MB, however long its lines are", async () => {
    const megabyte = new Uint8Array(1024 * 1024).fill(32);
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent++;
        controller.enqueue(megabyte);
      },
    });
    await expect(readTrace(endless, { pattern: "p", stage })).rejects.toThrow(/64 MB/);
    expect(sent).toBeLessThan(70);
  });
});
