import { describe, expect, it } from "vitest";
import { formatOrder, orderText, parseOrder, parseOwnActors } from "./order-text";

describe("an order in an address", () => {
  it("comes back as it was written", () => {
    const order = ["A", "B", "tick", "crash:A", "restart:3", "worker-2.renewal"];
    expect(formatOrder(order)).toBe("A~B~tick~crash:A~restart:3~worker-2.renewal");
    expect(parseOrder(formatOrder(order))).toEqual(order);
    expect(parseOrder("")).toEqual([]);
  });

  it("is refused as a whole when a step cannot be one", () => {
    for (const text of [null, "A~~B", "A~<b>", "crash:", "restart:A", "restart:12", "A B", "A~".repeat(3500)])
      expect(parseOrder(text)).toBeNull();
  });

  it("is read out in words", () => {
    expect(orderText(["A", "tick", "crash:B"])).toBe("A time passes crash B");
    expect(orderText(["A", "restart:3"])).toBe("A restart node 3");
    expect(orderText(["crashed", "restarter"])).toBe("crashed restarter");
  });
});

describe("an own race in an address", () => {
  it("comes back when it has two to six actors with one to eight actions each", () => {
    const take = { action: "take", body: { client: "alice" } };
    const race = { A: [take], B: [take, take] };
    expect(parseOwnActors(JSON.stringify(race))).toEqual(race);
    for (const wrong of [
      { A: [take] },
      { A: [take], B: [] },
      { A: [take], "b c": [take] },
      { A: 1, B: 2 },
      [take, take],
    ])
      expect(parseOwnActors(JSON.stringify(wrong))).toBeNull();
    expect(parseOwnActors("{")).toBeNull();
  });
});
