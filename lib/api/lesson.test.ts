import { describe, expect, it } from "vitest";
import { patterns } from "../patterns/registry";
import { lesson } from "./lesson";

describe("lessons", () => {
  it("name the scenario, the variant and the moment of a section, none of which stands in its text", () => {
    const section = lesson("fixed-window").sections.find(({ title }) => title === "The repair");
    expect(section).toMatchObject({ scenario: "crash-between", variant: "safe", moment: "fault" });
    expect(section?.html).not.toMatch(/scenario:|variant:|moment:/);
  });

  it("of every pattern lead somewhere: at least one section has a scenario, and none a moment without one", () => {
    for (const { id } of patterns) {
      const { sections } = lesson(id);
      expect(sections.filter(({ scenario }) => scenario).length, id).toBeGreaterThan(0);
      for (const { moment, scenario, title } of sections) if (moment) expect(scenario, `${id}: ${title}`).toBeDefined();
    }
  });
});
