/** Writes traces of Redlock as the recorder would. For tests. */
import type { EventOf, NewEvent, RunEvent, WireValue } from "../../events";

export const T0 = 1_790_000_000_000_000;
export const MS = 1000;
export const TTL = 5000;
const ALL = [1, 2, 3, 4, 5];
const WRITE =
  "INSERT INTO accounts (resource, balance) VALUES ($1, $2) ON CONFLICT (resource) DO UPDATE SET balance = 1";

export class Story {
  readonly events: RunEvent[] = [];
  nowUs = T0;
  private readonly numbers: Record<string, number> = {};
  private calls = 0;

  constructor(private readonly variant: string) {
    this.run("started").see(100);
  }

  run(status: EventOf<"run">["status"]): this {
    const params = { ttlMs: TTL };
    this.add({ type: "run", status, pattern: "redlock", variant: this.variant, params, seed: 1, text: "" });
    return this;
  }
  wait(ms: number): this {
    this.nowUs += ms * MS;
    return this;
  }
  see(balance: number): this {
    const rows = [{ resource: "account-1", balance, highest: 0 }];
    this.add({ type: "observation", keys: [], tables: [{ table: "accounts", count: 1, rows }] });
    return this;
  }
  seeNode(node: number, owner: string | null, ttlMs = -2): this {
    const seen = { key: "lock:account-1", node, kind: owner === null ? "none" : "string", ttlMs };
    this.add({ type: "observation", keys: [{ ...seen, value: owner === null ? null : `${owner}:x` }] });
    return this;
  }
  notice(node: number, event: string): this {
    this.add({ type: "key", event, key: "lock:account-1", node });
    return this;
  }
  fault(fault: string, node: number | null, more: { owner?: string; ms?: number; by?: "person" } = {}): this {
    const { owner, ms, by = "scenario" } = more;
    const target = node === null ? "every node" : owner ? `${owner} and node ${node}` : `node ${node}`;
    const where = { ...(node === null ? {} : { node }), ...(ms === undefined ? {} : { ms }) };
    this.add({ type: "fault", fault, target, ...where, by, text: `Fault ${fault} on ${target}.` });
    return this;
  }
  actor(actor: string, status: EventOf<"actor">["status"]): this {
    this.add({ type: "actor", actor, index: 0, status });
    return this;
  }

  /** Asks all nodes; those of `yes` vote for it, those of `silent` never answer, the others refuse. */
  acquire(owner: string, yes: readonly number[] = ALL, silent: readonly number[] = []): this {
    const args = ["lock:account-1", `${owner}:x`, "PX", String(TTL), "NX"];
    return this.askAll(owner, "SET", args, (node) => (yes.includes(node) ? "OK" : null), silent);
  }
  /** The nodes cannot be reached. */
  acquireRefused(owner: string, yes: readonly number[]): this {
    const args = ["lock:account-1", `${owner}:x`, "PX", String(TTL), "NX"];
    const refs = ALL.map((node) => [node, this.send(owner, "SET", args, node)] as const);
    for (const [node, ref] of refs) this.reply(owner, ref, node, yes.includes(node) ? "OK" : undefined);
    return this;
  }
  extend(owner: string, yes: readonly number[] = ALL): this {
    const args = ["extend-as-written-1.lua", "1", "lock:account-1", `${owner}:x`, String(TTL)];
    return this.askAll(owner, "EVALSHA", args, (node) => (yes.includes(node) ? 1 : 0), [], "extend-as-written-1.lua");
  }
  release(owner: string, yes: readonly number[] = ALL): this {
    const args = ["release-as-written-1.lua", "1", "lock:account-1", `${owner}:x`];
    return this.askAll(owner, "EVALSHA", args, (node) => (yes.includes(node) ? 1 : 0), [], "release-as-written-1.lua");
  }
  mint(owner: string, token: number): this {
    const sql = "SELECT nextval('fencing_tokens') AS token";
    const ref = this.add({ type: "query", actor: owner, action: this.numberOf(owner), sql, values: [] });
    this.add({ type: "rows", ref, actor: owner, rows: [{ token }], count: 1, latencyUs: 1 });
    return this;
  }
  read(owner: string, balance: number, fence?: number): this {
    return fence === undefined
      ? this.query(owner, "SELECT balance FROM accounts WHERE resource = $1", [], [{ balance }])
      : this.query(owner, "INSERT INTO accounts (resource, highest) VALUES ($1, $2)", [fence], [{ balance }]);
  }
  readRejected(owner: string, fence: number): this {
    return this.query(owner, "INSERT INTO accounts (resource, highest) VALUES ($1, $2)", [fence], []);
  }
  write(owner: string, balance: number, fence?: number): this {
    return this.query(owner, WRITE, [balance, ...(fence === undefined ? [] : [fence])], [{ balance }]);
  }
  writeRejected(owner: string, balance: number, fence: number): this {
    return this.query(owner, WRITE, [balance, fence], []);
  }
  /** Its call is over: what it does next belongs to another. */
  result(owner: string, name: string, value: WireValue, body: Record<string, WireValue> = {}): this {
    const call = { actor: owner, action: this.numberOf(owner), name, body: { resource: "account-1", ...body } };
    this.add({ type: "result", ...call, value, decidedUs: null, startedUs: this.nowUs, ms: 1 });
    delete this.numbers[owner];
    return this;
  }

  private askAll(
    owner: string,
    name: string,
    args: string[],
    answer: (node: number) => WireValue,
    silent: readonly number[],
    script?: string,
  ): this {
    const refs = ALL.map((node) => [node, this.send(owner, name, args, node, script)] as const);
    for (const [node, ref] of refs) if (!silent.includes(node)) this.reply(owner, ref, node, answer(node));
    return this;
  }
  private send(actor: string, name: string, args: string[], node: number, script?: string): number {
    const action = this.numberOf(actor);
    return this.add({ type: "command", actor, action, name, args, node, ...(script ? { script } : {}) });
  }
  private reply(actor: string, ref: number, node: number, value: WireValue | undefined): void {
    const serverUs: [number, number] = [this.nowUs, this.nowUs];
    const answer = value === undefined ? { error: "Connection is closed." } : { value };
    this.add({ type: "reply", ref, actor, node, ...answer, latencyUs: 1, serverOrder: null, serverUs });
  }
  private query(actor: string, sql: string, values: WireValue[], rows: Record<string, WireValue>[]): this {
    const all = ["account-1", ...values];
    const ref = this.add({ type: "query", actor, action: this.numberOf(actor), sql, values: all });
    this.add({ type: "rows", ref, actor, rows, count: rows.length, latencyUs: 1 });
    return this;
  }
  private numberOf(actor: string): number {
    this.numbers[actor] ??= ++this.calls;
    return this.numbers[actor];
  }
  private add(event: NewEvent): number {
    const seq = this.events.length + 1;
    this.nowUs += 1;
    this.events.push({ ...event, seq, atUs: this.nowUs, epoch: 0 } as RunEvent);
    return seq;
  }
}
