/** Books, verdict and picture of write-behind, without Redis and PostgreSQL. */
import { describe, expect, it } from "vitest";
import type { LanesPanel, LedgerPanel, SeriesPanel } from "../../contract";
import type { RunEvent } from "../../events";
import { invariant } from "./invariant";
import { pattern } from "./pattern";
import { stage } from "./stage";
import { Story, T0 } from "./testing";

const judged = ({ events }: Story) => {
  let state = invariant.initial({ databaseMs: 0 });
  for (const event of events) state = JSON.parse(JSON.stringify(invariant.fold(state, event)));
  return invariant.judge(state);
};
const done = { value: { batch: "b1", views: 60, added: true } };
const crashed = { error: "This actor has crashed: its connection is gone." };

describe("the verdict", () => {
  it("is open before the first view", () => {
    expect(judged(new Story("as-written"))).toMatchObject({ holds: null, text: "No views yet.", violations: [] });
  });

  it("holds as long as Redis has what the database lacks", () => {
    const story = new Story("as-written").counted(60, 60).counted(130, 70);
    expect(judged(story.rows(story.tells(100), { count: 1 }))).toMatchObject({
      holds: true,
      text: "130 views acknowledged: 100 in the database, 30 pending in Redis, none lost.",
      metrics: { acknowledged: 130, sent: 130, database: 100, pending: 30, lost: 0, fellBy: 0 },
    });
  });

  it("counts what was pending as lost when a Redis that keeps nothing dies, and more when it counts from 0 again", () => {
    const story = new Story("as-written").counted(250, 250);
    story.rows(story.tells(200), { count: 1 }).run("redis-down");
    expect(judged(story)).toMatchObject({
      holds: false,
      text: "250 views acknowledged: 200 in the database, 0 pending in Redis, 50 lost.",
      violations: [{ seq: story.seq }],
    });
    story.run("redis-up").see({}).counted(1, 1);
    expect(judged(story)).toMatchObject({ metrics: { acknowledged: 251, lost: 51 } });
  });

  it("breaks when the database goes backwards, and says from where to where", () => {
    const story = new Story("as-written").counted(5200, 5200);
    story.rows(story.tells(5200), { count: 1 }).run("redis-down").run("redis-up").see({}).counted(100, 100);
    expect(judged(story.rows(story.tells(100), { count: 1 }))).toMatchObject({
      holds: false,
      text: "5,300 views acknowledged: 100 in the database, 0 pending in Redis, 5,200 lost. Page 1 fell from 5,200 to 100 in the database.",
      metrics: { fellBy: 5100, lost: 5200 },
    });
  });

  it("does not guess which of two UPDATEs that overlap came last, until somebody has looked", () => {
    const story = new Story("as-written").counted(100, 100);
    const first = story.tells(100);
    story.counted(200, 100);
    const second = story.tells(200);
    story.rows(second, { count: 1 }).rows(first, { count: 1 });
    expect(judged(story)).toMatchObject({ holds: true, metrics: { fellBy: 0, database: 0, pending: 200 } });
    expect(judged(story.seeTable({ 1: 200 }))).toMatchObject({ holds: true, metrics: { database: 200 } });
  });

  it("sees the swap of two that do not overlap", () => {
    const story = new Story("as-written").counted(100, 100).counted(200, 100);
    story.rows(story.tells(200), { count: 1 });
    expect(judged(story.rows(story.tells(100, 1, 1), { count: 1 }))).toMatchObject({
      holds: false,
      violations: [{ text: "Page 1 fell from 200 to 100 in the database." }],
      metrics: { lost: 0, fellBy: 100 },
    });
  });

  it("counts a failed UPDATE, which loses nothing as long as Redis lives", () => {
    const story = new Story("as-written").counted(100, 100);
    story.rows(story.tells(100), { error: "The database does not answer (fault fail-database)." });
    expect(judged(story)).toMatchObject({ holds: true, metrics: { failedQueries: 1, database: 0, pending: 100 } });
  });

  it("follows each page by itself: what one has too much does not make up for what another lacks", () => {
    const story = new Story("as-written").counted(50, 50, 1).counted(100, 100, 2).seeTable({ 2: 150 });
    expect(judged(story.see({ "pageviews:1": "0" }))).toMatchObject({ holds: false, metrics: { lost: 50, extra: 50 } });
  });

  it("takes a view for unknown when no answer came, whether it went in or not", () => {
    const story = new Story("safe").waits(5);
    story.reply(story.send(9, "HINCRBY", ["views:waiting", "1", "7"]), { error: "Connection is closed." });
    const unknown = { holds: true, metrics: { acknowledged: 5, sent: 12, unknown: 7, lost: 0, extra: 0 } };
    expect(judged(story)).toMatchObject(unknown);
    expect(judged(story).text).toMatch(/none lost\. Of 7 more nobody was told whether they went in\.$/);
    story.run("redis-down").run("redis-up");
    expect(judged(story.see({ "views:waiting": { 1: "12" } }))).toMatchObject({ ...unknown, holds: true });
    expect(judged(story.see({ "views:waiting": { 1: "13" } }))).toMatchObject({ holds: false, metrics: { extra: 1 } });
  });

  it("takes nothing for sent that Redis refused", () => {
    const story = new Story("safe").waits(5);
    story.reply(story.send(9, "HINCRBY", ["views:waiting", "1", "7"]), { error: "OOM command not allowed" });
    expect(judged(story).metrics).toMatchObject({ sent: 5, unknown: 0 });
  });

  it("says nothing of views that are on their way, and counts a batch once it is applied", () => {
    const story = new Story("safe").waits(60);
    const flush = story.claims("b1", { 1: 60 });
    expect(judged(story).metrics).toMatchObject({ pending: 60 });
    story.adds(flush, "b1", { 1: 60 });
    story.forgets(flush, "b1").flushed(flush, done);
    expect(judged(story)).toMatchObject({ holds: true, metrics: { database: 60, pending: 0, lost: 0, extra: 0 } });
  });

  it("counts a claimed batch as pending while its flusher is dead, and not once more after it was applied", () => {
    const early = new Story("safe").waits(60);
    early.flushed(early.claims("b1", { 1: 60 }), crashed);
    expect(judged(early)).toMatchObject({ holds: true, metrics: { database: 0, pending: 60 } });
    const late = new Story("safe").waits(60);
    const first = late.claims("b1", { 1: 60 });
    late.adds(first, "b1", { 1: 60 }).flushed(first, crashed);
    expect(judged(late)).toMatchObject({ holds: true, metrics: { database: 60, pending: 0 } });
    const second = late.claims("b1", { 1: 60 });
    late.adds(second, "b1", null);
    late.rows(late.ask(second, "SELECT id, views FROM page_stats WHERE …", ["{}"]), {
      rows: [{ id: 1, views: 60 }],
      count: 1,
    });
    late.forgets(second, "b1").flushed(second, { value: { batch: "b1", views: 0, added: false } });
    expect(judged(late)).toMatchObject({ holds: true, metrics: { database: 60, pending: 0, extra: 0 } });
  });

  it("knows a batch that comes late from one that waits", () => {
    const story = new Story("safe").waits(60);
    const slow = story.claims("b1", { 1: 60 });
    const quick = story.claims("b1", { 1: 60 });
    story.adds(quick, "b1", { 1: 60 }).forgets(quick, "b1").flushed(quick, done).waits(5);
    story.adds(slow, "b1", null).forgets(slow, "b1", 0).flushed(slow, done);
    expect(judged(story)).toMatchObject({ holds: true, metrics: { database: 60, pending: 5 } });
  });

  it("claims nothing of a statement whose sender died, until somebody has looked", () => {
    const story = new Story("safe").waits(60);
    const flush = story.claims("b1", { 1: 60 });
    story.rows(story.ask(flush, "WITH old AS (DELETE …", ["b1", 0, 0, "{…"]), crashed).flushed(flush, crashed);
    expect(judged(story).metrics).toMatchObject({ database: 0, pending: 60 });
    story.seeTable({ 1: 60 });
    expect(judged(story)).toMatchObject({ holds: true, metrics: { extra: 0 } });
    const seen = { table: "applied_batches", count: 1, rows: [{ id: "b1", applied_ms: 1 }] };
    story.events.push({ ...story.events.at(-1), seq: story.seq + 1, tables: [seen], since: story.seq } as RunEvent);
    expect(judged(story)).toMatchObject({ holds: true, metrics: { database: 60, pending: 0 } });
  });

  it("knows a batch by its statement, which may stand before the reply that named it", () => {
    const story = new Story("safe").waits(60).waits(40);
    const args = ["claim-safe-2.lua", "2", "views:waiting", "views:claimed", "b1"];
    const sent = story.send(9, "EVALSHA", args, "claim-safe-2.lua");
    const asked = story.ask(9, "WITH old AS (DELETE …", ["b1", 0, 0, '{"1":"60"}']);
    story.reply(sent, { value: ["1", "60", "batch", "b1"] }).rows(asked, { rows: [{ id: 1, views: 60 }], count: 1 });
    story.forgets(9, "b1").flushed(9, done);
    expect(judged(story)).toMatchObject({ holds: true, metrics: { database: 60, pending: 40, extra: 0 } });
  });

  it("misses what was taken by a flusher that died", () => {
    const story = new Story("take-then-add").waits(60);
    story.send(7, "HGETALL", ["views:waiting"]);
    story.reply(story.send(7, "EXEC", []), { value: [{ 1: "60" }, 1] });
    expect(judged(story)).toMatchObject({ holds: true });
    expect(judged(story.flushed(7, crashed))).toMatchObject({ holds: false, metrics: { lost: 60, pending: 0 } });
  });

  it("counts what a Redis with an append-only file holds as pending while it is down, and what it came back with after", () => {
    const story = new Story("safe").waits(60).run("redis-down");
    expect(judged(story)).toMatchObject({ holds: true, metrics: { pending: 60 } });
    expect(judged(story).text).toMatch(/Redis is down; what is pending is in its append-only file\.$/);
    expect(judged(story.run("redis-up").see({ "views:waiting": { 1: "60" } }))).toMatchObject({ holds: true });
    const short = new Story("safe", "everysec").waits(60).run("redis-down").run("redis-up");
    expect(judged(short.see({ "views:waiting": { 1: "29" } }))).toMatchObject({ holds: false, metrics: { lost: 31 } });
  });

  it("is not misled by a look that something has overtaken", () => {
    const story = new Story("safe").waits(60);
    const since = story.seq;
    story.waits(5).see({ "views:waiting": { 1: "60" } }, since);
    expect(judged(story)).toMatchObject({ holds: true, metrics: { pending: 65 } });
    expect(judged(story.see({ "views:waiting": { 1: "60" } }))).toMatchObject({ holds: false, metrics: { lost: 5 } });
  });

  it("follows a claim that was too long for the trace by what it knows itself", () => {
    const story = new Story("safe").waits(60, 1).waits(40, 2);
    const flush = 9;
    const sent = story.send(
      flush,
      "EVALSHA",
      ["claim-safe-2.lua", "2", "views:waiting", "views:claimed", "b1"],
      "claim-safe-2.lua",
    );
    story.reply(sent, { value: ["1", "60", "… (5 items)"] }).adds(flush, "b1", { 1: 60 });
    story.forgets(flush, "b1").flushed(flush, done);
    expect(judged(story)).toMatchObject({ holds: true, metrics: { database: 100, pending: 0 } });
  });

  it("goes on with other parameters, and begins anew with a reset", () => {
    const lost = () => new Story("as-written").counted(50, 50).run("redis-down").run("redis-up").see({});
    expect(judged(lost().run("configured"))).toMatchObject({ holds: false, metrics: { lost: 50 } });
    expect(judged(lost().run("reset"))).toMatchObject({ holds: null, violations: [] });
  });

  it("says what kill -9 took in each mode, and how fast writes were answered", () => {
    const story = new Story("as-written");
    story.run("persistence", "no").counted(1, 1).counted(2, 1).run("redis-down").run("redis-up").see({});
    story.run("persistence", "always").counted(1, 1, 2).counted(2, 1, 2).run("redis-down").run("redis-up");
    story.see({ "pageviews:2": "2" });
    expect(judged(story).text).toContain(
      "Of the writes that Redis had answered kill -9 took 2 of 2 with appendonly no, 0 of 2 with appendfsync always.",
    );
    expect(judged(story).metrics).toMatchObject({ noLost: 2, alwaysLost: 0, noPerSecond: 400, alwaysPerSecond: 400 });
  });

  it("keeps a small state, whatever the number of views", () => {
    const story = new Story("as-written");
    for (let i = 1; i <= 5000; i++) {
      story.counted(i, 1);
      if (i % 100 === 0) story.rows(story.tells(i), { count: 1 });
    }
    let state = invariant.initial({ databaseMs: 0 });
    for (const event of story.events) state = invariant.fold(state, event);
    expect(invariant.judge(state)).toMatchObject({ holds: true, metrics: { database: 5000 } });
    expect(JSON.stringify(state).length).toBeLessThan(1500);
  });
});

describe("the picture", () => {
  const fold = ({ events }: Story) => {
    let state = stage.initial();
    for (const event of events) state = JSON.parse(JSON.stringify(stage.fold(state, event)));
    const panels = stage.panels(state, T0 + events.length * 1000, null);
    const [places, second, lanes] = panels as [LedgerPanel, SeriesPanel | LedgerPanel, LanesPanel];
    return {
      parted: places.parted?.text ?? null,
      rows: places.rows.map(({ fact, cells, note }) => [fact, ...cells.map(({ text }) => text), note]),
      entries: places.places.map(({ entries }) => entries.map(({ id, text, outcome }) => `${id} ${text} ${outcome}`)),
      second,
      lanes: Object.fromEntries(
        lanes.lanes.map(({ actor, marks }) => [actor, marks.map(({ outcome, text }) => `${outcome}: ${text}`)]),
      ),
    };
  };

  it("shows what was acknowledged, what the database has and what is pending, page by page", () => {
    const story = new Story("as-written").counted(130, 130).counted(40, 40, 2);
    story.rows(story.tells(100, 1, 1), { count: 1 });
    expect(fold(story)).toMatchObject({
      parted: null,
      rows: [
        ["page 1", "130", "100", "30", "30 to come"],
        ["page 2", "40", "0", "40", "40 to come"],
      ],
      lanes: {
        s1: ["yes: 130 views of page 1, 130 in all; the database is told"],
        database: ["yes: s1: page 1 = 100"],
      },
    });
  });

  it("adds up all pages when not all of them are shown", () => {
    const story = new Story("safe");
    for (const page of [1, 2, 3, 4, 5]) story.waits(10, page);
    const { rows } = fold(story);
    expect(rows.map(([fact]) => fact)).toEqual(["page 3", "page 4", "page 5", "all pages"]);
    expect(rows.at(-1)).toEqual(["all pages", "50", "0", "50", "50 to come"]);
  });

  it("shows the order in which 100th views were counted beside that in which they came to the database", () => {
    const story = new Story("as-written").counted(100, 100).counted(200, 100);
    story.rows(story.tells(200), { count: 1 });
    story.rows(story.tells(100, 1, 1), { count: 1 });
    expect(fold(story)).toMatchObject({
      parted: "the database fell from 200 to 100",
      entries: [["1 counted 100 yes", "2 counted 200 yes"], ["2 page 1 = 200 yes", "1 page 1 = 100 yes"], []],
    });
    story.counted(300, 100);
    expect(fold(story.rows(story.tells(300), { count: 1 })).parted).toBeNull();
  });

  it("counts the loss where Redis was killed", () => {
    const story = new Story("as-written").counted(50, 50).run("redis-down");
    expect(fold(story)).toMatchObject({
      parted: "50 lost",
      rows: [["page 1", "50", "0", "0", "50 lost"]],
      lanes: { redis: ["no: killed: 50 acknowledged views are lost"] },
    });
    const kept = new Story("safe").waits(50).run("redis-down");
    expect(fold(kept).lanes.redis).toEqual(["no: killed: what it held is in its append-only file"]);
  });

  it("shows a batch that was there already as refused", () => {
    const story = new Story("safe").waits(60);
    const first = story.claims("b1", { 1: 60 });
    story.adds(first, "b1", { 1: 60 }).flushed(first, crashed);
    const second = story.claims("b1", { 1: 60 });
    expect(fold(story.adds(second, "b1", null)).entries[1]).toEqual([`${first} +60 yes`, `${second} +60 was there no`]);
  });

  it("draws the gap: it grows with every view and closes when the database is told", () => {
    const story = new Story("safe").waits(40).waits(20);
    const flush = story.claims("b1", { 1: 60 });
    story.adds(flush, "b1", { 1: 60 });
    const { lines } = fold(story).second as SeriesPanel;
    expect(lines[0]?.points.at(-1)?.value).toBe(0);
  });

  it("has a table of what kill -9 took in place of the gap, once that has been measured", () => {
    const story = new Story("as-written").run("persistence", "no").counted(1, 1).counted(2, 1);
    const { rows } = fold(story.run("redis-down").run("redis-up").see({})).second as LedgerPanel;
    expect(rows).toMatchObject([
      {
        fact: "no file",
        cells: [{ text: "2" }, { text: "0", flag: "differs" }, { text: "400/s" }],
        note: "2 lost",
      },
    ]);
  });

  it("keeps a bounded state, whatever the number of pages and servers", () => {
    const story = new Story("safe");
    for (let i = 0; i < 600; i++) story.waits(1, 1 + (i % 100));
    let state = stage.initial();
    for (const event of story.events) state = stage.fold(state, event);
    expect(JSON.stringify(state).length).toBeLessThan(60_000);
  });

  it("says one sentence for what is worth one", () => {
    const said = (story: Story) => story.events.map((event) => stage.say(event)).filter(Boolean);
    const story = new Story("as-written").counted(100, 1).fault("kill -9 7: gone.");
    story.tells(100);
    expect(said(story)).toEqual([
      "s1 counted 1 view of page 1, 100 in all; the database is told.",
      "kill -9 7: gone.",
      "s1 tells the database: page 1 = 100. Nobody waits for it.",
    ]);
    const safe = new Story("safe").flushed(1, done).flushed(2, { value: { batch: null, views: 0, added: false } });
    safe.flushed(3, { value: { batch: "b", views: 0, added: false } }).flushed(4, crashed);
    safe.result(5, "read", { pageId: 2 }, { value: { source: "cache", views: 7 } });
    expect(said(safe)).toEqual([
      "s1: added 60 views.",
      "s2: nothing waited.",
      "s3: forgot a batch that had been added already.",
      "s4's flush failed: This actor has crashed: its connection is gone.",
      "s5 read 7 views of page 2, from the cache.",
    ]);
  });
});

describe("the actions", () => {
  const bodyOf = (id: string) => pattern.actions.find((action) => action.id === id)?.body;

  it("take pages 1 to 100 and 1 to 1000 views, and nothing else", () => {
    expect(bodyOf("view")?.parse({ pageId: 1 })).toEqual({ pageId: 1, count: 1 });
    for (const bad of [
      { pageId: 0 },
      { pageId: 101 },
      { pageId: "1" },
      { pageId: 1, count: 0 },
      { pageId: 1, count: 1001 },
    ])
      expect(bodyOf("view")?.safeParse(bad).success).toBe(false);
    expect(bodyOf("flush")?.parse({})).toEqual({ flusher: "flusher" });
    expect(bodyOf("read")?.safeParse({ pageId: 1, count: 1 }).success).toBe(false);
  });

  it("of a workload: which write a read shows is how many views it has", () => {
    const { rows } = pattern;
    expect(rows?.write(3, 8, 0)).toEqual({ action: "view", body: { pageId: 3, count: 1, server: "app-1" } });
    expect(rows?.read(3, 1)).toEqual({ action: "read", body: { pageId: 3, server: "app-2" } });
    expect(rows?.seen({ source: "cache", views: 8 })).toEqual({ n: 8, hit: true });
    expect(rows?.seen({ source: "database", views: 0 })).toEqual({ n: 0, hit: false });
  });
});
