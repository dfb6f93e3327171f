import { describe, expect, it } from "vitest";
import type { HttpTerms } from "../contract";
import type { Run } from "../run/run";
import { actionAnswer } from "./action-answer";

const terms: HttpTerms = {
  headers: { RateLimit: '"default";r=0' },
  denial: { status: 429, headers: { "Retry-After": "3" } },
};
const admission: HttpTerms = { ...terms, denial: null };
const runOf = (http?: () => HttpTerms) =>
  ({ params: {}, pattern: { actions: [{ id: "take", ...(http ? { http } : {}) }] } }) as unknown as Run;
const value = { allowed: false };

describe("the answer of an action", () => {
  it("is 200 with the header fields, and the denial's status and fields only when asked for", async () => {
    const told = actionAnswer(
      runOf(() => terms),
      "take",
      value,
      false,
    );
    expect([told.status, told.headers.get("RateLimit"), told.headers.get("Retry-After")]).toEqual([
      200,
      '"default";r=0',
      null,
    ]);
    const denied = actionAnswer(
      runOf(() => terms),
      "take",
      value,
      true,
    );
    expect([denied.status, denied.headers.get("RateLimit"), denied.headers.get("Retry-After")]).toEqual([
      429,
      '"default";r=0',
      "3",
    ]);
    expect(await denied.text()).toBe(await told.text());
  });

  it("is 200 for an admission, whatever was asked for", () => {
    expect(
      actionAnswer(
        runOf(() => admission),
        "take",
        value,
        true,
      ).status,
    ).toBe(200);
  });

  it("has no field of an action that has no terms", () => {
    for (const http of [true, false]) {
      const answer = actionAnswer(runOf(), "take", value, http);
      expect([answer.status, ...answer.headers.keys()]).toEqual([200, "content-type"]);
    }
  });
});
