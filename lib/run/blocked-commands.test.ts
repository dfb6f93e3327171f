/** Commands that wait inside Redis: who is at rest, who is about to be answered, and what a jump must not pass by. */
import { beforeEach, describe, expect, it } from "vitest";
import { BlockedCommands } from "./blocked-commands";
import { awaitedKeys, mayWaitMs } from "./blocking";

const client = (address: string, flags: string) =>
  `id=7 addr=${address} laddr=127.0.0.1:1 fd=8 name= age=1 idle=1 flags=${flags} db=0 sub=0 cmd=blmove user=default\n`;

describe("blocked commands", () => {
  let blocked: BlockedCommands;
  beforeEach(() => {
    blocked = new BlockedCommands();
  });
  const listing =
    (...lines: string[]) =>
    () =>
      Promise.resolve(lines.join(""));

  it("are at rest while Redis says that they wait, and under way when it has served them", async () => {
    blocked.begin("a:1", 1, 5_000_000);
    expect(await blocked.underWay(0, listing(client("a:1", "b")))).toBe(false);
    expect(await blocked.underWay(0, listing(client("a:1", "N")))).toBe(true);
  });

  it("are under way from the ms after their time-out, and no jump passes by it", async () => {
    blocked.begin("a:1", 1, 5_000_000);
    blocked.begin("b:1", 2, Number.POSITIVE_INFINITY);
    expect(blocked.nextDueUs()).toBe(5_001_000);
    const both = listing(client("a:1", "b"), client("b:1", "b"));
    expect(await blocked.underWay(5_000_999, both)).toBe(false);
    expect(await blocked.underWay(5_001_000, both)).toBe(true);
  });

  it("keep a connection that has gone in mind until Redis has missed it: it could still be served", async () => {
    blocked.end(blocked.begin("a:1", 1, 5_000_000), false);
    expect(await blocked.underWay(0, listing(client("a:1", "b")))).toBe(true);
    expect(await blocked.underWay(0, listing(client("b:1", "N")))).toBe(false);
  });

  it("ask nobody when there are none, and nothing of a Redis that is not there", async () => {
    const nobody = () => Promise.reject(new Error("was asked"));
    expect(await blocked.underWay(0, nobody)).toBe(false);
    blocked.end(blocked.begin("a:1", 1, 1), false);
    expect(await blocked.underWay(9e9, () => Promise.resolve(null))).toBe(false);
    expect(await blocked.underWay(0, nobody)).toBe(false);
  });

  it("count the calls that do nothing but wait", () => {
    const first = blocked.begin("a:1", 1, 1);
    blocked.begin("b:1", 2, 1);
    expect(blocked.calls).toBe(2);
    blocked.end(first, true);
    expect(blocked.calls).toBe(1);
    expect(blocked.nextDueUs()).toBe(1001);
  });
});

describe("which commands wait, and how long", () => {
  it.each([
    ["brpop", ["q", "5"], 5000],
    ["blmove", ["q", "p", "RIGHT", "LEFT", "0.5"], 500],
    ["blpop", ["a", "b", "0"], Number.POSITIVE_INFINITY],
    ["blmpop", ["2", "1", "q", "LEFT"], 2000],
    ["xread", ["COUNT", "1", "BLOCK", "250", "STREAMS", "s", "$"], 250],
    ["xreadgroup", ["GROUP", "g", "c", "block", "0", "STREAMS", "s", ">"], Number.POSITIVE_INFINITY],
    ["xread", ["STREAMS", "s", "0"], null],
    ["lmove", ["q", "p", "RIGHT", "LEFT"], null],
  ])("%s %j: %s", (name, args, ms) => {
    expect(mayWaitMs(name, args)).toBe(ms);
  });

  it("name the keys that they look at, and not the one that they move to", () => {
    expect(awaitedKeys("blmove", ["q", "p", "RIGHT", "LEFT", "0"])).toEqual(["q"]);
    expect(awaitedKeys("brpop", ["a", "b", "0"])).toEqual(["a", "b"]);
    expect(awaitedKeys("blmpop", ["0", "2", "a", "b", "LEFT"])).toEqual(["a", "b"]);
  });
});
