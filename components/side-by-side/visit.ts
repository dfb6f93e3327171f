/**
 * One visit to a page that puts one load on several runs, outside React: what is asked for, what runs or is watched, and the
 * address. Who has the address watches; only who owns the runs may stop them.
 */
import type { PatternDescription } from "@/lib/contract";
import { writeAddress } from "../run/address";
import { ApiFailure, call } from "../run/api";
import { Observable } from "../run/observable";
import { messageOf } from "../run/phase";
import type { VisitUrl } from "./visit-url";

/** What the API says of it, as far as a visit looks at it. */
export interface Visited {
  status: "waiting" | "running" | "counting" | "done" | "ended";
  seed: number;
  /** May this visitor stop it? */
  owner: boolean;
}

interface Seeded {
  seed: number | null;
}

/** What is particular to one kind of load. */
export interface VisitKind<View extends Visited, Setup extends Seeded> {
  /** Of all of them in the API. */
  path: string;
  /** How often the API is asked while it runs, ms. */
  askEveryMs: number;
  /** Why the set-up is locked. */
  words: { opening: string; running: string; watching: string };
  parse(search: string, patterns: readonly PatternDescription[]): VisitUrl<Setup>;
  format(url: VisitUrl<Setup>): string;
  /** Why it cannot be started; null when it can. */
  obstacle(setup: Setup): string | null;
  /** Starts it and answers its id. @throws ApiFailure */
  start(setup: Setup, patterns: readonly PatternDescription[]): Promise<string>;
  idOf(view: View): string;
  /** The set-up of what is there already. @param before what it does not tell */
  setupOf(view: View, patterns: readonly PatternDescription[], before: Setup): Setup;
}

export class Visit<View extends Visited = Visited, Setup extends Seeded = Seeded> extends Observable {
  phase: "idle" | "opening" | "open" | "lost" = "idle";
  setup: Setup;
  view: View | null = null;
  connected = true;
  /** What the API refused, said where it was asked for. */
  problem: string | null = null;
  /** The server does not know it any more, nor its runs. */
  isGone = false;
  present: boolean;
  /** Grows with everything that makes what is under way out of date. */
  protected generation = 0;
  private askTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly kind: VisitKind<View, Setup>,
    readonly patterns: readonly PatternDescription[],
    search: string,
  ) {
    super();
    const { setup, present } = kind.parse(search, patterns);
    this.setup = setup;
    this.present = present;
  }

  get isRunning(): boolean {
    return this.phase === "open" && !this.isOver;
  }

  get isOver(): boolean {
    return this.isGone || this.view?.status === "done" || this.view?.status === "ended";
  }

  /** Why the controls are locked; null when they are not. */
  get lock(): string | null {
    const { words } = this.kind;
    if (this.phase === "opening") return words.opening;
    if (!this.isRunning) return null;
    return this.view?.owner ? words.running : words.watching;
  }

  /** Why it cannot be started; null when it can. */
  get obstacle(): string | null {
    return this.kind.obstacle(this.setup);
  }

  // ---------------------------------------------------------------- what the visitor does

  /** Takes what the address names, if it names something. */
  enter(): void {
    const { setup, id } = this.kind.parse(location.search, this.patterns);
    this.setup = setup;
    if (id !== null) void this.open(id);
    else this.tell();
  }

  async start(): Promise<void> {
    const { kind, setup, patterns } = this;
    const generation = this.begin();
    try {
      const id = await kind.start(setup, patterns);
      if (generation === this.generation) await this.open(id);
    } catch (error) {
      this.fail(generation, "idle", messageOf(error));
    }
  }

  /** Presses Start where that is possible. */
  startIfReady(): void {
    if (this.lock === null && this.obstacle === null) void this.start();
  }

  /** Ends it, and its runs with it; what has been drawn stays. */
  async stop(): Promise<void> {
    const { id } = this;
    if (id === null) return;
    try {
      const last = await this.fetch(id);
      await call("DELETE", `${this.kind.path}/${id}`);
      if (this.id !== id) return;
      this.problem = null;
      this.view = { ...last, status: "ended" };
      this.leave();
    } catch (error) {
      this.report(messageOf(error));
    }
  }

  /** Whoever only watches goes back to a set-up of their own. */
  detach(): void {
    this.close();
    this.forget();
    this.phase = "idle";
    this.syncUrl();
    this.tell();
  }

  change(change: Partial<Setup>): void {
    this.setup = { ...this.setup, ...change };
    this.syncUrl();
    this.tell();
  }

  setPresent(present: boolean): void {
    this.present = present;
    this.syncUrl();
    this.tell();
  }

  shareUrl(): string {
    return location.origin + location.pathname + this.kind.format({ ...this.urlNow(), present: false });
  }

  report(problem: string): void {
    this.problem = problem;
    this.tell();
  }

  close(): void {
    this.generation++;
    if (this.askTimer !== null) clearTimeout(this.askTimer);
    this.askTimer = null;
  }

  // ---------------------------------------------------------------- what runs

  protected get id(): string | null {
    return this.view && this.kind.idOf(this.view);
  }

  /** Forgets what was shown. */
  protected forget(): void {
    this.view = null;
    this.problem = null;
    this.isGone = false;
    this.connected = true;
  }

  protected fetch(id: string): Promise<View> {
    return call<View>("GET", `${this.kind.path}/${id}`);
  }

  /** It is in `view` for the first time. */
  protected onOpened(_view: View): void {}

  /** The API has answered, or has not. */
  protected onAsked(_answered: boolean): void {}

  protected async ask(): Promise<void> {
    const { generation, id } = this;
    if (id === null) return;
    try {
      const next = await this.fetch(id);
      if (generation !== this.generation) return;
      this.view = next;
      this.onAsked(true);
    } catch (error) {
      if (generation !== this.generation) return;
      if (error instanceof ApiFailure && error.status === 404) {
        this.leave();
        return;
      }
      this.onAsked(false);
    }
    this.tell();
    this.askLater();
  }

  /** It is gone from the server: what was seen of it stays in sight. */
  protected leave(): void {
    this.close();
    this.isGone = true;
    this.connected = true;
    if (this.view && this.view.status !== "done") this.view = { ...this.view, status: "ended" };
    this.syncUrl();
    this.tell();
  }

  private begin(): number {
    this.close();
    this.forget();
    this.phase = "opening";
    this.tell();
    return this.generation;
  }

  private async open(id: string): Promise<void> {
    const generation = this.begin();
    try {
      const view = await this.fetch(id);
      if (generation === this.generation) this.show(view);
    } catch (error) {
      const isUnknown = error instanceof ApiFailure && error.status === 404;
      this.fail(generation, isUnknown ? "lost" : "idle", isUnknown ? null : messageOf(error));
    }
  }

  private show(view: View): void {
    const { seed } = this.setup;
    this.view = view;
    this.setup = this.kind.setupOf(view, this.patterns, this.setup);
    // A seed that was drawn belongs to this one, not to the next.
    if (view.owner) this.setup = { ...this.setup, seed };
    this.phase = "open";
    this.onOpened(view);
    this.syncUrl();
    this.tell();
    this.askLater();
  }

  private askLater(): void {
    if (this.askTimer !== null || !this.isRunning) return;
    this.askTimer = setTimeout(() => {
      this.askTimer = null;
      void this.ask();
    }, this.kind.askEveryMs);
  }

  private fail(generation: number, phase: "idle" | "lost", problem: string | null): void {
    if (generation !== this.generation) return;
    this.phase = phase;
    this.problem = problem;
    this.syncUrl();
    this.tell();
  }

  private urlNow(): VisitUrl<Setup> {
    const { view, isGone, setup, present } = this;
    return view && !isGone
      ? { setup: { ...setup, seed: view.seed }, id: this.id, present }
      : { setup, id: null, present };
  }

  private syncUrl(): void {
    const next = this.kind.format(this.urlNow());
    if (next !== location.search) writeAddress(next);
  }
}
