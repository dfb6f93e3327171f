/** Looks at the run's tables after a change, outside the gate, as `Observer` looks at its keys. */
import type { RunSchema } from "../database/run-schema";
import type { Trace } from "./trace";

/** A table that goes on changing is read this often. */
const LOOK_EVERY_MS = 100;

export class TableObserver {
  private readonly touched = new Set<string>();
  private timer: NodeJS.Timeout | null = null;
  private lookedAt = 0;
  private look: Promise<void> | null = null;
  private readonly names: readonly { table: string; name: RegExp }[];

  constructor(
    private readonly schema: RunSchema,
    private readonly trace: Pick<Trace, "append" | "log">,
  ) {
    this.names = schema.tables.map((table) => ({ table, name: new RegExp(`\\b${table}\\b`, "i") }));
  }

  get busy(): boolean {
    return this.look !== null;
  }

  /** A statement has changed something, in one of the tables that it names. */
  changed(sql: string): void {
    for (const { table, name } of this.names) if (name.test(sql)) this.touched.add(table);
    if (this.timer || this.look) return;
    const wait = Math.max(0, this.lookedAt + LOOK_EVERY_MS - performance.now());
    this.timer = setTimeout(() => this.begin(), wait);
  }

  /** Every table of the schema, changed or not: how a run begins. */
  async lookAtAll(): Promise<void> {
    for (const table of this.schema.tables) this.touched.add(table);
    await this.settle();
  }

  /** Looks at what has changed, without waiting for the next look's turn. */
  async settle(): Promise<void> {
    await this.look;
    while (this.touched.size) await this.begin();
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.touched.clear();
  }

  private begin(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.look ??= this.once().finally(() => {
      this.look = null;
      if (this.touched.size && !this.timer) this.timer = setTimeout(() => this.begin(), LOOK_EVERY_MS);
    });
    return this.look;
  }

  private async once(): Promise<void> {
    this.lookedAt = performance.now();
    const tables = [...this.touched];
    this.touched.clear();
    if (!tables.length) return;
    const since = this.trace.log.lastSeq;
    try {
      const seen = await this.schema.observe(tables);
      this.trace.append({ type: "observation", keys: [], tables: seen, since });
    } catch {
      // The database is gone; whoever queries it hears so.
    }
  }
}
