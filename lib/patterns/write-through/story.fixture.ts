/** For the unit tests: writes traces of write-through as the recorder would. */
import type { EventOf, NewEvent, RunEvent, WireValue } from "../../events";
import { invariant } from "./invariant";
import { stage } from "./stage";

export const T0 = 1_790_000_000_000_000;
export const TTL_MS = 5000;

export type Row = Record<string, WireValue>;
export const rowOf = (id: number, username: string, version: number): Row => ({
  id,
  username,
  email: `user-${id}@example.org`,
  role: "member",
  version,
});

type RunStatus = EventOf<"run">["status"];
type Answer = { value: WireValue } | { error: string };

export class Story {
  readonly events: RunEvent[] = [];
  private epoch = 0;
  private nowUs = T0;
  private order = 0;

  /** @param ordered whether MONITOR tells Redis' own order */
  constructor(
    readonly variant = "safe",
    private readonly ordered = true,
  ) {
    this.run("started");
    this.see(
      [],
      [1, 2, 3].map((id) => rowOf(id, `user-${id}`, 1)),
    );
  }

  run(status: RunStatus): this {
    if (status !== "started" && status !== "redis-down") this.epoch += 1;
    const params = { ttlMs: TTL_MS, databaseMs: 80 };
    this.add({ type: "run", status, pattern: "write-through", variant: this.variant, params, seed: 1, text: "" });
    return this;
  }

  pass(ms: number): this {
    this.nowUs += ms * 1000;
    return this;
  }

  /** @returns the seq of the query */
  ask(action: number, sql: string, values: WireValue[]): number {
    return this.add({ type: "query", actor: `w${action}`, action, sql, values });
  }

  rows(ref: number, answer: { rows?: Row[]; count?: number; error?: string }): this {
    const { actor } = this.events[ref - 1] as EventOf<"query">;
    this.add({ type: "rows", ref, actor, ...answer, latencyUs: 1 });
    return this;
  }

  /** The whole query of a writer: safe's when a version is told, else as-written's. */
  update(action: number, username: string, version?: number, id = 1): this {
    if (version === undefined)
      return this.rows(this.ask(action, "UPDATE users SET username = $1 WHERE id = $2", [username, id]), {
        rows: [],
        count: 1,
      });
    const sql = "UPDATE users SET username = $1, version = version + 1 WHERE id = $2 RETURNING *";
    const rows = [rowOf(id, username, version)];
    return this.rows(this.ask(action, sql, [username, id]), { rows, count: 1 });
  }

  select(action: number, row: Row): this {
    return this.rows(this.ask(action, "SELECT * FROM users WHERE id = $1", [row.id ?? 0]), { rows: [row], count: 1 });
  }

  /** @returns the seq of the command */
  send(action: number, name: string, args: string[], script?: string): number {
    const all = script === undefined ? args : [script, ...args];
    return this.add({ type: "command", actor: `w${action}`, action, name, args: all, ...(script ? { script } : {}) });
  }

  reply(ref: number, answer: Answer, order?: number): this {
    this.order = order ?? this.order + 1;
    const { actor } = this.events[ref - 1] as EventOf<"command">;
    const serverOrder = this.ordered ? this.order : null;
    this.add({ type: "reply", ref, actor, ...answer, latencyUs: 1, serverOrder, serverUs: [this.nowUs, this.nowUs] });
    return this;
  }

  sendSetex(action: number, value: Row, id = 1): number {
    return this.send(action, "SETEX", [`user:${id}`, String(TTL_MS / 1000), JSON.stringify(value)]);
  }

  setex(action: number, value: Row, answer: Answer = { value: "OK" }): this {
    return this.reply(this.sendSetex(action, value), answer);
  }

  store(action: number, row: Row, answer: Answer = { value: 1 }): this {
    const key = `user:${String(row.id)}`;
    const words = ["2", key, `${key}:version`, JSON.stringify(row), String(row.version), "5000", "500000"];
    return this.reply(this.send(action, "EVALSHA", words, "store-safe-2.lua"), answer);
  }

  forget(action: number, version: number, answer: Answer = { value: 1 }): this {
    const words = ["2", "user:1", "user:1:version", String(version), "500000"];
    return this.reply(this.send(action, "EVALSHA", words, "forget-safe-2.lua"), answer);
  }

  get(action: number, value: Row | null): this {
    const ref = this.send(action, "GET", ["user:1"]);
    return this.reply(ref, { value: value === null ? null : JSON.stringify(value) });
  }

  returned(action: number, outcome: { value: Row } | { error: string }, name = "update", id = 1): this {
    const body: Row = name === "update" ? { id, username: `name-${action}`, writer: `w${action}` } : { id };
    const call = { actor: `w${action}`, action, name, body };
    this.add({ type: "result", ...call, ...outcome, decidedUs: [this.nowUs, this.nowUs], ms: 1 });
    return this;
  }

  /** An update that has returned well. */
  done(action: number, version: number | null = null, cache = "written"): this {
    return this.returned(action, { value: { version, cache } });
  }

  see(values: (Row | null)[], rows?: Row[], bytes = 144): this {
    const keys = values.map((value) => ({
      key: "user:1",
      kind: value ? "string" : "none",
      ttlMs: value ? 4000 : -2,
      ...(value ? { bytes, value: JSON.stringify(value) } : {}),
    }));
    const tables = rows ? { tables: [{ table: "users", count: 100, rows }] } : {};
    this.add({ type: "observation", keys, ...tables });
    return this;
  }

  expired(): this {
    this.add({ type: "key", event: "expired", key: "user:1" });
    return this;
  }

  fault(fault: string, text: string): this {
    this.add({ type: "fault", fault, target: "redis", by: "person", text });
    return this;
  }

  private add(event: NewEvent): number {
    const seq = this.events.length + 1;
    this.nowUs += 1;
    this.events.push({ ...event, seq, atUs: this.nowUs, epoch: this.epoch } as RunEvent);
    return seq;
  }
}

/** Each state goes through JSON, as it does in a checkpoint. */
const viaJson = <T>(state: T): T => JSON.parse(JSON.stringify(state));

export const judged = ({ events }: Story, kept = viaJson) => {
  let state = invariant.initial({ ttlMs: TTL_MS, databaseMs: 80 });
  for (const event of events) state = kept(invariant.fold(state, event));
  return invariant.judge(state);
};

export const folded = ({ events }: Story, kept = viaJson) => {
  let state = stage.initial();
  for (const event of events) state = kept(stage.fold(state, event));
  return { state, nowUs: events.at(-1)?.atUs ?? 0 };
};
