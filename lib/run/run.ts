/** A run: one open experiment on one pattern, with a Redis of its own, its actors and its trace. */
import { join } from "node:path";
import type { Redis } from "ioredis";
import type { AppendOnly, InspectedKey, Params, Pattern, PatternContext, RunView, Stage, Variant } from "../contract";
import type { RunSchema } from "../database/run-schema";
import type { EventOf, WireValue } from "../events";
import { clockPages } from "../redis/clock-page";
import type { RedisServer } from "../redis/redis-server";
import { ActionDesk, type DeskHost } from "./action-desk";
import { type Actor, Actors } from "./actors";
import { seededChance, trueChance } from "./chance";
import { checkBody } from "./check-body";
import { faults } from "./faults";
import { type LoopHost, Loops } from "./loops";
import { MemoryLimit } from "./memory-limit";
import { MonitorJoin } from "./monitor-join";
import { Observer } from "./observer";
import { ObserverGovernor } from "./observer-governor";
import { OutputLimit } from "./output-limit";
import { PlaygroundError, unknownThing } from "./playground-error";
import { QueryDesk } from "./query-desk";
import { seedFrom } from "./random";
import { Recorder } from "./recorder";
import { Redaction } from "./redaction";
import { RunClock } from "./run-clock";
import { RunNodes } from "./run-nodes";
import { type Pace, playScenario, type ScenarioOutcome } from "./scenario-player";
import { loadScripts } from "./scripts";
import { TableObserver } from "./table-observer";
import { Trace, type TraceBounds } from "./trace";
import { TrafficDesk } from "./traffic-desk";

export interface RunSettings {
  id: string;
  pattern: Pattern;
  stage: Stage;
  variant: Variant;
  params: Params;
  seed: number;
  server: RedisServer;
  /** Of a pattern with independent nodes; else none. */
  nodes: readonly RedisServer[];
  /** Of a pattern with a database. */
  schema: RunSchema | null;
  redisVersion: string;
  bounds: TraceBounds;
  /** Of a stepped run: its clock stands still, and only its stepper acts. */
  stepped?: NonNullable<RunView["stepped"]>;
}

const KEEPS: Readonly<Record<AppendOnly, string>> = {
  no: "Redis now keeps nothing on disk (appendonly no).",
  everysec:
    "Redis now writes every change to its append-only file and has it synced once a second (appendfsync everysec).",
  always: "Redis now writes and syncs every change to its append-only file before it answers (appendfsync always).",
};

export class Run implements DeskHost {
  readonly id: string;
  readonly pattern: Pattern;
  readonly seed: number;
  readonly server: RedisServer;
  readonly trace: Trace;
  readonly clock: RunClock;
  readonly actors: Actors;
  readonly traffic: TrafficDesk;
  readonly desk: ActionDesk;
  readonly queries: QueryDesk | null;
  readonly nodes: RunNodes | null;
  readonly loops: Loops;
  readonly redaction: Redaction | null;
  readonly memory = new MemoryLimit();
  readonly buffers = new OutputLimit();
  readonly redisVersion: string;
  readonly stepped: RunView["stepped"];
  variant: Variant;
  params: Params;
  status: "live" | "down" | "ended" = "live";
  /** Id of the scenario that is being played. */
  playing: string | null = null;
  /** How many runs are being compared, this one included; 0 when it is not. See `compare`. */
  private comparedRuns = 0;
  private changing: string | null = null;
  /** Faults that are being pulled. */
  private pulling = 0;
  private restarting: Promise<string> | null = null;
  private readonly monitor = new MonitorJoin();
  private readonly governor: ObserverGovernor;
  private readonly recorder: Recorder;
  private readonly observer: Observer;
  private readonly tables: TableObserver | null;
  private deathWatchers: (() => void)[] = [];
  /** While a race is played, waits are its stepper's business. */
  private raceSleep: ((actor: string, ms: number) => Promise<void>) | null = null;
  private readonly chances = new Map<string, ReturnType<typeof seededChance>>();

  private constructor(settings: RunSettings) {
    this.id = settings.id;
    this.pattern = settings.pattern;
    this.variant = settings.variant;
    this.params = settings.params;
    this.seed = settings.seed;
    this.server = settings.server;
    this.redisVersion = settings.redisVersion;
    this.stepped = settings.stepped ?? null;
    const pages = clockPages([this.server, ...settings.nodes]);
    this.clock = new RunClock(pages, () => this.quiet());
    if (this.stepped) this.clock.hold();
    const nowUs = () => this.clock.nowUs();
    this.redaction = Redaction.of(this.pattern);
    const { invariant } = this.pattern;
    this.trace = new Trace(settings.stage, invariant, this.params, nowUs, settings.bounds, this.redaction);
    this.clock.onJump = (offsetUs, deltaUs) => {
      this.trace.append({
        type: "clock",
        offsetUs,
        deltaUs,
        reason: this.clock.held ? "time passes" : "everyone sleeps",
      });
    };
    this.clock.dueInRedisUs = () => this.recorder.blocked.nextDueUs();
    const scripts = loadScripts(join("lib", "patterns", this.pattern.id));
    const names = new Map(
      scripts.flatMap((script) => [[script.sha1, script.file] as const, [script.text, script.file] as const]),
    );
    this.recorder = new Recorder(this.trace, this.monitor, this.clock, names);
    this.actors = new Actors(this.server, scripts, this.recorder, this.trace, () => this.nodes?.lab ?? null);
    this.nodes = settings.nodes.length
      ? new RunNodes(settings.nodes, this.clock, pages, this.trace, () => this.actors.working())
      : null;
    this.observer = new Observer(this.server, this.trace);
    const { schema } = settings;
    const tables = schema && new TableObserver(schema, this.trace);
    this.tables = tables;
    this.queries = schema && new QueryDesk(schema, this, this.recorder, !this.stepped, (sql) => tables?.changed(sql));
    this.desk = new ActionDesk(this, this.recorder);
    this.loops = new Loops(this.loopHost());
    this.traffic = new TrafficDesk(this);
    // MONITOR tells Redis' own time; where the run's clock is held without it, the two would contradict each other.
    const monitor = this.clock.held && !this.clock.movable ? null : this.monitor;
    const observers = this.nodes ? [this.observer, this.nodes] : [this.observer];
    this.governor = new ObserverGovernor(monitor, observers, this.trace, () => this.recorder.sentCount);
    this.server.onDeath = (reason) => this.redisDied(reason);
  }

  static async open(settings: RunSettings): Promise<Run> {
    const run = new Run(settings);
    await run.server.persist(run.variant.appendonly ?? "no");
    run.tell("started", `${run.pattern.title}, ${run.variant.title}, on a Redis ${run.redisVersion} of its own.`);
    await Promise.all([run.governor.start(run.server), run.tables?.lookAtAll()]);
    run.trace.judge();
    return run;
  }

  /** Runs an action of the pattern. See `ActionDesk.act`. */
  async act(actionId: string, given: unknown): Promise<WireValue> {
    this.mustBeFree();
    return this.desk.act(actionId, given);
  }

  ambience(actor: Actor): Pick<PatternContext, "now" | "sleep" | "random" | "uuid"> {
    const { clock } = this;
    return {
      // On a clock that stands still all repeats: random numbers too.
      ...(clock.frozen ? this.chanceOf(actor.id) : trueChance),
      now: () => Math.floor(clock.nowMs() + actor.skewMs),
      sleep: (ms) => (this.raceSleep ? this.raceSleep(actor.id, ms) : clock.sleep(ms)),
    };
  }

  private loopHost(): LoopHost {
    const { clock, actors, desk } = this;
    return {
      admits: () => !this.stepped && !this.raceSleep,
      wait: (ms) => clock.sleepInBackground(ms),
      laneFor: async (actor, { lane, name }) => (lane === "second" ? actors.second(actor, name) : actor),
      turn: (lane, name, code) => desk.turn(lane, name, code),
    };
  }

  /** @throws PlaygroundError 409 while who goes when is a race's own business */
  mustNotRace(): void {
    if (this.raceSleep)
      throw new PlaygroundError(409, "busy", "A race is being played, in which everyone waits for a turn anyway.");
  }

  /** Null: whoever sleeps sleeps on the run's clock again. */
  setSleep(sleep: ((actor: string, ms: number) => Promise<void>) | null): void {
    this.raceSleep = sleep;
  }

  /** The same story has the same random numbers, whenever it is stepped or played fast. */
  private chanceOf(actor: string): ReturnType<typeof seededChance> {
    const known = this.chances.get(actor) ?? seededChance(seedFrom(this.seed, actor));
    this.chances.set(actor, known);
    return known;
  }

  async play(scenarioId: string, pace: Pace): Promise<ScenarioOutcome> {
    const scenario = this.pattern.scenarios.find(({ id }) => id === scenarioId);
    if (!scenario) throw unknownThing("scenario", scenarioId);
    this.mustBeIdle();
    this.playing = scenarioId;
    try {
      return await this.alone("playing a scenario", () => playScenario(this, scenario, pace));
    } finally {
      this.playing = null;
    }
  }

  /** Changes of the whole run come one at a time. @throws PlaygroundError 409 while another is under way */
  private async alone<T>(what: string, change: () => Promise<T>): Promise<T> {
    if (this.changing)
      throw new PlaygroundError(409, "busy", `This run is ${this.changing}; try again when it is done.`);
    this.changing = what;
    try {
      return await change();
    } finally {
      this.changing = null;
    }
  }

  async pullFault(faultId: string, given: unknown, by: "person" | "scenario"): Promise<string> {
    const spec = this.pattern.faults.find(({ id }) => id === faultId);
    const fault = faults[faultId];
    if (!spec || !fault) throw unknownThing("fault", faultId);
    if (this.stepped) this.mustBeFree();
    if (this.status === "ended" || (this.status === "down" && faultId !== "restart-redis")) this.mustBeLive();
    // Servers that die or start take their time: nobody's time passes meanwhile on a clock that jumps.
    this.pulling += 1;
    try {
      const told = await fault.pull(this, checkBody(spec.body, given), by);
      this.trace.append({ type: "fault", fault: faultId, by, ...told });
      return told.text;
    } finally {
      this.pulling -= 1;
    }
  }

  /** Another variant starts afresh and takes the traffic along; other parameters keep the keys. */
  async configure(change: { variant?: Variant | undefined; params?: Params | undefined }): Promise<void> {
    this.mustBeIdle();
    await this.alone("being changed", () => this.applyChange(change));
  }

  private async applyChange(change: { variant?: Variant | undefined; params?: Params | undefined }): Promise<void> {
    const params = { ...this.params, ...change.params };
    if (change.variant && change.variant.id !== this.variant.id) {
      const interrupted = this.traffic.stopAll();
      this.variant = change.variant;
      await this.startAfresh(params, `Variant: ${change.variant.title}`);
      for (const request of interrupted) this.traffic.start(request);
      return;
    }
    this.params = params;
    const { carriesOn } = this.pattern.invariant;
    this.trace.startEpoch(params, this.runEvent("configured", "Other parameters; the keys stay."), carriesOn);
  }

  /** Actors stop, keys go, the verdict starts anew. The server is the run's own, so it may be emptied. */
  async startAfresh(params: Params, text: string): Promise<void> {
    this.traffic.stopAll();
    this.loops.stopAll();
    this.clock.wakeAll();
    this.actors.closeAll();
    this.chances.clear();
    await this.quiet();
    if (this.hasEnded) this.mustBeLive();
    try {
      const { connection } = this.observer;
      if (connection) await Promise.all([this.memory.free(connection), this.buffers.restore(connection)]);
      await Promise.all([connection?.flushall(), this.nodes?.restore()]);
      await this.server.persist(this.variant.appendonly ?? "no");
    } catch (error) {
      throw this.desk.failed((error as Error).message);
    }
    await this.resetTables();
    this.redaction?.startAfresh();
    this.params = params;
    this.trace.startEpoch(params, this.runEvent("reset", text));
    await this.tables?.lookAtAll();
  }

  private async resetTables(): Promise<void> {
    this.tables?.stop();
    this.queries?.heal();
    try {
      await this.queries?.schema.reset();
    } catch (error) {
      throw new PlaygroundError(503, "database_error", `The tables could not be reset: ${(error as Error).message}`);
    }
  }

  /** From now on Redis keeps what it holds in this way, until the next reset. */
  async persist(mode: AppendOnly): Promise<void> {
    try {
      await this.server.persist(mode);
    } catch (error) {
      throw this.desk.failed((error as Error).message);
    }
    this.trace.append(this.runEvent("persistence", KEEPS[mode]));
  }

  /** Answers the sentence that says what it came back with. */
  async restartRedis(): Promise<string> {
    this.restarting ??= this.restartOnce().finally(() => {
      this.restarting = null;
    });
    return this.restarting;
  }

  private async restartOnce(): Promise<string> {
    if (this.server.alive) {
      this.server.kill();
      await this.died();
    }
    const { keys, count, since } = await this.comeBack();
    if (this.hasEnded) this.mustBeLive();
    this.status = "live";
    const loaded = `${count} ${count === 1 ? "key" : "keys"}`;
    const text = count ? `Redis is back, with ${loaded} from its append-only file.` : "Redis is back, empty.";
    const back = this.runEvent("redis-up", text);
    if (count) this.trace.append(back);
    else this.trace.startEpoch(this.params, back, this.pattern.invariant.carriesOn);
    this.trace.append({ type: "observation", keys, since });
    this.trace.judge();
    return text;
  }

  /** Answers what it holds now: nothing, unless it has an append-only file. */
  private async comeBack() {
    try {
      await this.server.restart();
      this.memory.forget();
      this.buffers.forget();
      await this.governor.start(this.server);
      await Promise.all(
        this.actors.list().map(({ client, status }) => (status === "connected" ? isReady(client) : null)),
      );
      const since = this.trace.log.lastSeq;
      return { keys: await this.observer.readAll(), count: (await this.observer.connection?.dbsize()) ?? 0, since };
    } catch (error) {
      throw new PlaygroundError(503, "redis_unavailable", `Redis did not come up: ${(error as Error).message}`);
    }
  }

  /** Resolves when the run knows that its Redis is gone. */
  died(): Promise<void> {
    if (this.status !== "live") return Promise.resolve();
    return new Promise((resolve) => {
      this.deathWatchers.push(resolve);
    });
  }

  /** Waits until nothing is under way. Answers whether anything was. */
  async quiet(): Promise<boolean> {
    const before = this.trace.log.lastSeq;
    let worked = false;
    for (let calm = 0; calm < 3; calm++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (!this.isBusy && !(await this.nodes?.settle()) && !(await this.blockedUnderWay())) continue;
      worked = true;
      calm = -1;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    // What Redis has sent to those who listen is on its way to them.
    await this.actors.hear();
    return worked || this.trace.log.lastSeq !== before;
  }

  private get isBusy(): boolean {
    const { recorder, observer, tables, nodes, actors, pulling } = this;
    const looking = observer.busy || (tables?.busy ?? false) || (nodes?.busy ?? false);
    return recorder.busy || looking || actors.connecting > 0 || pulling > 0;
  }

  private blockedUnderWay(): Promise<boolean> {
    return this.recorder.blocked.underWay(this.clock.nowUs(), async () => {
      const list = await this.observer.connection?.call("CLIENT", "LIST").catch(() => null);
      return typeof list === "string" ? list : null;
    });
  }

  /** Waits until every answer stands in the trace, but for those that only others can bring. */
  async settle(): Promise<void> {
    for (;;) {
      await this.settleStep();
      const { blocked, queriesOpen } = this.recorder;
      if (this.hasEnded || (this.desk.openCalls <= blocked.calls && queriesOpen === 0)) return;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  /** Waits until all that was sent is answered and looked at; calls may stand at a gate meanwhile. */
  async settleStep(): Promise<void> {
    do await Promise.all([this.observer.settle(), this.tables?.settle(), this.nodes?.look()]);
    while (await this.quiet());
  }

  /** The connection that looks at this run's Redis from outside the gate. @throws PlaygroundError 503 while Redis is down */
  observing(): Redis {
    this.mustBeLive();
    const { connection } = this.observer;
    if (!connection) throw this.desk.failed("the observer has no connection");
    return connection;
  }

  /** Does Redis still know the connection of this CLIENT ID? */
  async knowsClient(id: number): Promise<boolean> {
    const known = await this.observer.connection?.call("CLIENT", "LIST", "ID", id).catch(() => null);
    return typeof known === "string" && known.includes(`id=${id} `);
  }

  async inspect(): Promise<InspectedKey[]> {
    this.mustBeLive();
    const [own, ofNodes = []] = await Promise.all([this.observer.inspect(), this.nodes?.inspect()]);
    return this.hide([...own, ...ofNodes]);
  }

  /** For what is shown to people without standing in the trace. */
  hide<T>(value: T): T {
    return this.redaction ? this.redaction.hide(value) : value;
  }

  /** Commands that have passed the gates, since the run began. */
  get commandsSent(): number {
    return this.recorder.sentCount;
  }

  view(): Omit<RunView, "owner"> {
    const verdict = this.trace.judge();
    return {
      runId: this.id,
      pattern: this.pattern.id,
      variant: this.variant.id,
      params: this.params,
      seed: this.seed,
      status: this.status,
      scenario: this.playing,
      traffic: this.traffic.list(),
      actors: this.actors.lanes(),
      verdict,
      metrics: verdict.metrics,
      seq: this.trace.log.lastSeq,
      redisVersion: this.redisVersion,
      clock: this.clock.movable ? "virtual" : "fallback",
      stepped: this.stepped,
    };
  }

  /** Stops everything but the trace. The server is the caller's to end. */
  end(reason: string): void {
    if (this.status === "ended") return;
    this.traffic.stopAll();
    this.loops.stopAll();
    this.status = "ended";
    this.server.onDeath = null;
    this.clock.stop();
    this.actors.closeAll();
    this.nodes?.end();
    this.governor.stop();
    this.tables?.stop();
    this.tell("ended", reason);
    this.trace.judge();
    this.noteDeath();
  }

  /** Also after an await, where TypeScript would still go by what the status was before. */
  private get hasEnded(): boolean {
    return this.status === "ended";
  }

  mustBeLive(): void {
    if (this.status === "down")
      throw new PlaygroundError(503, "redis_down", "This run's Redis is not running. Restart it to go on.", {
        retryAfterSeconds: 1,
      });
    if (this.status === "ended")
      throw new PlaygroundError(409, "run_ended", "This run has ended; its trace can still be read.");
  }

  mustBeIdle(): void {
    this.mustBeLive();
    this.mustBeFree();
    if (this.playing)
      throw new PlaygroundError(
        409,
        "scenario_running",
        `The scenario "${this.playing}" is being played; wait for its end.`,
      );
  }

  /** While it is on, MONITOR and notifications take none of Redis' throughput. */
  measure(on: boolean): void {
    this.governor.measure(on);
  }

  get comparing(): boolean {
    return this.comparedRuns > 0;
  }

  /**
   * For a comparison of so many runs, until it calls with 0: nobody else acts on this run or changes it (faults may be
   * pulled), and recording it takes no more than its part of what one run alone may take.
   */
  compare(runs: number): void {
    this.comparedRuns = runs;
    const share = 1 / Math.max(1, runs);
    this.governor.share = share;
    this.recorder.sampler.share = share;
  }

  private mustBeFree(): void {
    if (this.comparing)
      throw new PlaygroundError(409, "busy", "This run is being compared with others; wait for the comparison's end.");
    if (this.stepped)
      throw new PlaygroundError(
        409,
        "stepped",
        "This run is stepped: choose who goes next, or act on the live run beside it.",
      );
  }

  private redisDied(reason: string): void {
    this.status = "down";
    this.traffic.stopAll();
    this.governor.stop();
    this.tell("redis-down", `Redis is gone (${reason}).`);
    this.noteDeath();
  }

  private noteDeath(): void {
    for (const watcher of this.deathWatchers.splice(0)) watcher();
  }

  private tell(status: "started" | "redis-down" | "ended", text: string): void {
    this.trace.append(this.runEvent(status, text));
  }

  private runEvent(status: EventOf<"run">["status"], text: string) {
    const { pattern, variant, params, seed, server } = this;
    const appendonly = server.appendOnly;
    return { type: "run" as const, status, pattern: pattern.id, variant: variant.id, params, seed, appendonly, text };
  }
}

/** An actor's connection comes back by itself; this waits for it, for a second at most. */
async function isReady(client: Actor["client"]): Promise<void> {
  for (let waited = 0; client.status !== "ready" && waited < 1000; waited += 10)
    await new Promise((resolve) => setTimeout(resolve, 10));
}
