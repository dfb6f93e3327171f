import { it } from "vitest";
import { exploreOnServers, registered } from "../explore/testing";
import { pattern } from "../patterns/write-behind/pattern";
import { playScenario } from "../run/testing";

const only = process.env.ONLY?.split(",");
for (const s of pattern.scenarios)
  for (const v of pattern.variants) {
    if (s.expect[v.id] === "n/a" || (only && !only.includes(s.id))) continue;
    it(`${s.id} ${v.id}`, async () => {
      const t = performance.now();
      const o = await playScenario({ pattern: "write-behind", variant: v.id, scenario: s.id, seed: 1 }).catch((e) => ({
        verdict: { holds: null, text: String(e), violations: [] },
        metrics: {},
        events: [],
      }));
      console.log(
        s.id,
        v.id,
        s.expect[v.id],
        Math.round(performance.now() - t),
        o.verdict.holds,
        o.verdict.text,
        JSON.stringify(o.verdict.violations),
        JSON.stringify(o.metrics),
        o.events.length,
      );
      if (process.env.DUMP)
        for (const e of o.events)
          if (!["key", "clock", "verdict"].includes(e.type)) console.log(JSON.stringify(e).slice(0, 300));
      if (s.race) {
        const t = performance.now();
        const { search, shortest } = await exploreOnServers(registered("write-behind", v.id, s.id), {
          maxSchedules: 3000,
        });
        console.log(
          "EXPLORE",
          search.text,
          search.complete,
          search.schedules,
          Math.round(performance.now() - t),
          JSON.stringify(shortest?.told, null, 1),
        );
      }
    }, 120000);
  }
