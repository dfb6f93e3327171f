import { it } from "vitest";
import { playScenario } from "../run/testing";
it("dur", async () => {
  for (let i = 0; i < 5; i++) {
    const o = await playScenario({ pattern: "write-behind", variant: "as-written", scenario: "durability", seed: 1 });
    console.log(JSON.stringify(o.metrics));
  }
  for (const v of ["as-written", "take-then-add", "safe"]) {
    const o = await playScenario({ pattern: "write-behind", variant: v, scenario: "steady", seed: 1 });
    const n = (t: string) => o.events.filter((e) => e.type === t).length;
    const lat = (o.events.filter((e) => e.type === "result" && e.name === "view") as any[]).map((e) => e.ms).sort((a, b) => a - b);
    console.log(v, "commands", n("command"), "queries", n("query"), "views results", lat.length, "p50", lat[lat.length >> 1], "p99", lat[Math.floor(lat.length * 0.99)]);
  }
}, 120000);
