import { describe, expect, it } from "vitest";
import { parseMonitorLine } from "./monitor-stream";

describe("a line of MONITOR", () => {
  it("is read into time, client and words", () => {
    expect(parseMonitorLine('1339518083.107412 [0 127.0.0.1:60866] "set" "k" "v w"')).toEqual({
      us: 1339518083107412,
      source: "127.0.0.1:60866",
      args: ["set", "k", "v w"],
    });
  });

  it("of a script has the source lua", () => {
    expect(parseMonitorLine('1.000001 [0 lua] "TIME"')).toEqual({ us: 1_000_001, source: "lua", args: ["TIME"] });
  });

  it("gives back quotes, control characters and UTF-8 as they were sent", () => {
    const line = String.raw`1.000000 [0 lua] "a\"b" "\\" "x\ny\r\t" "\xc3\xa9\x00" ""`;
    expect(parseMonitorLine(line)?.args).toEqual(['a"b', "\\", "x\ny\r\t", "é\u0000", ""]);
  });

  it("is null when it is something else", () => {
    expect(parseMonitorLine("OK")).toBeNull();
  });
});
