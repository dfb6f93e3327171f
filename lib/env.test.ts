import { describe, expect, it } from "vitest";
import { readEnv } from "./env";

describe("the environment", () => {
  it("has defaults for everything", () => {
    expect(readEnv({})).toMatchObject({
      PORT: 3000,
      HOST: "127.0.0.1",
      RUNS_PER_OWNER: 4,
      RUNS_PER_SERVER: 40,
      RUN_IDLE_MINUTES: 15,
    });
  });

  it.each([
    ["PORT", "eighty"],
    ["PORT", "70000"],
    ["RUNS_PER_OWNER", "0"],
    ["RUNS_PER_SERVER", "-1"],
    ["TRACE_MAX_EVENTS", "1e6"],
    ["EXPOSE_RUN_REDIS", "yes"],
    ["NODE_ENV", "staging"],
  ])("refuses %s=%s and names it", (name, value) => {
    expect(() => readEnv({ [name]: value })).toThrow(new RegExp(`${name}=${value}`));
  });

  it("names every bad variable at once", () => {
    expect(() => readEnv({ PORT: "x", WARM_SERVERS: "y" })).toThrow(/PORT=x[\s\S]*WARM_SERVERS=y/);
  });

  it("takes an empty variable for an absent one", () => {
    expect(readEnv({ PORT: "", CLOCK_SHIM: "" })).toMatchObject({ PORT: 3000, CLOCK_SHIM: "" });
  });
});
