/**
 * One visit to a pattern page, outside React: finds or makes the run, watches it, keeps the address in step and carries what
 * the learner does to the API. What went wrong is kept by place, to be shown where its cause is.
 */
import type { PatternDescription, RunView, Stage } from "@/lib/contract";
import type { RunEvent } from "@/lib/events";
import { stages } from "@/lib/patterns/stages";
import { OrdersSession } from "../explore/orders-session";
import { REPLAY_LOCK, ReplaySession } from "../replay/replay-session";
import type { OwnActors } from "../step/order-text";
import { StepSession, type Story } from "../step/step-session";
import { writeAddress } from "./address";
import { ApiFailure, call, callLines } from "./api";
import { browserTicker } from "./browser-ticker";
import type { Connection } from "./connection";
import { factsOf } from "./facts";
import { Observable } from "./observable";
import { createRun, messageOf, type Phase, phaseAfter } from "./phase";
import { RunStore } from "./run-store";
import { formatUrl, NOWHERE, parseUrl, type UrlState } from "./url-state";

/** Where a problem is shown. */
export type Place = "variant" | "params" | "actions" | "traffic" | "scenarios" | "faults" | "keys" | "run" | "step";

const NO_STAGE: Stage = { initial: () => null, fold: (state) => state, panels: () => [], say: () => null };
/** A range longer than this stays folded: bringing it would take longer than it teaches. */
const MAX_FETCHED_EVENTS = 20_000;

export class RunSession extends Observable {
  phase: Phase = { kind: "opening" };
  store = new RunStore(NO_STAGE, browserTicker);
  view: RunView | null = null;
  connected = false;
  /** Why the run is over, once it is. */
  endedReason: string | null = null;
  /** A watcher goes where the owner looks until they touch the timeline. */
  following = true;
  /** The actor that the learner has selected. */
  focus: string | null = null;
  present: boolean;
  problems: ReadonlyMap<Place, string> = new Map();
  readonly replays = new ReplaySession(this);
  readonly step = new StepSession(this);
  readonly orders = new OrdersSession(this);

  private url: UrlState;
  /** Of the run itself, which goes on while a replay is shown in its place. */
  private runStore = this.store;
  private connection: Connection | null = null;
  private ownerSeq: number | null = null;
  private waitingForSeq: number | null = null;
  private wish: Pick<UrlState, "scenario" | "order" | "actors"> | null = null;
  private seenPlayhead = -1;
  private seenFacts = -1;
  private urlTimer: ReturnType<typeof setTimeout> | null = null;
  private readonly fetching = new Set<number>();
  private unsubscribe: (() => void) | null = null;
  private generation = 0;

  constructor(
    readonly pattern: PatternDescription,
    present: boolean,
  ) {
    super();
    this.present = present;
    this.url = parseUrl(present ? "?present=1" : "", pattern);
  }

  get owner(): boolean {
    return this.replays.shown === null && (this.view?.owner ?? false);
  }

  /** Why nothing can be done to the run just now; null when everything can. */
  get lock(): string | null {
    if (this.phase.kind !== "open") return "The run is not open yet.";
    if (this.replays.shown) return REPLAY_LOCK;
    if (this.store.facts.status === "ended") return "This run has ended; its trace can still be replayed.";
    if (!this.owner) return "You are watching someone else's run. Only its owner can act.";
    if (this.store.facts.status === "down") return "This run's Redis is gone. Restart it to go on.";
    if (this.store.facts.order !== null) return "A stepped run stands still: choose who goes next.";
    return null;
  }

  // ---------------------------------------------------------------- opening

  async open(): Promise<void> {
    const generation = ++this.generation;
    this.url = parseUrl(location.search, this.pattern);
    const { share, at } = this.url;
    if (share !== null) {
      this.setPhase({ kind: "reading" });
      const phase = await this.replays.openShare(share, at);
      if (generation === this.generation) this.setPhase(phase);
      return;
    }
    this.setPhase({ kind: "opening" });
    try {
      const load = stages[this.pattern.id];
      if (!load) throw new Error(`The pattern ${this.pattern.id} has no stage.`);
      // socket.io is fetched while the server makes the run: it is not part of the first load.
      const [{ stage }, socket, runId] = await Promise.all([load(), import("./connection"), this.findRun()]);
      const view = await call<RunView>("GET", `/api/runs/${runId}`);
      if (generation !== this.generation) return;
      if (view.pattern !== this.pattern.id) {
        location.replace(`/patterns/${view.pattern}${location.search}`);
        return;
      }
      this.enter(view, stage, socket.Connection);
    } catch (error) {
      const phase = await phaseAfter(error);
      if (generation === this.generation) this.setPhase(phase);
    }
  }

  /** Forgets the run of the address and makes a new one like it. */
  async startNew(): Promise<void> {
    this.close();
    this.url = { ...this.url, run: null, share: null, at: null };
    writeAddress(formatUrl(this.url));
    await this.open();
  }

  /** Goes over to another run of this pattern without leaving the page: to a stepped one, and back. */
  async visit(runId: string, story: Story | null): Promise<void> {
    const generation = ++this.generation;
    try {
      const [view, socket] = await Promise.all([call<RunView>("GET", `/api/runs/${runId}`), import("./connection")]);
      if (generation !== this.generation) return;
      this.connection?.close();
      this.url = {
        ...this.url,
        run: runId,
        at: null,
        scenario: story?.scenario ?? null,
        actors: story?.actors ?? null,
      };
      this.setFocus(null);
      this.enter(view, this.store.stage, socket.Connection);
    } catch (error) {
      const phase = await phaseAfter(error);
      if (generation === this.generation) this.setPhase(phase);
    }
  }

  close(): void {
    this.generation++;
    this.connection?.close();
    this.connection = null;
    this.orders.close();
    this.unsubscribe?.();
    this.unsubscribe = null;
    this.store.stop();
    if (this.urlTimer !== null) clearTimeout(this.urlTimer);
    this.urlTimer = null;
  }

  private async findRun(): Promise<string> {
    if (this.url.run !== null) return this.url.run;
    const run = await createRun(this.pattern.id, this.url);
    // A scenario in the address of a run that is yet to be made is a wish: it is played once the run is watched.
    this.wish = this.url;
    this.url = { ...this.url, run, at: null };
    return run;
  }

  private enter(view: RunView, stage: Stage, Socket: typeof Connection): void {
    const store = new RunStore(stage, browserTicker);
    this.runStore.stop();
    this.runStore = store;
    this.view = view;
    this.endedReason = null;
    this.following = true;
    store.setFacts(factsOf(view));
    store.onHole = (from, to) => void this.fetchHole(from, to);
    store.onMissing = () => this.connection?.watch();
    store.onSwallowed = () => void this.refresh();
    if (!this.replays.shown) this.showStore(null);
    this.waitingForSeq = this.url.at;
    this.connection = new Socket(view.runId, {
      nextSeq: () => store.log.lastSeq + 1,
      batch: (batch) => this.receive(batch),
      watching: ({ nowUs, frozen }) => store.ingest({ nowUs, frozen, events: [] }),
      playhead: (seq) => this.ownerMoved(seq),
      connected: (yes) => {
        this.connected = yes;
        this.tell();
      },
      ended: (reason) => this.ended(reason),
      refused: (message) => this.setProblem("run", message),
    });
    this.setPhase({ kind: "open" });
    this.syncUrl();
    const { wish } = this;
    this.wish = null;
    if (wish?.order) void this.step.follow(wish, wish.order);
    else if (wish?.scenario) void this.scenario(wish.scenario, "live");
  }

  // ---------------------------------------------------------------- the stream

  private receive(batch: Parameters<RunStore["ingest"]>[0]): void {
    const store = this.runStore;
    store.ingest(batch);
    if (this.waitingForSeq !== null && store.log.lastSeq >= this.waitingForSeq) {
      store.seek(this.waitingForSeq);
      this.waitingForSeq = null;
      this.following = this.owner;
    }
  }

  private async fetchHole(fromSeq: number, toSeq: number): Promise<void> {
    if (this.fetching.has(fromSeq) || toSeq - fromSeq > MAX_FETCHED_EVENTS) return;
    this.fetching.add(fromSeq);
    const store = this.runStore;
    const path = `/api/runs/${this.view?.runId}/trace?from=${fromSeq}&to=${toSeq}`;
    try {
      store.fill(await callLines<RunEvent>(path));
    } catch (error) {
      this.setProblem("run", messageOf(error));
    } finally {
      this.fetching.delete(fromSeq);
    }
  }

  private async refresh(): Promise<void> {
    const runId = this.view?.runId;
    if (runId === undefined) return;
    const view = await call<RunView>("GET", `/api/runs/${runId}`).catch(() => null);
    if (!view || view.runId !== this.view?.runId) return;
    this.view = view;
    // The order is in the trace alone.
    this.runStore.setFacts({ ...factsOf(view), order: this.runStore.facts.order });
    this.tell();
  }

  private ended(reason: string): void {
    this.endedReason = reason;
    this.runStore.setFacts({ ...this.runStore.facts, status: "ended", scenario: null, traffic: new Map() });
    this.tell();
  }

  private ownerMoved(seq: number | null): void {
    this.ownerSeq = seq;
    if (!this.view?.owner && this.following) this.runStore.seek(seq);
  }

  /** A watcher who touches the timeline goes their own way. */
  detach(): void {
    if (this.replays.shown || this.owner || !this.following) return;
    this.following = false;
    this.tell();
  }

  /** Shows another trace in place of the run's own, which null brings back. */
  showStore(other: RunStore | null): void {
    this.store.stop();
    this.unsubscribe?.();
    this.store = other ?? this.runStore;
    if (other) this.phase = { kind: "open" };
    this.seenPlayhead = -1;
    this.seenFacts = -1;
    this.unsubscribe = this.store.subscribe(this.follow);
    this.setFocus(null);
    this.tell();
  }

  rejoin(): void {
    if (!this.replays.shown) this.following = true;
    this.store.seek(this.replays.shown ? null : this.ownerSeq);
    this.tell();
  }

  private follow = (): void => {
    const { store } = this;
    const { live, seq } = store.playhead;
    const playhead = store.version("playhead");
    const facts = store.version("facts");
    if (playhead === this.seenPlayhead && facts === this.seenFacts) return;
    const moved = playhead !== this.seenPlayhead;
    if (facts !== this.seenFacts) this.tell();
    this.seenPlayhead = playhead;
    this.seenFacts = facts;
    if (moved && this.owner) this.connection?.sendPlayhead(live ? null : seq);
    this.syncUrl();
  };

  /** The page's address as it should be now: who opens it watches, at the playhead when that is not the live edge. */
  shareUrl(): string {
    return location.origin + location.pathname + formatUrl({ ...this.urlNow(), present: false });
  }

  /** A link by which others get the same race and order on a run of their own. */
  orderUrl(order: readonly string[], of: Partial<Pick<UrlState, "scenario" | "variant">> = {}): string {
    const url = { ...this.urlNow(), ...of, present: false, run: null, at: null, order };
    return location.origin + location.pathname + formatUrl(url);
  }

  /** Of the learner's own race, as the address has it. */
  get ownActors(): OwnActors | null {
    return this.url.actors;
  }

  private urlNow(): UrlState {
    const { facts, playhead } = this.store;
    const share = this.replays.shown?.share ?? null;
    if (share !== null) return { ...NOWHERE, share, at: playhead.live ? null : playhead.seq, present: this.present };
    return {
      ...NOWHERE,
      variant: facts.variant,
      params: facts.params,
      scenario: facts.scenario?.id ?? this.view?.stepped?.scenario ?? this.url.scenario,
      seed: facts.seed,
      run: this.view?.runId ?? null,
      at: playhead.live ? this.waitingForSeq : playhead.seq,
      present: this.present,
      order: facts.order,
      actors: facts.order === null ? null : this.url.actors,
    };
  }

  private syncUrl(): void {
    if (this.urlTimer !== null) return;
    this.urlTimer = setTimeout(() => {
      this.urlTimer = null;
      // A file has no address, and before there is a run the address is what was asked for.
      const { shown } = this.replays;
      if (shown ? shown.share === null : !this.view) return;
      this.url = this.urlNow();
      const next = formatUrl(this.url);
      if (next !== location.search) writeAddress(next);
    }, 250);
  }

  // ---------------------------------------------------------------- what the learner does

  /** Calls the API for a place; a refusal is kept there, the next success clears it. */
  async try<T>(
    place: Place,
    method: "GET" | "POST" | "PATCH" | "DELETE",
    path: string,
    body?: unknown,
  ): Promise<T | null> {
    try {
      const answer = await call<T>(method, `/api/runs/${this.view?.runId}${path}`, body);
      this.setProblem(place, null);
      return answer;
    } catch (error) {
      if (error instanceof ApiFailure && error.status === 404 && error.code !== "not_in_variant") void this.refresh();
      this.setProblem(place, messageOf(error));
      return null;
    }
  }

  async act(action: string, body: Record<string, unknown>, times = 1): Promise<void> {
    this.store.seek(null);
    await Promise.all(Array.from({ length: times }, () => this.try("actions", "POST", `/actions/${action}`, body)));
  }

  /** @returns whether it has begun */
  async scenario(id: string, pace: "live" | "fast"): Promise<boolean> {
    this.setFocus(null);
    this.store.seek(null);
    this.url = { ...this.url, scenario: id };
    const begun = await this.try("scenarios", "POST", `/scenarios/${id}`, { pace });
    this.syncUrl();
    return begun !== null;
  }

  async setVariant(variant: string): Promise<boolean> {
    this.store.seek(null);
    return (await this.try("variant", "PATCH", "", { variant })) !== null;
  }

  setFocus(actor: string | null): void {
    if (this.focus === actor) return;
    this.focus = actor;
    this.store.touch("clock");
    this.tell();
  }

  setPresent(present: boolean): void {
    this.present = present;
    this.syncUrl();
    this.tell();
  }

  setProblem(place: Place, message: string | null): void {
    if ((this.problems.get(place) ?? null) === message) return;
    const problems = new Map(this.problems);
    if (message === null) problems.delete(place);
    else problems.set(place, message);
    this.problems = problems;
    this.tell();
  }

  private setPhase(phase: Phase): void {
    this.phase = phase;
    this.tell();
  }
}
