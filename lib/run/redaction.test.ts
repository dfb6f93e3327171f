/** What a trace keeps of secrets, and what a label is good for. */
import { describe, expect, it } from "vitest";
import type { Body, Redact } from "../contract";
import { Redaction } from "./redaction";

const RULE: Redact = { secret: /\b[0-9a-f]{16}\b/g, letter: "s", fields: ["id"] };
const [FIRST, SECOND] = ["a1b2c3d4e5f60718", "0f0f0f0f0f0f0f0f"];
const redaction = () => new Redaction(RULE);

describe("what is kept", () => {
  it("names each secret by its number in the order of sight and its first six characters, always the same", () => {
    const { hide } = bound(redaction());
    expect(hide(`session:${FIRST}`)).toBe("session:s1·a1b2c3");
    expect(hide(SECOND)).toBe("s2·0f0f0f");
    expect(hide(`${SECOND} and ${FIRST}`)).toBe("s2·0f0f0f and s1·a1b2c3");
  });

  it("finds them at any depth, in lists, values and names of fields", () => {
    const { hide } = bound(redaction());
    const event = { type: "command", args: [`session:${FIRST}`, "role"], inner: [["ZADD", "i", 5, FIRST]], at: 1 };
    expect(hide(event)).toEqual({
      type: "command",
      args: ["session:s1·a1b2c3", "role"],
      inner: [["ZADD", "i", 5, "s1·a1b2c3"]],
      at: 1,
    });
    expect(hide({ [FIRST]: null })).toEqual({ s1·a1b2c3: null });
  });

  it("changes nothing in place, and answers the very same object where there is nothing to hide", () => {
    const { hide } = bound(redaction());
    const body = { id: FIRST, tags: ["a"] };
    const event = { body, value: null };
    expect(hide(event)).toEqual({ body: { id: "s1·a1b2c3", tags: ["a"] }, value: null });
    expect(body.id).toBe(FIRST);
    const plain = { body: { id: "x", n: [1, true] } };
    expect(hide(plain)).toBe(plain);
  });
});

describe("a label", () => {
  it("stands for its secret in the fields of a body that hold one, short or whole", () => {
    const { hide, resolve } = bound(redaction());
    hide(FIRST);
    expect(resolve({ id: "s1" })).toEqual({ id: FIRST });
    expect(resolve({ id: "s1·a1b2c3" })).toEqual({ id: FIRST });
  });

  it("is plain text in other fields, and when it is nobody's or its characters are wrong", () => {
    const { hide, resolve } = bound(redaction());
    hide(FIRST);
    const others: Body[] = [{ id: "s2" }, { id: "s1·ffffff" }, { id: SECOND }, { id: "" }, { value: "s1" }, {}];
    for (const body of others) expect(resolve(body)).toEqual(body);
  });

  it("is good until the run starts afresh", () => {
    const known = redaction();
    known.hide(FIRST);
    known.startAfresh();
    expect(known.resolve({ id: "s1" })).toEqual({ id: "s1" });
    expect(known.hide(SECOND)).toBe("s1·0f0f0f");
  });

  it("is forgotten, the oldest first, when there are more than ten thousand", () => {
    const known = redaction();
    const secret = (n: number) => n.toString(16).padStart(16, "0");
    for (let n = 0; n <= 10_000; n++) known.hide(secret(n));
    expect(known.resolve({ id: "s1" })).toEqual({ id: "s1" });
    expect(known.resolve({ id: "s2" })).toEqual({ id: secret(1) });
    expect(known.hide(secret(0))).toBe("s10002·000000");
  });
});

it("a pattern without secrets has none of this", () => {
  expect(Redaction.of({} as never)).toBeNull();
});

const bound = (known: Redaction) => ({
  hide: <T>(value: T) => known.hide(value),
  resolve: (body: Parameters<Redaction["resolve"]>[0]) => known.resolve(body),
});
