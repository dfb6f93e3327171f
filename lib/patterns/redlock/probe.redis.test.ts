import { it } from "vitest";
import { playScenario } from "../../run/testing";
import { pattern } from "./pattern";

for (const { id } of pattern.scenarios)
  for (const v of ["as-written", "safe"])
    it(`${id} ${v}`, async () => {
      const t = performance.now();
      const { verdict, events } = await playScenario({ pattern: "redlock", variant: v, scenario: id, seed: 1 });
      console.log(
        id,
        v,
        Math.round(performance.now() - t),
        verdict.holds,
        verdict.text,
        JSON.stringify(verdict.metrics),
      );
      if (process.env.LOUD)
        for (const e of events) {
          const { seq, epoch, ...r } = e as any;
          if (
            ["command", "reply", "key", "observation", "verdict", "clock"].includes(e.type) &&
            process.env.LOUD !== "2"
          )
            continue;
          console.log(seq, JSON.stringify(r).slice(0, 300));
        }
    }, 60000);
