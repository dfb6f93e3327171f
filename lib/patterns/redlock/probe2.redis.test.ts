import { it } from "vitest";
import { exploreOnServers, registered } from "../../explore/testing";

for (const v of ["as-written", "safe"])
  for (const s of ["explore-split", "explore-restart"])
    it(`${v} ${s}`, async () => {
      const { search, shortest, ms } = await exploreOnServers(registered("redlock", v, s));
      console.log(v, s, search.text, search.complete, Math.round(ms), JSON.stringify(shortest?.told));
    }, 200000);
