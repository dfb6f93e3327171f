/** The stories of invalidation: a quiet day, an old row that is stored late, and a message that one service did not hear. */
import type { RaceActor, Scenario, ScenarioTools } from "../../contract";
import type { CacheParams } from "./users";

const SERVICES = ["orders", "billing", "support"];
const USER = 1;

const read = (service: string, id = USER) => ({ service, id });
const rename = (username: string) => ({ service: "admin", id: USER, username });
const all = async (tools: ScenarioTools<CacheParams>, services = SERVICES) => {
  for (const service of services) await tools.act("read", read(service));
};

/** Reads, and once more when whatever was read before must have been forgotten. */
async function readTwice({ act, sleep, params }: RaceActor<CacheParams>): Promise<void> {
  await act("read", read("reader"));
  await sleep(2 * params.staleBoundMs);
  await act("read", read("reader"));
}

export const scenarios: Scenario<CacheParams>[] = [
  {
    id: "quiet",
    title: "A quiet day",
    summary:
      "Three services read one user, again and again; once the user is renamed. Nobody is in anybody's way, and no message is lost.",
    expect: { "as-written": "holds", publish: "breaks", safe: "holds", "client-tracking": "holds" },
    async play(tools) {
      const { params } = tools;
      await all(tools);
      await tools.sleep(300);
      await all(tools);
      await tools.sleep(300);
      await tools.act("update", rename("ada"));
      await tools.sleep(params.staleBoundMs + 200);
      await all(tools);
      await tools.sleep(300);
      await all(tools);
    },
  },
  {
    id: "stale-fill",
    title: "The old row, stored late",
    summary:
      "A reader finds no copy and loads the row. Before it stores what it has, the row is changed and every copy of it deleted. Then the reader stores.",
    expect: { "as-written": "breaks", publish: "breaks", safe: "holds", "client-tracking": "holds" },
    race: {
      actors: { reader: readTwice, writer: ({ act }) => act("update", rename("ada")) },
      order: {
        "as-written": ["reader", "reader", "writer", "writer", "reader"],
        publish: ["reader", "reader", "writer", "writer", "reader"],
        safe: ["reader", "reader", "writer", "writer", "reader"],
        // It turns tracking on first, reads once more under a lease, and reads again what it has stored.
        "client-tracking": ["reader", "reader", "reader", "reader", "writer", "writer", "reader"],
      },
      breach: (_verdict, { staleBoundMs = 0 }) =>
        `return the old row more than ${staleBoundMs.toLocaleString("en-US")} ms after the update`,
    },
  },
  {
    id: "missed-message",
    title: "The message that one missed",
    summary:
      "The network takes billing's listening connection away; meanwhile the user is renamed. The shared copy has run out by then: only the services' own copies are left.",
    params: { ttlMs: 4000 },
    expect: { "as-written": "n/a", publish: "breaks", safe: "holds", "client-tracking": "holds" },
    async play(tools) {
      const { params } = tools;
      await all(tools, ["orders"]);
      await tools.sleep(3000);
      await all(tools, ["billing", "support"]);
      await tools.sleep(300);
      await tools.act("disconnect", { service: "billing" });
      await tools.sleep(1000);
      await tools.act("update", rename("ada"));
      await tools.sleep(params.staleBoundMs + 200);
      await all(tools);
      await tools.sleep(400);
      await tools.act("reconnect", { service: "billing" });
      await tools.sleep(300);
      await all(tools);
    },
  },
];
