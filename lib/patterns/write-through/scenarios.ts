/** The stories of write-through: alone, in the wrong order, too late, refused, and half a row. */
import type { RaceActor, Scenario } from "../../contract";
import type { WriteThroughParams } from "./user";

type Params = WriteThroughParams;

const USER = 1;
/** Written by an import at night, and looked at by nobody. */
const IMPORTED = 20;

const names = (username: string, writer: string) => (actor: RaceActor<Params>) =>
  actor.act("update", { id: USER, username, writer });
const writers = { A: names("ann", "A"), B: names("ben", "B") };
const breach = () => "leave the older row in the cache";

export const scenarios: Scenario<Params>[] = [
  {
    id: "one-writer",
    title: "One writer",
    summary:
      "An import renames twenty users, one after another, and nobody reads them. Nothing parts; every value takes memory until its TTL ends.",
    expect: { "as-written": "holds", "version-in-value": "holds", safe: "holds" },
    async play(tools) {
      for (let id = 1; id <= IMPORTED; id++)
        await tools.act("update", { id, username: `imported-${id}`, writer: "import" });
      await tools.sleep(1000);
    },
  },
  {
    id: "two-writers",
    title: "Two writers",
    summary:
      "A and B rename the same user. The database gets A's write first, the cache gets B's first: who came last in one is first in the other.",
    expect: { "as-written": "breaks", "version-in-value": "holds", safe: "holds" },
    race: { actors: writers, order: ["A", "B", "B", "A"], breach },
  },
  {
    id: "late-writer",
    title: "A writer that is late",
    summary:
      "A stands still between its two writes. B overtakes it, B's value expires, and then A goes on: there is nothing left to compare its old row with.",
    expect: { "as-written": "breaks", "version-in-value": "breaks", safe: "holds" },
    race: { actors: writers, ticks: 1, order: ["A", "B", "B", "tick", "A"], breach },
  },
  {
    id: "cache-write-fails",
    title: "The cache refuses the write",
    summary:
      "Redis runs out of memory between an update's two writes. The database has the new name; what does the next reader find?",
    expect: { "as-written": "breaks", "version-in-value": "holds", safe: "holds" },
    async play(tools) {
      await tools.act("read", { id: USER });
      await tools.sleep(500);
      await tools.fault("fill-redis", {});
      await tools.act("update", { id: USER, username: "ann", writer: "A" });
      await tools.act("read", { id: USER });
      await tools.sleep(500);
      await tools.fault("free-redis", {});
      await tools.act("read", { id: USER });
    },
  },
  {
    id: "partial-row",
    title: "Half a row",
    summary:
      "A page reads a user, somebody renames the user, and the page reads again. What the caller sent is not what the row is made of.",
    expect: { "as-written": "breaks", "version-in-value": "holds", safe: "holds" },
    async play(tools) {
      await tools.act("read", { id: USER });
      await tools.sleep(500);
      await tools.act("read", { id: USER });
      await tools.act("update", { id: USER, username: "ann", writer: "A" });
      await tools.sleep(500);
      await tools.act("read", { id: USER });
    },
  },
];
