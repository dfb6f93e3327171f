/**
 * One redis-server on which an exploration runs orders, one after another: connections and scripts stay, everything else
 * starts afresh each time. It records what an invariant needs and nothing else: no MONITOR, no stacks, no stage.
 */

import { Redis } from "ioredis";
import { crashOf, readChoice, TICK } from "../choices";
import type { Body, Params, Pattern, PatternContext, Race, Schedule, Variant } from "../contract";
import type { RunSchema } from "../database/run-schema";
import type { EventOf, NewEvent, RunEvent, Verdict, WireValue } from "../events";
import { clockPages } from "../redis/clock-page";
import { nextExpiryMs, shortenTtls } from "../redis/expiries";
import type { RedisServer } from "../redis/redis-server";
import { ActionDesk, type DeskHost } from "../run/action-desk";
import { ActorProcess } from "../run/actor-process";
import type { Actor } from "../run/actors";
import { seededChance } from "../run/chance";
import { Gate, GatedRedis, withScripts } from "../run/gate";
import { Loops } from "../run/loops";
import { restartFault } from "../run/node-faults";
import { PlaygroundError } from "../run/playground-error";
import { QueryDesk } from "../run/query-desk";
import { seedFrom } from "../run/random";
import { observedKey, readAll } from "../run/read-key";
import { Recorder } from "../run/recorder";
import { Redaction } from "../run/redaction";
import { RunClock } from "../run/run-clock";
import type { LuaScript } from "../run/scripts";
import { wouldBlock } from "./blocking";
import { BEFORE, type StepHost, Stepper } from "./stepper";
import { TrackNodes } from "./track-nodes";

/** All orders begin here: 2026-01-01T00:00:00Z, µs. */
const EXPLORED_FROM_US = 1_767_225_600_000_000;
const NO_MONITOR = { watching: false, pending: 0, expect: () => () => Promise.reject(new Error("MONITOR is off")) };

/** Where a track runs its orders. */
export interface TrackServers {
  server: RedisServer;
  /** Of a pattern with independent nodes. */
  nodes?: readonly RedisServer[];
  /** One more, where nodes may restart. */
  spare?: RedisServer | undefined;
  schema: RunSchema | null;
}

export interface ExploredRace {
  pattern: Pattern;
  variant: Variant;
  params: Params;
  race: Race;
  seed: number;
  scripts: readonly LuaScript[];
}

/** What became of one order. */
export interface Outcome {
  schedule: Schedule;
  verdict: Verdict;
  /** It came to its end: nobody was stopped by the cap, and nobody waits for ever. */
  ended: boolean;
}

/** Chooses the next step; null gives the order up. `able` are actors that can go, `more` time and what may be struck: deaths, restarts. */
export type Chooser = (able: readonly string[], more: { tick: boolean; strikes: readonly string[] }) => string | null;

/** The trace of one order: numbered, judged, and kept only when somebody wants to see it. */
class OrderTrace {
  private seq = 0;
  private commands = 0;
  private state: unknown;
  /** Judged: what is cleared away after the order stands in no trace. */
  private over = false;
  readonly events: RunEvent[] = [];

  constructor(
    private readonly race: ExploredRace,
    private readonly clock: RunClock,
    private readonly redaction: Redaction | null,
    private readonly keep: boolean,
  ) {
    this.state = race.pattern.invariant.initial(race.params);
  }

  get lastSeq(): number {
    return this.seq;
  }

  append(event: NewEvent | RunEvent): number {
    if (this.over) return 0;
    const stored = (this.redaction ? this.redaction.hide(event) : event) as RunEvent;
    stored.seq = ++this.seq;
    stored.atUs = this.clock.nowUs();
    stored.epoch = 0;
    if (stored.type === "command") this.commands += 1;
    if (stored.type !== "verdict") this.state = this.race.pattern.invariant.fold(this.state as never, stored);
    if (this.keep) this.events.push(stored);
    return stored.seq;
  }

  judge(): Verdict {
    const { invariant } = this.race.pattern;
    const verdict = { invariant: invariant.text, checked: this.commands, ...invariant.judge(this.state as never) };
    this.append({ type: "verdict", ...verdict });
    this.over = true;
    return verdict;
  }
}

export class Track implements DeskHost, StepHost {
  readonly status = "live";
  readonly pattern: Pattern;
  readonly variant: Variant;
  readonly params: Params;
  readonly queries: QueryDesk | null;
  readonly redaction: Redaction | null;
  readonly actors = {
    get: (id: string) => this.lane(id),
    hangUp: ({ process }: Actor) => process.hangUp(),
  };
  readonly loops = new Loops(null);
  private readonly clock: RunClock;
  private readonly control: Redis;
  private readonly recorder: Recorder;
  private readonly lanes = new Map<string, Actor>();
  private readonly chances = new Map<string, ReturnType<typeof seededChance>>();
  /** Actors whose connection may still be in a transaction, or watch keys. */
  private readonly transactional = new Set<string>();
  /** Actors whose connection Redis may still track the reads of. */
  private readonly tracked = new Set<string>();
  private current: OrderTrace;
  private desk: ActionDesk;
  private stepper: Stepper | null = null;
  /** What the tables hold before each order. */
  private firstRows: EventOf<"observation">["tables"];
  /** Of a pattern that has some. */
  private nodes: TrackNodes | null = null;

  private constructor(
    readonly server: RedisServer,
    /** All whose clock is the track's, the one above included. */
    servers: readonly RedisServer[],
    private readonly schema: RunSchema | null,
    private readonly race: ExploredRace,
  ) {
    this.pattern = race.pattern;
    this.variant = race.variant;
    this.params = race.params;
    this.clock = new RunClock(clockPages(servers), () => Promise.resolve(false));
    // What one turn of the loop asks leaves in one write: each write wakes Redis, which costs more than the command.
    this.control = new Redis({ ...server.connection(), lazyConnect: true, enableAutoPipelining: true });
    const names = race.scripts.flatMap(({ sha1, text, file }) => [[sha1, file] as const, [text, file] as const]);
    const trace = {
      append: (event: NewEvent | RunEvent) => {
        if (event.type === "command" && (event.name === "WATCH" || event.name === "MULTI"))
          this.transactional.add(event.actor);
        if (event.type === "command" && event.name === "CLIENT" && event.args[1]?.toUpperCase() === "ON")
          this.tracked.add(event.actor);
        return this.current.append(event);
      },
    };
    this.recorder = new Recorder(trace, NO_MONITOR, this.clock, new Map(names));
    this.recorder.sampler.share = 0;
    this.queries = schema && new QueryDesk(schema, { params: race.params, clock: this.clock }, this.recorder, false);
    this.redaction = Redaction.of(race.pattern);
    this.current = new OrderTrace(race, this.clock, this.redaction, false);
    this.desk = new ActionDesk(this, this.recorder);
  }

  static async open({ server, nodes = [], spare, schema }: TrackServers, race: ExploredRace): Promise<Track> {
    const track = new Track(server, [server, ...nodes, ...(spare ? [spare] : [])], schema, race);
    try {
      if (nodes.length) track.nodes = await TrackNodes.open(nodes, spare ?? null, race.scripts);
      await track.prepare();
      return track;
    } catch (error) {
      await track.close(); // an open connection would keep its thread alive
      throw error;
    }
  }

  private async prepare(): Promise<void> {
    const { control, schema } = this;
    const { scripts, race } = this.race;
    await control.connect();
    this.firstRows = await schema?.observe();
    // Keyspace events would be made for nobody; scripts that are there already cost no order an extra step.
    await control.config("SET", "notify-keyspace-events", "");
    for (const { text } of scripts) await control.script("LOAD", text);
    for (const id of [...(race.before ? [BEFORE] : []), ...Object.keys(race.actors)]) await this.connect(id);
  }

  async close(): Promise<void> {
    this.control.disconnect();
    await this.nodes?.close();
    for (const { client, process } of this.lanes.values()) {
      process.end("closed");
      client.disconnect();
    }
    this.clock.stop();
  }

  get trace(): OrderTrace {
    return this.current;
  }

  /** Runs one order from an empty Redis to its end, or until the chooser gives it up. */
  async play(choose: Chooser, keep = false): Promise<Outcome & { events: RunEvent[] }> {
    await this.startAfresh(keep);
    const stepper = new Stepper(this, this.race.race, this.params);
    this.stepper = stepper;
    await stepper.begin();
    let ended = true;
    while (!stepper.isOver) {
      const choice = await this.next(stepper, choose);
      if (choice === null) {
        ended = false;
        break;
      }
      await stepper.take(choice);
    }
    if (!ended) await stepper.abandon();
    await this.observe();
    const verdict = this.current.judge();
    return { schedule: stepper.schedule, verdict, ended, events: this.current.events };
  }

  // ---------------------------------------------------------------- as the desk needs it

  readonly playing = null;

  /** Who dies, and when, is a choice of the order. */
  pullFault(): Promise<never> {
    return Promise.reject(new PlaygroundError(409, "stepped", "In a race a crash is a step of its own."));
  }

  mustBeLive(): void {
    if (!this.server.alive) throw new Error("The explorer's redis-server is gone.");
  }

  ambience({ id }: Actor): Pick<PatternContext, "now" | "sleep" | "random" | "uuid"> {
    let chance = this.chances.get(id);
    if (!chance) {
      chance = seededChance(seedFrom(this.race.seed, id));
      this.chances.set(id, chance);
    }
    return {
      ...chance,
      now: () => Math.floor(this.clock.nowMs()),
      sleep: (ms) => this.stepper?.sleep(id, ms) ?? Promise.resolve(),
    };
  }

  // ---------------------------------------------------------------- as the stepper needs it

  async gate(actor: string): Promise<Gate> {
    return (await this.lane(actor)).gate;
  }

  act(action: string, body: Body, actor: string): Promise<WireValue> {
    return this.desk.act(action, body, actor);
  }

  crash(actor: string): void {
    const lane = this.lanes.get(actor);
    if (!lane) return;
    lane.status = "crashed";
    lane.gate.crash();
    this.current.append({ type: "actor", actor, index: lane.index, status: "crashed" });
    lane.process.end("crashed");
  }

  async restart(node: number): Promise<void> {
    await this.nodes?.restart(node);
    this.current.append({ type: "fault", fault: "restart-empty", by: "scenario", ...restartFault(node) });
  }

  async hear(): Promise<void> {
    await Promise.all([...this.lanes.values()].map(({ process }) => process.hear()));
  }

  nowUs(): number {
    return this.clock.nowUs();
  }

  async moveTo(us: number): Promise<void> {
    const deltaUs = us - this.clock.nowUs();
    if (!this.clock.movable) await shortenTtls(deltaUs / 1000, ...this.controls);
    this.clock.moveTo(us);
    this.current.append({ type: "clock", offsetUs: us - EXPLORED_FROM_US, deltaUs, reason: "time passes" });
  }

  nextExpiryMs(): Promise<number | null> {
    return nextExpiryMs(...this.controls);
  }

  private get controls(): Redis[] {
    return [this.control, ...(this.nodes?.controls ?? [])];
  }

  wouldBlock(name: string, args: readonly string[]): Promise<boolean> {
    return wouldBlock(this.control, name, args);
  }

  // ---------------------------------------------------------------- one order

  private async next(stepper: Stepper, choose: Chooser): Promise<string | null> {
    const able = await stepper.actorsToGo();
    const { ticks = 0, crashes = [] } = this.race.race;
    const used = stepper.schedule;
    // When all that are left sleep, time goes on by itself: no choice, and none of the ticks that the race may use.
    const waits = able.length === 0;
    const mayTick = waits || used.filter((choice) => choice === TICK).length < ticks;
    const tick = mayTick && (await stepper.nextDeadlineUs()) !== null;
    if (waits && !tick) return null;
    const anyDied = used.some((choice) => readChoice(choice).kind === "crash");
    const victims = anyDied ? [] : stepper.alive().filter(({ id }) => crashes.includes(id));
    return choose(able, { tick, strikes: [...victims.map(({ id }) => crashOf(id)), ...stepper.restarts()] });
  }

  private async startAfresh(keep: boolean): Promise<void> {
    this.clock.hold(EXPLORED_FROM_US);
    const resets = [...this.lanes.values()].map(async (lane) => {
      lane.status = "connected";
      lane.gate.revive();
      lane.process.end("closed");
      await lane.process.hear();
      lane.process = this.processOf(lane);
      // Whoever died in the middle of a transaction left its connection in it.
      if (this.transactional.delete(lane.id)) await Promise.allSettled([lane.client.discard(), lane.client.unwatch()]);
      if (this.tracked.delete(lane.id)) await lane.client.client("TRACKING", "OFF");
    });
    await Promise.all([this.control.flushall("SYNC"), this.nodes?.empty(), this.schema?.reset(), ...resets]);
    this.chances.clear();
    this.recorder.startAfresh();
    this.redaction?.startAfresh();
    this.current = new OrderTrace(this.race, this.clock, this.redaction, keep);
    this.desk = new ActionDesk(this, this.recorder);
    const { pattern, variant, params, seed } = this.race;
    const text = `${pattern.title}, ${variant.title}`;
    this.current.append({
      type: "run",
      status: "started",
      pattern: pattern.id,
      variant: variant.id,
      params,
      seed,
      text,
    });
    for (const { id: actor, index } of this.lanes.values())
      this.current.append({ type: "actor", actor, index, status: "connected" });
    if (this.firstRows) this.current.append({ type: "observation", keys: [], tables: this.firstRows });
  }

  private async lane(id: string): Promise<Actor> {
    const lane = this.lanes.get(id);
    if (!lane) throw new Error(`${id} is no actor of this race.`);
    return lane;
  }

  private async connect(id: string): Promise<void> {
    const gate = new Gate(id, this.recorder);
    const client = withScripts(new GatedRedis(gate, this.server.connection()), this.race.scripts);
    const ready = client.connect();
    const nodes = (await this.nodes?.connect(gate, this.race.race.reaches?.[id])) ?? [];
    const index = this.lanes.size;
    const process = this.processOf({ id, index, gate });
    const lane: Actor = {
      id,
      index,
      status: "connected",
      skewMs: 0,
      gate,
      client,
      nodes,
      process,
      lanes: new Map(),
      pauses: 0,
      ready,
    };
    this.lanes.set(id, lane);
    await ready;
  }

  private processOf({ id, index, gate }: Pick<Actor, "id" | "index" | "gate">): ActorProcess {
    const { recorder } = this;
    const trace = { append: (event: NewEvent) => this.current.append(event) };
    return new ActorProcess({ actor: id, index, gate, connection: () => this.server.connection(), recorder, trace });
  }

  /** What is there at the end, as the observer of a live run would see it. */
  private async observe(): Promise<void> {
    const since = this.current.lastSeq;
    const [own, ofNodes = [], tables] = await Promise.all([
      readAll(this.control),
      this.nodes?.observe(),
      this.schema?.observe(),
    ]);
    const keys = [...own.map((key) => observedKey(key)), ...ofNodes];
    this.current.append({ type: "observation", keys, ...(tables ? { tables } : {}), since });
  }
}
