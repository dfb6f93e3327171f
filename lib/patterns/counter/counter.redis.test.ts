/** What the stories show on real Redis, and what each variant keeps when adds meet. */
import { afterAll, describe, expect, it } from "vitest";
import { playScenario, testService } from "../../run/testing";
import type { AddResult } from "./add";
import { pattern } from "./pattern";

const SEED = 4711;
const play = (variant: string, scenario: string) => playScenario({ pattern: "counter", variant, scenario, seed: SEED });

describe("what the stories show", () => {
  it("three-services: as-written ends at 1 of 3, the others at 3", async () => {
    expect((await play("as-written", "three-services")).verdict.text).toBe(
      "counter is 1, acknowledged adds sum to 3: 2 lost.",
    );
    for (const variant of ["watch", "safe"])
      expect((await play(variant, "three-services")).metrics).toEqual({
        value: 3,
        acknowledged: 3,
        lost: 0,
        unknown: 0,
      });
  });

  it("three-services: two of the three watching services are refused, one of them twice", async () => {
    const { events } = await play("watch", "three-services");
    const execs = new Set(
      events.flatMap((event) => (event.type === "command" && event.name === "EXEC" ? [event.seq] : [])),
    );
    const answers = events.flatMap((event) => (event.type === "reply" && execs.has(event.ref) ? [event.value] : []));
    expect(answers.filter((answer) => answer === null)).toHaveLength(3);
    expect(answers.filter((answer) => answer !== null)).toHaveLength(3);
  });

  it("one-connection: the first EXEC ends the watch of all, so four of five adds are lost with WATCH as without", async () => {
    for (const variant of ["as-written", "watch"])
      expect((await play(variant, "one-connection")).verdict.text).toBe(
        "counter is 1, acknowledged adds sum to 5: 4 lost.",
      );
    expect((await play("safe", "one-connection")).metrics).toMatchObject({ value: 5, lost: 0 });
  });

  it("the last thing seen of the key is what the verdict says", async () => {
    for (const { id } of pattern.variants) {
      const { events, metrics } = await play(id, "three-services");
      const seen = events.findLast((event) => event.type === "observation");
      expect(seen?.keys).toMatchObject([{ key: "counter", kind: "string", ttlMs: -1, value: String(metrics.value) }]);
    }
  });
});

describe("an add", () => {
  const { service, close } = testService();
  afterAll(close);
  const open = async (variant: string) =>
    (await service.open({ pattern: "counter", variant, seed: SEED }, variant)).run;

  it.each(["as-written", "watch", "safe"])(
    "of %s counts on from what is there, and answers a number",
    async (variant) => {
      const run = await open(variant);
      expect(await run.act("add", { service: "orders", by: 1000 })).toEqual({ value: 1000 });
      expect(await run.act("add", { service: "billing" })).toEqual({ value: 1001 });
      await expect(run.act("add", { service: "orders", by: 0 })).rejects.toMatchObject({ code: "invalid" });
    },
  );

  it("of safe is never lost, whoever adds at once: 200 of 8 services", async () => {
    const run = await open("safe");
    const add = (_: unknown, i: number) => run.act("add", { service: `s${i % 8}`, by: 3 }) as Promise<AddResult>;
    const told = await Promise.all(Array.from({ length: 200 }, add));
    expect(told.map(({ value }) => value).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 200 }, (_, i) => 3 * (i + 1)),
    );
    await run.settle();
    expect(run.trace.judge()).toMatchObject({ holds: true, metrics: { value: 600, acknowledged: 600, unknown: 0 } });
  });

  it("of watch is never lost when each service has one on its way: 8 services, 5 adds each", async () => {
    const run = await open("watch");
    const addFive = async (service: string) => {
      for (let i = 0; i < 5; i++) await run.act("add", { service });
    };
    await Promise.all(Array.from({ length: 8 }, (_, i) => addFive(`s${i}`)));
    await run.settle();
    expect(run.trace.judge()).toMatchObject({ holds: true, metrics: { value: 40, acknowledged: 40 } });
  });

  it("that was sent when Redis was killed is counted apart, and a Redis that came back empty begins anew", async () => {
    const run = await open("safe");
    await run.act("add", { service: "orders" });
    await run.settle();
    // Redis stands still, so that the answer cannot come before its death.
    process.kill(run.server.pid as number, "SIGSTOP");
    const sent = run.act("add", { service: "orders", by: 7 }).catch((error: Error) => error);
    await run.pullFault("kill-redis", {}, "person");
    expect(await sent).toBeInstanceOf(Error);
    await run.quiet();
    expect(run.trace.judge()).toMatchObject({ holds: true, metrics: { acknowledged: 1, unknown: 7, lost: 0 } });
    await run.pullFault("restart-redis", {}, "person");
    expect(await run.act("add", { service: "orders" })).toEqual({ value: 1 });
    await run.settle();
    expect(run.trace.judge()).toMatchObject({ holds: true, metrics: { value: 1, acknowledged: 1, unknown: 0 } });
  });
});
