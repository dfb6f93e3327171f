/** The stories of the counter: in turn, in step, and all over one connection. */
import type { RaceActor, Scenario } from "../../contract";
import type { Verdict } from "../../events";

const addsOne = (service: string) => (actor: RaceActor) => actor.act("add", { service, by: 1 });
/** "4 of 6 orders lose an update." */
const breach = ({ metrics: { lost = 0 } }: Verdict) => (lost === 1 ? "lose an update" : `lose ${lost} updates`);

export const scenarios: Scenario[] = [
  {
    id: "one-by-one",
    title: "One after another",
    summary: "Three services add in turn, each waiting for the one before. No test of this kind ever fails.",
    expect: { "as-written": "holds", watch: "holds", safe: "holds" },
    async play(tools) {
      for (let round = 0; round < 3; round++)
        for (const service of ["orders", "billing", "stock"]) await tools.act("add", { service, by: 1 });
    },
  },
  {
    id: "three-services",
    title: "Three services, one key",
    summary:
      "Orders, billing and stock add 1 each, command by command in turn: all three read before any of them writes.",
    expect: { "as-written": "breaks", watch: "holds", safe: "holds" },
    race: {
      actors: { orders: addsOne("orders"), billing: addsOne("billing"), stock: addsOne("stock") },
      breach,
    },
  },
  {
    id: "explore-two",
    title: "Two clients, every order",
    summary:
      "Two clients add 1 each. Two commands each can go in six orders, and you may choose: in which of them is nothing lost?",
    expect: { "as-written": "breaks", watch: "holds", safe: "holds" },
    race: {
      actors: { A: addsOne("A"), B: addsOne("B") },
      breach,
    },
  },
  {
    id: "one-connection",
    title: "Five at once over one connection",
    summary:
      "One service handles five requests at the same moment over the one connection it has. WATCH belongs to the connection, so the first EXEC ends the watch of all five.",
    expect: { "as-written": "breaks", watch: "breaks", safe: "holds" },
    async play(tools) {
      await Promise.all(Array.from({ length: 5 }, () => tools.act("add", { service: "orders", by: 1 })));
    },
  },
];
