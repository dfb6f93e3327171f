/** Verdict, picture, sentences and bodies of write-through, without Redis and PostgreSQL. */
import { describe, expect, it } from "vitest";
import type { LanesPanel, LedgerPanel, StatPanel } from "../../contract";
import { pattern } from "./pattern";
import { stage } from "./stage";
import { folded, judged, rowOf, Story, T0, TTL_MS } from "./story.fixture";

const NAME = { username: "ann" };
const [ANN, BEN] = [rowOf(1, "ann", 2), rowOf(1, "ben", 3)];
const OOM = { error: "OOM command not allowed when used memory > 'maxmemory'." };
const LOST = { error: "Connection is closed." };

/** The database gets 1, then 2; the cache 2, then 1. */
const overtaken = () =>
  new Story("as-written")
    .update(1, "ann")
    .update(2, "ben")
    .setex(2, { username: "ben" })
    .done(2)
    .setex(1, NAME)
    .done(1);

describe("the verdict", () => {
  it("is open before the first write, and while it is on its way", () => {
    expect(judged(new Story())).toMatchObject({ holds: null, text: "Nothing written yet." });
    expect(judged(new Story().update(1, "ann", 2))).toMatchObject({ holds: null });
  });

  it("holds when both got the same, and says how much is cached", () => {
    const story = new Story().update(1, "ann", 2).store(1, ANN).done(1, 2);
    expect(judged(story)).toMatchObject({
      holds: true,
      text: "1 user written: 1 cached and equal to the row; 0 not cached.",
      violations: [],
      metrics: { updates: 1, stored: 1, unread: 1, apart: 0, violations: 0 },
    });
  });

  it("breaks when the cache got them in another order than the database, and says which", () => {
    const story = overtaken();
    expect(judged(story)).toMatchObject({
      holds: false,
      text: "user:1: username “ann” in the cache, “ben” in the row. PostgreSQL got w2's write last, Redis w1's.",
      violations: [{ seq: story.events.length }],
      metrics: { apart: 1, violations: 1 },
    });
  });

  it("waits for every writer: who has returned proves nothing while another is on its way", () => {
    const story = new Story().update(1, "ann", 2).update(2, "ben", 3).store(1, ANN).done(1, 2);
    expect(judged(story)).toMatchObject({ holds: true, metrics: { apart: 0 } });
    expect(judged(story.store(2, BEN).done(2, 3))).toMatchObject({ holds: true });
  });

  it("stays broken when a later write repairs it, and is told once for as long as they are apart", () => {
    const story = overtaken().see([NAME], [rowOf(1, "ben", 1)]);
    expect(judged(story).violations).toHaveLength(1);
    story.update(3, "cem").setex(3, { username: "cem" }).done(3);
    expect(judged(story)).toMatchObject({ holds: false, metrics: { apart: 0, violations: 1 } });
  });

  it("takes a value for gone when its TTL is over, deleted or not", () => {
    const story = new Story().update(1, "ann", 2).store(1, ANN).done(1, 2).pass(TTL_MS);
    expect(judged(story.update(2, "ben", 3).returned(2, { error: "whatever" }))).toMatchObject({
      holds: true,
      text: "1 user written: 0 cached and equal to the row; 1 not cached.",
    });
  });

  it("breaks for a cached user whom the database has not", () => {
    const story = new Story("as-written");
    story.rows(story.ask(1, "UPDATE users SET username = $1 WHERE id = $2", ["ann", 1]), { rows: [], count: 0 });
    story.setex(1, NAME).done(1);
    expect(judged(story)).toMatchObject({
      holds: false,
      text: "user:1 is cached as “ann”: there is no such user in the database.",
    });
  });

  it("follows Redis' own order, not that of the replies", () => {
    const story = new Story().update(1, "ann", 2).update(2, "ben", 3);
    const words = (row: object, version: string) => ["1", "user:1", JSON.stringify(row), version, "5000"];
    const first = story.send(1, "EVALSHA", words(ANN, "2"), "store-version-in-value-1.lua");
    const second = story.send(2, "EVALSHA", words(BEN, "3"), "store-version-in-value-1.lua");
    story.reply(second, { value: 1 }, 8).reply(first, { value: 1 }, 7).done(2, 3).done(1, 2);
    expect(judged(story)).toMatchObject({ holds: true, metrics: { apart: 0 } });
  });

  it("claims nothing where nobody knows the order, until somebody has looked", () => {
    const story = new Story("as-written", false).update(1, "ann").update(2, "ben");
    const [first, second] = [story.sendSetex(1, NAME), story.sendSetex(2, { username: "ben" })];
    story.reply(second, { value: "OK" }).reply(first, { value: "OK" }).done(2).done(1);
    expect(judged(story)).toMatchObject({ holds: true, metrics: { apart: 0 } });
    expect(judged(story.see([NAME]))).toMatchObject({ holds: false });
  });

  it("is corrected by two looks that agree, not by one that may have come too early", () => {
    const story = new Story()
      .update(1, "ann", 2)
      .store(1, ANN)
      .done(1, 2)
      .see([rowOf(1, "old", 1)]);
    expect(judged(story).holds).toBe(true);
    expect(judged(story.see([rowOf(1, "old", 1)]))).toMatchObject({ holds: false });
    const other = new Story()
      .update(1, "ann", 2)
      .store(1, ANN)
      .done(1, 2)
      .see([], [rowOf(1, "eve", 9)]);
    expect(judged(other).holds).toBe(true);
    expect(judged(other.see([], [rowOf(1, "eve", 9)]))).toMatchObject({ holds: false });
  });

  it("takes a script that has to be sent once more for no failure", () => {
    const story = new Story().update(1, "ann", 2).store(1, ANN, { error: "NOSCRIPT No matching script." });
    expect(judged(story.store(1, ANN).done(1, 2))).toMatchObject({ holds: true, metrics: { failed: 0, stored: 1 } });
  });
});

describe("half a row", () => {
  const half = () =>
    new Story("as-written")
      .select(9, rowOf(1, "user-1", 1))
      .update(1, "ann")
      .setex(1, NAME)
      .done(1);

  it("is said as long as nobody has missed the rest", () => {
    expect(judged(half())).toMatchObject({
      holds: true,
      text: "1 user written: 1 cached and equal to the row as far as it goes (1 lacks columns that no reader has missed yet); 0 not cached.",
    });
  });

  it("breaks it when a reader is given it", () => {
    const story = half()
      .get(2, NAME)
      .returned(2, { value: { source: "cache", value: NAME, ms: 1 } }, "read");
    expect(judged(story)).toMatchObject({
      holds: false,
      text: "user:1: the cache gave w2 1 of 4 columns; email, role and version had vanished.",
      violations: [{ seq: story.events.length }],
      metrics: { reads: 1, hits: 1, unread: 0 },
    });
  });
});

describe("a cache write that fails", () => {
  const old = rowOf(1, "user-1", 1);
  const warm = (variant?: string) => new Story(variant).get(9, null).select(9, old).store(9, old);

  it("leaves the old value where nobody deletes it, and the sentence names the fault", () => {
    const story = new Story("as-written").setex(9, old);
    story.fault("fill-redis", "Redis has no memory left.").update(1, "ann").setex(1, NAME, OOM).returned(1, OOM);
    story.fault("free-redis", "Redis has memory again.");
    expect(judged(story)).toMatchObject({
      holds: false,
      text: "user:1: username “user-1” in the cache, “ann” in the row. Redis refused w1's write. Before it: Redis has no memory left (pulled by a person).",
      metrics: { failed: 1 },
    });
  });

  it("does no harm when the row is deleted instead", () => {
    const story = warm().update(1, "ann", 2).store(1, ANN, OOM).forget(1, 2).done(1, 2, "deleted");
    expect(judged(story)).toMatchObject({ holds: true, metrics: { deleted: 1, apart: 0, excused: 0 } });
  });

  it("excuses its key for a TTL when the row could not be deleted either, and says so", () => {
    const story = warm().pass(1000).update(1, "ann", 2).store(1, ANN, OOM).forget(1, 2, OOM).returned(1, OOM);
    expect(judged(story)).toMatchObject({
      holds: true,
      text: "1 user written: 0 cached and equal to the row; 0 not cached, 1 still open. user:1 differs and is excused for 5.0 s at most: w1's write failed and could not be deleted either.",
      metrics: { excused: 1 },
    });
    expect(judged(story.pass(TTL_MS - 500).see([]))).toMatchObject({ holds: true, metrics: { apart: 0 } });
  });

  it("claims nothing of a value when nobody knows whether it got there", () => {
    const story = warm().update(1, "ann", 2).store(1, ANN, LOST).returned(1, LOST);
    expect(judged(story)).toMatchObject({ holds: true, metrics: { apart: 0 } });
  });
});

describe("a killed writer", () => {
  const DEAD = { error: "This actor has crashed: its connection is gone." };
  const killed = (story: Story) => story.update(1, "ann", 2).returned(1, DEAD);
  const old = rowOf(1, "user-1", 1);

  it("excuses its key until the old value's TTL ends", () => {
    const story = killed(new Story().select(9, old).store(9, old).pass(3000));
    expect(judged(story)).toMatchObject({
      holds: true,
      text: "1 user written: 0 cached and equal to the row; 0 not cached, 1 still open. user:1 differs and is excused for 5.0 s at most: w1 died before it had returned.",
      metrics: { excused: 1, failed: 1 },
    });
    expect(judged(story.pass(2100).see([]))).toMatchObject({
      holds: true,
      text: "1 user written: 0 cached and equal to the row; 1 not cached.",
    });
  });

  it("excuses it no longer than a TTL: an old value that is still there then breaks it", () => {
    const story = killed(new Story().select(9, old).store(9, old));
    // Somebody who is late puts the old row there once more.
    story.pass(4000).store(8, old).pass(1100).see([old]);
    expect(judged(story)).toMatchObject({ holds: false, violations: [{ seq: story.events.length }] });
  });

  it("leaves a row of which nobody knows when it died while the database worked", () => {
    const story = new Story().select(9, old).store(9, old);
    const query = story.ask(1, "UPDATE users SET username = $1, version = version + 1 WHERE id = $2 RETURNING *", [
      "ann",
      1,
    ]);
    story.rows(query, DEAD).returned(1, DEAD);
    expect(judged(story)).toMatchObject({ holds: true, metrics: { apart: 0 } });
    // The row is looked at: it was written.
    expect(judged(story.see([], [ANN]))).toMatchObject({ holds: true, metrics: { apart: 1, excused: 1 } });
  });

  it("is no excuse before its query has gone out", () => {
    expect(judged(new Story().returned(1, DEAD))).toMatchObject({ holds: null, metrics: { excused: 0 } });
  });
});

describe("what the books remember", () => {
  it("counts values that nobody has read, those that stand and those that are gone", () => {
    const story = new Story().update(1, "ann", 2).store(1, ANN).done(1, 2).see([ANN]);
    expect(judged(story).metrics).toMatchObject({ stored: 1, unread: 1, unreadBytes: 144 });
    story.update(2, "ben", 3).store(2, BEN).done(2, 3).get(3, BEN);
    expect(judged(story).metrics).toMatchObject({ stored: 2, unread: 1, unreadBytes: 0 });
    expect(
      judged(
        story
          .update(4, "cem", 4)
          .store(4, rowOf(1, "cem", 4))
          .done(4, 4),
      ).metrics,
    ).toMatchObject({
      stored: 3,
      unread: 2,
    });
  });

  it("begins anew with a reset; a Redis that came back empty leaves the rows", () => {
    expect(judged(overtaken().run("reset"))).toMatchObject({ holds: null, metrics: { updates: 0, stored: 0 } });
    const story = overtaken().run("redis-down").run("redis-up");
    expect(judged(story)).toMatchObject({ holds: null, violations: [] });
    expect(judged(story.update(6, "ann").setex(6, NAME).done(6))).toMatchObject({ holds: true });
  });

  it("judges afresh what stays when parameters change", () => {
    expect(judged(overtaken().run("configured"))).toMatchObject({ holds: null, violations: [] });
  });

  it("stays bounded, and claims nothing of users that it has forgotten", () => {
    const story = new Story();
    for (let i = 1; i <= 300; i++)
      story
        .update(i, "ann", 2, i)
        .store(i, rowOf(i, "ann", 2))
        .returned(i, { value: { version: 2, cache: "written" } }, "update", i);
    const asIs = <T>(state: T): T => state;
    expect(JSON.stringify(folded(story, asIs).state).length).toBeLessThan(150_000);
    expect(judged(story, asIs)).toMatchObject({ holds: true, metrics: { updates: 300, stored: 300 } });
    expect(judged(story.update(900, "ben", 3).returned(900, OOM), asIs)).toMatchObject({ holds: true });
  });
});

describe("the picture", () => {
  const panelsOf = (story: Story, focus: string | null = null) => {
    const { state, nowUs } = folded(story);
    return stage.panels(state, nowUs, focus);
  };
  const ledgerOf = (story: Story, focus: string | null = null) => panelsOf(story, focus)[0] as LedgerPanel;
  const cellsOf = (ledger: LedgerPanel) =>
    ledger.rows.map(({ fact, cells }) => [fact, ...cells.map((cell) => cell.text)]);

  it("shows nothing of nobody at the start", () => {
    const ledger = ledgerOf(new Story());
    expect(ledger).toMatchObject({ kind: "ledger", parted: null, note: "Nobody has written or read yet." });
    expect(ledger.rows.every(({ cells }) => cells.length === ledger.places.length)).toBe(true);
  });

  it("shows both places column by column, what vanished and what differs", () => {
    const ledger = ledgerOf(overtaken());
    expect(cellsOf(ledger)).toEqual([
      ["username", "ben", "ann"],
      ["email", "user-1@example.org", null],
      ["role", "member", null],
      ["version", "1", null],
    ]);
    expect(ledger.rows.map(({ cells }) => cells[1]?.flag)).toEqual(["differs", "absent", "absent", "absent"]);
  });

  it("shows the order in which each was written, and the moment they parted", () => {
    const story = overtaken();
    const { places, parted, note } = ledgerOf(story);
    expect(places.map(({ entries }) => entries.map(({ id, actor, text }) => [id, actor, text]))).toEqual([
      [
        [1, "w1", "ann"],
        [2, "w2", "ben"],
      ],
      [
        [2, "w2", "ben"],
        [1, "w1", "ann"],
      ],
    ]);
    expect(parted).toEqual({ atUs: story.events.at(-1)?.atUs, text: "PostgreSQL got w2's write last, Redis w1's" });
    expect(note).toBe("Every writer has returned, and the two differ.");
  });

  it("does not call it parted while a writer is on the way", () => {
    const story = new Story().update(1, "ann", 2).store(1, ANN).done(1, 2).update(2, "ben", 3);
    expect(ledgerOf(story)).toMatchObject({
      parted: null,
      note: "1 writer is still on the way: they may differ until then.",
    });
    expect(ledgerOf(story.store(2, BEN).done(2, 3))).toMatchObject({ parted: null, note: "The two agree." });
  });

  it("says what was refused, what is remembered, and when the value goes", () => {
    const story = new Story().update(1, "ann", 2).update(2, "ben", 3).store(2, BEN).done(2, 3);
    story.store(1, ANN, { value: 0 }).done(1, 2, "kept-newer").pass(1000).see([]);
    const [, redis] = ledgerOf(story).places;
    expect(redis?.caption).toBe("user:1 expires in 4.0 s; user:1:version is 3");
    expect(redis?.entries).toMatchObject([
      { text: "ben, version 3", outcome: "yes" },
      { text: "refused: ann, version 2", outcome: "no" },
    ]);
    const gone = ledgerOf(story.pass(4000).see([]));
    expect(gone.places[1]?.caption).toBe("user:1 is not there; user:1:version is 3");
    expect(gone.note).toBe("Not cached: the next reader finds the row in the database.");
  });

  it("stays with who has parted, unless a writer is picked", () => {
    const story = overtaken()
      .update(3, "dan", 2, 2)
      .returned(3, { value: { version: 2, cache: "written" } }, "update", 2);
    expect(ledgerOf(story).title).toBe("User 1 in two places");
    expect(ledgerOf(story, "w3").title).toBe("User 2 in two places");
  });

  it("gives each writer a lane: returned, failed, and what Redis let expire", () => {
    const story = new Story()
      .update(1, "ann", 2)
      .store(1, ANN)
      .done(1, 2)
      .pass(TTL_MS + 1)
      .expired();
    story.update(2, "ben", 3).store(2, BEN, OOM).returned(2, OOM);
    const { lanes } = panelsOf(story)[1] as LanesPanel;
    expect(lanes.map(({ actor, marks }) => [actor, ...marks.map(({ outcome }) => outcome)])).toEqual([
      ["w1", "yes", "redis"],
      ["w2", "no"],
    ]);
  });

  it("counts what the cache is full of", () => {
    const story = new Story().update(1, "ann", 2).store(1, ANN).done(1, 2).see([ANN]);
    const { items } = panelsOf(story)[2] as StatPanel;
    expect(items.map(({ value }) => value)).toEqual(["1", "1", "144", "1"]);
    expect(items.at(-1)?.label).toBe("of 1 so far read by nobody");
  });
});

describe("the sentences", () => {
  const saidOf = (story: Story) => stage.say(story.events.at(-1) as never);

  it("tell an update by what became of the row and of the cache", () => {
    expect(saidOf(new Story().done(1, 2))).toBe("w1 named user 1 “name-1”, version 2: row written, then the cache.");
    expect(saidOf(new Story().done(1))).toBe("w1 named user 1 “name-1”: row written, then the cache.");
    expect(saidOf(new Story().done(1, 2, "kept-newer"))).toMatch(/the cache kept a newer one\.$/);
    expect(saidOf(new Story().done(1, 2, "deleted"))).toMatch(/refused it, so what it had was deleted\.$/);
    expect(saidOf(new Story().returned(1, OOM))).toMatch(/^w1's update of user 1 failed: OOM/);
  });

  it("tell a read by where it came from and what it lacks", () => {
    const read = (value: Record<string, never>) => saidOf(new Story().returned(1, { value }, "read"));
    expect(read({ source: "cache", value: NAME, ms: 0 } as never)).toBe(
      "w1 read user 1 from the cache: “ann”, without email, role and version.",
    );
    expect(read({ source: "database", value: ANN, ms: 0 } as never)).toBe("w1 read user 1 from the database: “ann”.");
    expect(read({ source: "database", value: null, ms: 0 } as never)).toMatch(/there is no such user\.$/);
  });

  it("tell expiries and faults, and nothing of the rest", () => {
    expect(saidOf(new Story().expired())).toBe("Redis deleted user:1, whose time was over.");
    expect(saidOf(new Story().fault("fill-redis", "No memory."))).toBe("No memory.");
    expect(saidOf(new Story().update(1, "ann", 2))).toBeNull();
  });
});

describe("the bodies", () => {
  const [update, read] = pattern.actions;

  it("take a user, a name and perhaps a writer, and nothing else", () => {
    const accepts = (body: unknown) => update?.body.safeParse(body).success;
    expect(accepts({ id: 1, username: "ann" })).toBe(true);
    expect(accepts({ id: 1, username: "Ünal 🐘", writer: "import" })).toBe(true);
    for (const body of [
      {},
      { id: 1 },
      { username: "ann" },
      { id: 0, username: "ann" },
      { id: 1.5, username: "ann" },
      { id: 1, username: "" },
      { id: 1, username: "a".repeat(65) },
      { id: 1, username: "a\u0000b" },
      { id: 1, username: "ann", writer: "-" },
      { id: 1, username: "ann", email: "x" },
    ])
      expect(accepts(body), JSON.stringify(body)).toBe(false);
    expect(read?.body.safeParse({ id: 1 }).success).toBe(true);
    expect(read?.body.safeParse({ id: 1, writer: "A" }).success).toBe(false);
  });
});

describe("under a workload", () => {
  it("a read tells which write it shows, and whether it came from the cache", () => {
    expect(pattern.rows?.write(7, 12, 1)).toEqual({
      action: "update",
      body: { id: 7, username: "write-12", writer: "app-2" },
    });
    const seen = (value: object | null, source = "cache") => pattern.rows?.seen({ source, value, ms: 1 } as never);
    expect(seen({ username: "write-12" })).toEqual({ n: 12, hit: true });
    expect(seen(rowOf(7, "user-7", 1), "database")).toEqual({ n: 0, hit: false });
    expect(seen(null, "database")).toEqual({ n: 0, hit: false });
  });
});

it("times in the fixture are the run's", () => expect(new Story().events[0]?.atUs).toBe(T0 + 1));
