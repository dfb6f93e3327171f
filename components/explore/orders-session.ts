/** An exploration of the live run as the page knows it: how it stands, the orders so far, and the same under other variants. */
import type { CreatedRun, Exploration, ExploredOrder } from "@/lib/contract";
import { call, keepToken } from "../run/api";
import { Observable } from "../run/observable";
import { messageOf } from "../run/phase";
import type { RunSession } from "../run/session";
import type { OrdersFeed } from "./orders-feed";

interface Answer {
  exploration: Exploration | null;
  orders: ExploredOrder[];
}

/** The same scenario explored under another variant, on a run of its own that is gone by now. */
export interface Other {
  variant: string;
  exploration: Exploration | null;
  problem: string | null;
}

export class OrdersSession extends Observable {
  exploration: Exploration | null = null;
  orders: ExploredOrder[] = [];
  others: Other[] = [];
  problem: string | null = null;
  /** Asked for, not yet begun. */
  starting = false;
  /** Grows each time the pane should come to the front. */
  called = 0;

  private feed: OrdersFeed | null = null;
  private runId: string | null = null;

  constructor(private readonly session: RunSession) {
    super();
  }

  get running(): boolean {
    return this.starting || this.exploration?.status === "running";
  }

  async start(scenario: string): Promise<void> {
    const runId = this.session.step.liveRunId;
    if (runId === null || this.starting) return;
    this.called++;
    this.forget(runId);
    this.starting = true;
    this.tell();
    try {
      this.exploration = await call<Exploration>("POST", `/api/runs/${runId}/explore`, { scenario });
      await this.listen(runId);
    } catch (error) {
      this.problem = messageOf(error);
    }
    this.starting = false;
    this.tell();
  }

  async cancel(): Promise<void> {
    try {
      await call("POST", `/api/runs/${this.runId}/explore/cancel`, {});
    } catch (error) {
      this.problem = messageOf(error);
      this.tell();
    }
  }

  /** What this run's last exploration found, for a page that comes later. */
  async load(): Promise<void> {
    const runId = this.session.step.liveRunId;
    if (runId === null || runId === this.runId || this.starting) return;
    this.forget(runId);
    await this.refresh(runId);
    if (this.exploration?.status === "running") await this.listen(runId);
  }

  /** Explores the same scenario, parameters and seed under another variant. */
  async compare(variant: string): Promise<void> {
    const { exploration, session } = this;
    if (!exploration || this.others.some((other) => other.variant === variant)) return;
    const { params, seed } = session.store.facts;
    const other: Other = { variant, exploration: null, problem: null };
    this.others = [...this.others, other];
    this.tell();
    let runId: string | null = null;
    try {
      const body = { pattern: session.pattern.id, variant, params, seed };
      const created = await call<CreatedRun>("POST", "/api/runs", body);
      runId = created.runId;
      keepToken(runId, created.token);
      const path = `/api/runs/${runId}/explore?wait=true`;
      other.exploration = await call<Exploration>("POST", path, { scenario: exploration.scenario });
    } catch (error) {
      other.problem = messageOf(error);
    } finally {
      if (runId !== null) await call("DELETE", `/api/runs/${runId}`).catch(() => null);
    }
    this.others = [...this.others];
    this.tell();
  }

  close(): void {
    this.feed?.close();
    this.feed = null;
  }

  private forget(runId: string): void {
    this.close();
    this.runId = runId;
    this.exploration = null;
    this.orders = [];
    this.others = [];
    this.problem = null;
  }

  private async listen(runId: string): Promise<void> {
    const { OrdersFeed } = await import("./orders-feed");
    if (runId !== this.runId) return;
    this.feed = new OrdersFeed(runId, {
      watching: () => void this.refresh(runId),
      progress: (exploration, from, orders) => this.progress(runId, exploration, from, orders),
    });
  }

  private progress(runId: string, exploration: Exploration, from: number, orders: ExploredOrder[]): void {
    if (runId !== this.runId) return;
    if (from > this.orders.length) void this.refresh(runId);
    else this.take({ exploration, orders: [...this.orders.slice(0, from), ...orders] });
  }

  private async refresh(runId: string): Promise<void> {
    try {
      const answer = await call<Answer>("GET", `/api/runs/${runId}/explore`);
      if (runId === this.runId && answer.orders.length >= this.orders.length) this.take(answer);
    } catch (error) {
      this.problem = messageOf(error);
      this.tell();
    }
  }

  private take({ exploration, orders }: Answer): void {
    this.exploration = exploration;
    this.orders = orders;
    if (exploration?.status !== "running") this.close();
    this.tell();
  }
}
