/** For unit tests: writes traces of this pattern as the recorder would, numbered, in the order in which things were seen. */
import type { EventOf, NewEvent, RunEvent, WireValue } from "../../events";

export const T0 = 1_790_000_000_000_000;

type Answer = { value: WireValue } | { error: string };
type AppendOnly = NonNullable<EventOf<"run">["appendonly"]>;

export class Story {
  readonly events: RunEvent[] = [];
  private actions = 0;

  constructor(
    readonly variant: "as-written" | "take-then-add" | "safe",
    private appendonly: AppendOnly = variant === "as-written" ? "no" : "always",
  ) {
    this.run("started");
  }

  get seq(): number {
    return this.events.length;
  }

  run(status: EventOf<"run">["status"], appendonly = this.appendonly): this {
    this.appendonly = appendonly;
    const { variant } = this;
    this.add({ type: "run", status, pattern: "write-behind", variant, params: {}, seed: 1, appendonly, text: status });
    return this;
  }

  /** A command goes out. @returns its place, for its reply */
  send(action: number, name: string, args: string[], script?: string): number {
    const call = { actor: `s${action}`, action, name, args };
    return this.add({ type: "command", ...call, ...(script ? { script } : {}) });
  }

  reply(ref: number, answer: Answer): this {
    const { actor } = this.events[ref - 1] as EventOf<"command">;
    this.add({ type: "reply", ref, actor, ...answer, latencyUs: 1, serverOrder: null, serverUs: [T0, T0] });
    return this;
  }

  result(action: number, name: string, body: Record<string, WireValue>, outcome: Answer): this {
    const call = { actor: `s${action}`, action, name, body };
    this.add({ type: "result", ...call, ...outcome, decidedUs: null, ms: 1 });
    return this;
  }

  /** @returns its place, for its rows */
  ask(action: number, sql: string, values: WireValue[]): number {
    return this.add({ type: "query", actor: `s${action}`, action, sql, values });
  }

  rows(ref: number, answer: Partial<Pick<EventOf<"rows">, "rows" | "count" | "error">>): this {
    const { actor } = this.events[ref - 1] as EventOf<"query">;
    this.add({ type: "rows", ref, actor, ...answer, latencyUs: 1 });
    return this;
  }

  fault(text: string): this {
    this.add({ type: "fault", fault: "kill-redis", target: "redis", by: "person", text });
    return this;
  }

  /** Keys that were looked at. @param since when the look began; now, when it is not said */
  see(keys: Record<string, WireValue>, since: number | undefined = this.seq): this {
    const seen = Object.entries(keys).map(([key, value]) => ({
      key,
      kind: value === null ? "none" : typeof value === "string" ? "string" : "hash",
      ttlMs: -1,
      value,
    }));
    this.add({ type: "observation", keys: seen, since });
    return this;
  }

  seeTable(views: Record<number, number>, since = this.seq): this {
    const rows = Object.entries(views).map(([id, of]) => ({ id: Number(id), views: of }));
    this.add({ type: "observation", keys: [], tables: [{ table: "page_stats", count: 100, rows }], since });
    return this;
  }

  // ---------------------------------------------------------------- whole calls

  /** As written: a view that Redis counts. @param total what Redis answers */
  counted(total: number, count: number, page = 1): this {
    const action = ++this.actions;
    this.reply(this.send(action, "INCRBY", [`pageviews:${page}`, String(count)]), { value: total });
    const flushed = total - (total % 100) > total - count;
    return this.result(action, "view", { pageId: page, count }, { value: { views: total, flushed } });
  }

  /** The last call's UPDATE goes out. @returns its place */
  tells(views: number, page = 1, action = this.actions): number {
    return this.ask(action, "UPDATE page_stats SET views = $1 WHERE id = $2", [views, page]);
  }

  /** With deltas: a view that waits from now on. */
  waits(count: number, page = 1): this {
    const action = ++this.actions;
    this.reply(this.send(action, "HINCRBY", ["views:waiting", String(page), String(count)]), { value: count });
    return this.result(action, "view", { pageId: page, count }, { value: { views: null, flushed: false } });
  }

  /** Begins a flush of safe. @returns its number */
  claims(batch: string, pages: Record<number, number>): number {
    const action = ++this.actions;
    const sent = this.send(
      action,
      "EVALSHA",
      ["claim-safe-2.lua", "2", "views:waiting", "views:claimed", batch],
      "claim-safe-2.lua",
    );
    const flat = Object.entries(pages).flatMap(([page, views]) => [page, String(views)]);
    this.reply(sent, { value: [...flat, "batch", batch] });
    return action;
  }

  /** Of a batch that is claimed: the statement that adds it. @param totals what the rows tell; null: it was there already */
  adds(action: number, batch: string, totals: Record<number, number> | null): this {
    const rows = Object.entries(totals ?? {}).map(([id, views]) => ({ id: Number(id), views }));
    return this.rows(this.ask(action, "WITH old AS (DELETE …", [batch, 0, 0, "{…"]), { rows, count: rows.length });
  }

  forgets(action: number, batch: string, value = 1): this {
    const args = ["forget-safe-2.lua", "2", "views:claimed", "views:total", batch];
    return this.reply(this.send(action, "EVALSHA", args, "forget-safe-2.lua"), { value });
  }

  flushed(action: number, outcome: Answer): this {
    return this.result(action, "flush", { flusher: "flusher" }, outcome);
  }

  private add(event: NewEvent): number {
    const seq = this.events.length + 1;
    this.events.push({ ...event, seq, atUs: T0 + seq * 1000, epoch: 0 } as RunEvent);
    return seq;
  }
}
