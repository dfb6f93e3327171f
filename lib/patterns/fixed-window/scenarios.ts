/** The stories of the fixed window. Windows are whole seconds, because EXPIRE counts in seconds. */
import type { Scenario } from "../../contract";
import { takeAtOnce, takeOneByOne } from "../../families/rate-limiting/stories";
import type { WindowParams } from "../../families/rate-limiting/take";

export const scenarios: Scenario<WindowParams>[] = [
  {
    id: "steady",
    title: "Steady, one over the limit",
    summary:
      "Alice stays under her limit; bob asks twice as often as he may, and is denied in the second half of each window.",
    params: { limit: 10, windowMs: 5000 },
    expect: { "as-written": "holds", safe: "holds" },
    async play(tools) {
      await takeOneByOne(tools, "alice", 1);
      await takeOneByOne(tools, "bob", 1);
      await Promise.all([tools.traffic("alice", "steady", 1, 12), tools.traffic("bob", "steady", 4, 12)]);
    },
  },
  {
    id: "boundary",
    title: "Around the edge",
    summary:
      "One request opens the window, nine more come 100 ms before it ends, ten 100 ms after. Each window is kept to its limit, and 19 requests pass within 0.2 s.",
    params: { limit: 10, windowMs: 3000 },
    expect: { "as-written": "holds", safe: "holds" },
    async play(tools) {
      await takeOneByOne(tools, "alice", 1);
      await tools.sleep(2900);
      await takeAtOnce(tools, "alice", 9);
      await tools.sleep(200);
      await takeAtOnce(tools, "alice", 12);
    },
  },
  {
    id: "crash-between",
    title: "A crash between INCR and EXPIRE",
    summary:
      "Alice's app server dies after the first of its commands. A new one takes over at once. Does alice ever get a new window?",
    params: { limit: 5, windowMs: 2000 },
    expect: { "as-written": "breaks", safe: "holds" },
    async play(tools) {
      await tools.fault("crash-client", { client: "alice", afterCommands: 1 });
      for (let window = 0; window < 3; window++) {
        await takeOneByOne(tools, "alice", 7);
        await tools.sleep(2100);
      }
      await takeOneByOne(tools, "alice", 1);
    },
  },
  {
    id: "explore-crash",
    title: "A crash at any step",
    summary:
      "A and B serve one request each of the same client, B another one when the window is over. A may die at any step: in which orders is the client locked out?",
    params: { limit: 2, windowMs: 2000 },
    expect: { "as-written": "breaks", safe: "holds" },
    race: {
      actors: {
        A: (actor) => actor.act("take", { client: "alice" }),
        async B(actor) {
          await actor.act("take", { client: "alice" });
          await actor.sleep(actor.params.windowMs + 100);
          await actor.act("take", { client: "alice" });
        },
      },
      ticks: 1,
      crashes: ["A"],
      // Right between A's INCR and its EXPIRE.
      order: ["A", "crash:A", "B"],
      breach: () => "leave a counter without a TTL",
    },
  },
];
