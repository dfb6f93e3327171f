/**
 * The contract of a pattern: what one folder under `lib/patterns/` promises, and what it gets in return.
 * See `lib/patterns/README.md` for how to add one. Types only, besides `definePattern`: this file is safe in the browser.
 */
import type { Redis } from "ioredis";
import type { z } from "zod";
import type { RunEvent, Verdict, WireValue } from "./events";

// ---------------------------------------------------------------- what pattern code gets

/** The run's own PostgreSQL schema. @throws Error from every query when the pattern did not declare `database: true` */
export interface Database {
  /**
   * One autocommit statement with `$1`-style parameters. Answers its rows (those of RETURNING, for a change).
   * @throws Error in PostgreSQL's words, or while the fault `fail-database` lasts
   */
  query(sql: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
}

/**
 * All that a pattern's code may touch. It knows nothing of tracing, React, Next or sockets.
 * `Scripts` names the Lua files of the folder: `take-safe-1.lua` becomes `redis.takeSafe(key, ...args)`.
 */
export interface PatternContext<Scripts = unknown> {
  /** The actor's own connection to the run's own Redis. */
  redis: Redis & Scripts;
  /** Of a pattern with nodes: the actor's connections to independent servers, node 1 first. A node that is down refuses, one that is cut off never answers. */
  nodes: readonly (Redis & Scripts)[];
  db: Database;
  /** The app server's clock: ms since the Unix epoch, on the run's clock plus this actor's skew. */
  now(): number;
  /** Waits on the run's clock. */
  sleep(ms: number): Promise<void>;
  /** In [0, 1). From the CSPRNG in a live run; seeded when stepped, explored or played at pace `fast`. */
  random(): number;
  uuid(): string;
  /** Who acts: a client, owner, service or worker id. */
  actor: string;
  /** What this actor's process remembers from one action to the next; gone when it crashes or the run starts afresh. */
  memory: Map<string, unknown>;
  /** Does this actor's second connection stand, the one that only listens? */
  readonly listening: boolean;
  /**
   * Subscribes on the second connection, which the first call makes; further channels are added to it, and `listener`
   * hears all of them from now on. It speaks RESP2: ioredis 6 drops what CLIENT TRACKING pushes over RESP3.
   * @returns its CLIENT ID, for CLIENT TRACKING … REDIRECT
   * @throws Error when Redis cannot be reached
   */
  listen(to: Channels, listener: Listener): Promise<number>;
  /** Gives up channels and patterns of the second connection; the others stay. */
  unlisten(to: Channels): Promise<void>;
  /**
   * Destroys the process' other connections: the second one, and those of its loops (stop them first, or they connect again).
   * Resolves when Redis has seen the second one go. What is published from then on is missed.
   */
  hangUp(): Promise<void>;
  /** Work that goes on when the action has answered. Not in a race: there its actors are all there is. */
  loops: LoopControl<Scripts>;
}

export interface LoopControl<Scripts = unknown> {
  /** Begins it in this actor's process; one that has the same id and still runs is stopped first. */
  start(loop: Loop<Scripts>): void;
  /** The turn that is under way goes to its end, and no other one begins. Whoever knows the id may stop it. */
  stop(id: string): void;
}

/**
 * One turn after another until somebody stops it, the actor's process dies or the run starts afresh. It belongs to the run:
 * the action that began it may be long over, and the page that called it gone. What a turn answers, or throws, stands in
 * the trace as a result; after a turn that failed the next one comes as usual.
 */
export interface Loop<Scripts = unknown> {
  /** Of this loop in its run. */
  id: string;
  /** What its turns are called in the trace. */
  name: string;
  /** `own`: in the actor's lane. `second`: in a lane of its own, "alice (renewal)": one more connection and gate of the same process. */
  lane: "own" | "second";
  /** Waited before each turn, on the run's clock. */
  everyMs: number;
  turn(context: PatternContext<Scripts>): Promise<WireValue>;
}

/** Names, or patterns as PSUBSCRIBE takes them. */
export type Channels = readonly string[] | { channels?: readonly string[]; patterns?: readonly string[] };

export interface Listener {
  /**
   * Called for each message, in Redis' order.
   * @param message null: Redis invalidates everything (`__redis__:invalidate` after a FLUSHALL); it names one key otherwise
   * @param pattern the one that the channel matched, of a pattern
   */
  message(message: string | null, channel: string, pattern: string | null): void;
  /** The connection is gone: hung up, or ended by Redis. Not called for a process that is itself gone. */
  lost?(): void;
}

/** The lane of another connection of an actor's process, by what that is for; no actor can be called so. */
export const laneOf = (actor: string, use: string): string => `${actor} (${use})`;
/** The lane of the connection that only listens. */
export const listeningLane = (actor: string): string => laneOf(actor, "listening");
/** Whose lane this is: an actor's own, or that of another connection of its process. */
export const ownerOf = (lane: string): string => lane.replace(/ \([^)]*\)$/, "");

export type Params = Record<string, number>;
export type Body = Record<string, WireValue>;
/** Each pattern narrows context and body to its own; the run service, which checked the body against its schema, is the one caller. */
export type ActionCode<P extends Params = Params> = (context: never, params: P, body: never) => Promise<WireValue>;

// ---------------------------------------------------------------- what a pattern declares

/**
 * What a Redis keeps on disk, in Redis' own words: nothing (`appendonly no`), or an append-only file that is synced every
 * second or before each answer (`appendfsync everysec`, `always`).
 */
export type AppendOnly = "no" | "everysec" | "always";

/** A number that the learner may set. Bounds are inclusive. */
export interface ParamSpec {
  id: string;
  title: string;
  unit: string;
  min: number;
  max: number;
  step: number;
  default: number;
  /** What it is of a quota that limiters share ("10 in 10 s"), so that they can be compared like with like. */
  quota?: "limit" | "windowMs" | "perSecond";
}

export interface Variant<P extends Params = Params> {
  id: string;
  title: string;
  /** One sentence: what it does differently. */
  summary: string;
  /** Shown files, relative to the folder, first the TypeScript that runs, then its Lua, then `tables.sql`. */
  files: readonly string[];
  /** Code by action id. An action that is missing answers 409 `not_in_variant`; one that is `spread` or `pulls` a fault has no code of its own. */
  actions: Readonly<Record<string, ActionCode<P>>>;
  /** How the run's Redis keeps what it holds while this variant runs. Default "no": killed and started again, it is empty. */
  appendonly?: AppendOnly;
}

export interface ActionSpec {
  id: string;
  title: string;
  /** One sentence for a tooltip. */
  summary: string;
  /** Strict: an unknown field is a 400. */
  body: z.ZodObject;
  result: z.ZodType;
  /** Field of the body whose value is the actor that acts (client, owner, worker). Default: what `actorOf` says, else the actor `you`. */
  actorField?: string;
  /** Who acts, where a field implies it: whose lock a token releases. Null: nobody that the body names. */
  actorOf?(body: Body): string | null;
  /** The button that the room presses most; gets the space bar. */
  primary?: boolean;
  /** It is many calls of another action at once. */
  spread?: Spread;
  /** It pulls this fault, with the same body, and answers so. No code of the pattern's runs: every variant has it. */
  pulls?: { fault: string; answer: WireValue };
  /** What the schema alone cannot tell, because it depends on the parameters or the variant. Called with the parsed body before the action runs. */
  check?(body: Body, params: Params, variant: string): Refusal | null;
  /** What the answer is in HTTP's own terms, where the field has some. Called with the action's value. */
  http?(value: WireValue, params: Params): HttpTerms;
}

/** Many calls of one action, made at the same moment, each as its own actor: the learners at the moment a key expires. */
export interface Spread {
  /** Whose code is called; a variant that lacks it lacks the spread action too. */
  action: string;
  /** One body for each call, in the order in which they are made. */
  bodies(body: Body, params: Params): Body[];
  /** The spread action's own result. `values`: what the calls answered, null for one that failed. */
  sum(values: readonly WireValue[], ms: number): WireValue;
}

/** Header fields of an answer; and, when it is a denial, the status that says so to those who ask with `?http=true`. */
export interface HttpTerms {
  headers: Readonly<Record<string, string>>;
  denial: { status: number; headers: Readonly<Record<string, string>> } | null;
}

/** Why a body that fits the schema is refused: `invalid` answers 400, `not_in_variant` answers 409. */
export interface Refusal {
  code: "invalid" | "not_in_variant";
  field: string;
  message: string;
}

export type Expectation = "holds" | "breaks" | "n/a";

/** What a scenario may do. Times are ms on the run's clock. */
export interface ScenarioTools<P extends Params = Params> {
  params: P;
  /** Runs an action as its actor. A failed action resolves to null and stands in the trace. */
  act(action: string, body: Body): Promise<WireValue>;
  /** Sends this client's arrivals (see `lib/run/traffic.ts`) and waits for the last answer. */
  traffic(client: string, shape: TrafficShape, rate: number, seconds: number, body?: Body): Promise<void>;
  fault(fault: string, body: Body): Promise<void>;
  /** From now on the run's Redis keeps what it holds in this way; the next reset brings the variant's own back. */
  persist(mode: AppendOnly): Promise<void>;
  sleep(ms: number): Promise<void>;
  /** Sleeps until the run's clock reads `offsetMs` past a whole multiple of `everyMs`. */
  sleepUntilPast(everyMs: number, offsetMs: number): Promise<void>;
  now(): number;
  /** Seeded by the run's seed and the scenario's id. */
  random(): number;
}

export interface Scenario<P extends Params = Params> {
  id: string;
  title: string;
  /** What happens and why it is worth watching, in a sentence or two. */
  summary: string;
  /** Parameters that the story needs; the run takes them over. */
  params?: Partial<P>;
  /** By variant id. Of a race: what its own order does when played, and whether any order breaks when all are explored. */
  expect: Readonly<Record<string, Expectation>>;
  /** It measures throughput, so it is played on the real clock whatever the pace. */
  realTime?: true;
  /** Not possible without: `clock`, servers whose clock can be moved. */
  needs?: "clock";
  /** A story told from outside. A scenario has this or `race`. */
  play?(tools: ScenarioTools<P>): Promise<void>;
  /** A story of actors whose order is open: played live, stepped by hand, or explored in every order. */
  race?: Race<P>;
}

/** What one actor of a race may do: its commands, queries and sleeps are steps at the gate. */
export interface RaceActor<P extends Params = Params> {
  params: P;
  /** Runs an action in this actor's lane. @throws Error when the actor has crashed or Redis refused */
  act(action: string, body: Body): Promise<WireValue>;
  sleep(ms: number): Promise<void>;
}

/**
 * Actors as async functions of a context; who goes next is somebody else's choice. The steps that an order is made of:
 * `A` (actor A's next command), `tick` (time passes to the next deadline), `crash:A` (A's process dies), `restart:3`
 * (node 3 crashes and is back, empty).
 */
export interface Race<P extends Params = Params> {
  /** By id: each one connection, one lane. */
  actors: Readonly<Record<string, (actor: RaceActor<P>) => Promise<unknown>>>;
  /** Done by nobody in particular before the actors start, in no order but its own. */
  before?(actor: RaceActor<P>): Promise<unknown>;
  /** How often time may pass while they work, to the next deadline each time. Default 0. */
  ticks?: number;
  /** Who may die at any step; one of them, once. Default nobody. */
  crashes?: readonly string[];
  /** Of a pattern with nodes: which ones an actor gets a connection to, by actor; the others refuse it. Default: all. */
  reaches?: Readonly<Record<string, readonly number[]>>;
  /** Which nodes may crash at any step and come back empty; one of them, once. Default none. */
  restarts?: readonly number[];
  /** Something that is counted of the orders, whether it breaks the claim or not: `text` is "have two owners at once". */
  notable?: { text: string; of(verdict: Verdict, params: P): boolean };
  /** The order in which the scenario is played, of all variants or by variant id; what is not possible is skipped. Default: by turns. */
  order?: Schedule | Readonly<Record<string, Schedule>>;
  /** What the orders that break have done, as the end of "72 of 90 orders …": "admit 3 of 2". */
  breach(verdict: Verdict, params: P): string;
}

/** Who went when: `["A", "B", "tick", "crash:A"]`. */
export type Schedule = readonly string[];

export interface FaultSpec {
  id: string;
  title: string;
  summary: string;
  body: z.ZodObject;
  /** Not possible without: `clock`, servers whose clock can be moved. */
  needs?: "clock";
}

/** Folds the trace into a verdict. Pure: no clock, no I/O; the state is JSON. */
export interface Invariant<P extends Params = Params, S = unknown> {
  /** The claim, in a sentence, always on screen. */
  text: string;
  /**
   * It is about more than what Redis holds: its state survives a Redis that comes back empty, so that what was lost counts,
   * and other parameters. Only a reset (of keys and rows) begins anew.
   */
  carriesOn?: true;
  initial(params: P): S;
  /** May change `state` in place and must return it. */
  fold(state: S, event: RunEvent): S;
  judge(state: S): Pick<Verdict, "holds" | "text" | "violations" | "metrics">;
}

export const TRAFFIC_SHAPES = ["steady", "poisson", "burst", "spike", "hammer"] as const;
export type TrafficShape = (typeof TRAFFIC_SHAPES)[number];

/**
 * How a caching pattern is read and written by a workload. Rows have the ids "1", "2", …; the n-th write to a row (from 1)
 * carries n in such a way that what a read answers tells which write it shows.
 */
export interface CachedRows {
  /** `by`: which of the app's instances asks, from 0. */
  read(row: number, by: number): { action: string; body: Body };
  write(row: number, n: number, by: number): { action: string; body: Body };
  /** Which write a read's answer shows (0: the row as it was at first), and whether it came without the database. */
  seen(value: WireValue): { n: number; hit: boolean };
  /** Brings to the database what the strategy still holds back. Absent: nothing is held back. */
  settle?: { action: string; body: Body };
  /** Every row that is in the database, as `row` and the `n` that it shows. Without parameters. */
  stored: string;
}

/** Secrets that nobody may see whole: how they are told from other text, and where one may be named by its label instead. */
export interface Redact {
  /** Matches each secret wherever it stands in a text; with the flag `g`. */
  secret: RegExp;
  /** Labels are this letter and a number, in the order in which secrets are first seen: s1, s2, … */
  letter: string;
  /** Fields of action bodies that hold a secret; its label is taken for it. */
  fields: readonly string[];
}

export interface Pattern<P extends Params = Params> {
  /** Folder = id = URL. */
  id: string;
  title: string;
  family: Family;
  /** One sentence, under the title. */
  summary: string;
  params: readonly ParamSpec[];
  variants: readonly Variant<P>[];
  actions: readonly ActionSpec[];
  scenarios: readonly Scenario<P>[];
  faults: readonly FaultSpec[];
  invariant: Invariant<P, never>;
  /** The action that traffic repeats. Absent: the pattern takes no traffic. */
  trafficAction?: string;
  /** Of a caching strategy, so that it can be compared with others. */
  rows?: CachedRows;
  /**
   * Each run gets a PostgreSQL schema of its own, made by the folder's `tables.sql`: CREATE TABLE statements, then the rows
   * that every run begins with. A parameter `databaseMs` is waited before each query (0 when stepped or explored).
   */
  database?: true;
  /** In a race, `listen`, `unlisten` and `hangUp` are steps of their own: when somebody subscribes is what it is about. */
  listeningSteps?: true;
  /**
   * What stands in the trace, and so on the screen, as `s1·a1b2c3`: a label and the first six characters. Only the answer of
   * an action to its caller, and Redis itself, have the whole of it.
   */
  redact?: Redact;
  /** So many independent redis-servers per run, besides the run's own: `ctx.nodes`. */
  nodes?: number;
}

/** Every id of a family, with its title, in the order of the catalogue. */
export const FAMILIES = {
  basics: "Start here",
  caching: "Caching",
  "rate-limiting": "Rate limiting",
  locks: "Locks",
  messaging: "Messaging",
  sessions: "Sessions",
} as const;
export type Family = keyof typeof FAMILIES;

/** Checks the types of a pattern and forgets its parameter names for the registry. */
export function definePattern<P extends Params, S>(
  pattern: Omit<Pattern<P>, "invariant"> & { invariant: Invariant<P, S> },
): Pattern {
  return pattern as unknown as Pattern;
}

// ---------------------------------------------------------------- stages: pictures as data

/** A level in a vessel. */
export interface TankPanel {
  kind: "tank";
  title: string;
  unit: string;
  capacity: number;
  /** What Redis holds; null when the key is not there. */
  stored: number | null;
  /** What it would be if asked now. Drawn as a dashed line, told apart from the stored level. */
  computed: number;
  /** Under the vessel: which key this is, and its TTL. */
  caption: string;
  /** Over the vessel: the next thing that time will bring. */
  next: string;
}

/** Actors × time. Times in µs on the run's clock. */
export interface LanesPanel {
  kind: "lanes";
  title: string;
  spanMs: number;
  lanes: { actor: string; marks: LaneMark[] }[];
  legend: Partial<Record<LaneMark["outcome"], string>>;
}
export interface LaneMark {
  /** Stable while the mark is on screen. */
  id: number;
  atUs: number;
  /**
   * `yes`: filled shape of the actor. `no`: crossed ring. `wrong`: was let through and should not have been, a warning sign.
   * `redis`: a hairline tick, done by Redis itself.
   */
  outcome: "yes" | "no" | "wrong" | "redis";
  /** How many it stands for. */
  count: number;
  text: string;
}

/** One line over time (Recharts, ≤ 16 updates/s). */
export interface SeriesPanel {
  kind: "series";
  title: string;
  unit: string;
  spanMs: number;
  max: number;
  lines: { actor: string; points: { atUs: number; value: number }[] }[];
}

/**
 * Windows of time over dots: per actor the requests on a time axis, the stretch of time that counts, and how full it is.
 * Times in µs on the run's clock.
 */
export interface WindowsPanel {
  kind: "windows";
  title: string;
  /** The axis reaches from so long before now… */
  pastMs: number;
  /** …to so long after it. */
  futureMs: number;
  /** Units that fit into a window. */
  limit: number;
  rows: WindowRow[];
  legend: LanesPanel["legend"];
}
export interface WindowRow {
  actor: string;
  marks: LaneMark[];
  /** Drawn over the dots: one frame that slides, or fixed ones side by side. */
  frames: WindowFrame[];
  /** How much of the limit is used up, by what Redis holds: may be more than the limit, or a fraction. */
  used: number;
  /** What `used` counts, in a few words: "entries in the log". */
  usedText: string;
  /** What leaves the window next: a line is drawn from there to the window's edge. */
  leavingUs: number | null;
  /** The next thing that time will bring. */
  next: string;
  /** Which key this is, and its TTL. */
  caption: string;
}
export interface WindowFrame {
  fromUs: number;
  toUs: number;
  label: string;
  /** How much of it counts, 0 to 1: drawn as its shade, said in the label. */
  weight: number;
}

/**
 * Boxes with links between them, and messages on the links: services and what they hold, nodes and their votes.
 * Rows stand one above the other, in the order of their first box.
 */
export interface NodesPanel {
  kind: "nodes";
  title: string;
  nodes: NodeBox[];
  links: NodeLink[];
  /** Oldest first; the last one of a link is drawn over those before it. */
  messages: NodeMessage[];
  /** How many of so many boxes agree, and how many would have to. */
  majority: { have: number; need: number; of: number; text: string } | null;
  /** What the outcomes of messages are called here. */
  legend: Partial<Record<NodeMessage["outcome"], string>>;
  /** What changes faster than anybody can read is drawn anew so often, ms. Absent: whenever it has changed. */
  everyMs?: number;
}
export interface NodeBox {
  id: string;
  /** Boxes of one row stand side by side. */
  row: string;
  label: string;
  /** Has a lane: drawn with the mark of this actor. */
  actor: string | null;
  /** Its state in a word or two: "listening", "cut off", "voted". */
  state: string;
  /** How the state is to be taken; the word says the same. */
  tone: NodeTone;
  /** What it holds. `stale`: no longer true, and drawn so. */
  facts: { label: string; value: string; stale?: boolean }[];
  /** A lease or TTL that runs out: `ttlMs` left of `ofMs`. */
  ring: { ttlMs: number; ofMs: number; label: string } | null;
}
export type NodeTone = "plain" | "good" | "bad" | "off";
export interface NodeLink {
  from: string;
  to: string;
  /** `cut`: nothing gets through. */
  state: "up" | "cut";
}
export interface NodeMessage {
  /** Stable while it is on screen. */
  id: number;
  from: string;
  to: string;
  atUs: number;
  /** `missed`: it was sent, and `to` did not get it. `refused`: it got there and was turned down. */
  outcome: "arrived" | "missed" | "refused";
  /** Written on the link; "" where its end says it all. */
  text: string;
}

/** Facts that are kept in several places, side by side: where they agree, where they differ, and since when. */
export interface LedgerPanel {
  kind: "ledger";
  title: string;
  /** Columns, left to right; the others are held against the first. */
  places: LedgerPlace[];
  /** The fields of one fact, or several facts. */
  rows: LedgerRow[];
  /** The moment they came apart and why, without a full stop; null while they agree or somebody is still on the way. Time in µs on the run's clock. */
  parted: { atUs: number; text: string } | null;
  /** How they stand to each other, in a sentence. */
  note: string;
}
export interface LedgerPlace {
  name: string;
  /** Which table or key this is, and its TTL. */
  caption: string;
  /**
   * What came here, in this order, the newest last. A line joins an entry to those of the same id in the next place: where
   * lines cross, the places were written in different orders. Empty: the order is not told.
   */
  entries: LedgerEntry[];
}
export interface LedgerEntry {
  id: number;
  actor: string;
  text: string;
  /** `no`: it came and was refused. */
  outcome: "yes" | "no";
}
export interface LedgerRow {
  fact: string;
  /** One for each place. */
  cells: LedgerCell[];
  /** What the cells come to, at the right: "12 not yet written". */
  note?: string;
}
export interface LedgerCell {
  /** Null: it is not there. */
  text: string | null;
  /** Held against the first place; `absent` may be as it should be. */
  flag: "same" | "differs" | "absent";
  /** A few smaller words beside it: a version, an age. */
  note?: string;
}

/** Entries in the order in which they came, and under them who has which: messages and those who subscribe to them. */
export interface TapePanel {
  kind: "tape";
  title: string;
  /** The latest ones, oldest first; as many of them are drawn as there is room for. */
  entries: TapeEntry[];
  /** How many there have been, and what one is called, in the plural: "messages". */
  total: number;
  noun: string;
  rows: TapeRow[];
  /** What is not drawn besides earlier entries, in a sentence; empty: nothing. */
  note: string;
  legend: Partial<Record<TapeCell, string>>;
  /** What the cursor of a row means, where rows have some. */
  cursor?: string;
}
export interface TapeEntry {
  id: number;
  /** Who made it. */
  actor: string;
  label: string;
  /** Of several kinds of entries: which. Empty: there is one kind. */
  group: string;
  /** A few words under it: "2 receivers". */
  note: string;
}
export interface TapeRow {
  actor: string;
  /** No actor: the name of what the rows under it belong to. */
  heading?: true;
  /** Its state and count in a few words: "listening, 6 of 9". */
  state: string;
  tone: NodeTone;
  /** One for each entry. */
  cells: TapeCell[];
  /** A few characters under each cell, where there is room; "" for none: how long it is pending. */
  notes?: string[];
  /** So many of `entries` lie before its cursor. Absent: it has none. */
  cursor?: number;
}
/**
 * `none`: not for this row. `due`: on its way. `pending`: handed over, and not done; `late`: for too long. `missed`: will not come any more. `outlived`: was
 * thrown away, as agreed. `dead`: given up and put aside.
 */
export type TapeCell = "none" | "due" | "pending" | "late" | "there" | "missed" | "outlived" | "dead";

/**
 * Owners × time: leases as bars that reach to where Redis says that they end, after now too, and what the protected row said to
 * each owner. Times in µs on the run's clock.
 */
export interface LeasesPanel {
  kind: "leases";
  title: string;
  /** The axis reaches from so long before now… */
  pastMs: number;
  /** …to so long after it. */
  futureMs: number;
  rows: LeaseRow[];
  /** More owners than there should be, in a few words; null while all is well. */
  alarm: string | null;
  /** It stands under another picture that tells the owners' states: its rows are lower and do without. */
  compact?: true;
  legend: LanesPanel["legend"];
}
export interface LeaseRow {
  actor: string;
  bars: LeaseBar[];
  /** From asking first to being let in or giving up; `toUs` null while it lasts. */
  waits: { fromUs: number; toUs: number | null }[];
  /** Its process stood still. */
  pauses: { fromUs: number; toUs: number | null }[];
  marks: LaneMark[];
  /** How it stands now, in a few words: "token 2, 3.1 s left". */
  state: string;
  tone: NodeTone;
}
export interface LeaseBar {
  /** Stable while the bar is on screen. */
  id: number;
  fromUs: number;
  /** When the lease ended, or ends by Redis' own clock. */
  toUs: number;
  /** So long its owner goes on, or went on, as if it had the lock: drawn hollow from the end of the lease. Null: no longer than the lease. */
  believedUs: number | null;
  /** What stands on it: "token 2". */
  label: string;
  /** How it ended, or that it lasts: "expired", "released", "lasts". */
  end: string;
  /** When the lease was extended. */
  renewedUs: number[];
}

/** Objects that run out, each with rings for the times that it has left. In groups: all of one user stand together. */
export interface CardsPanel {
  kind: "cards";
  title: string;
  groups: CardGroup[];
  /** What a ring's line means, by how it is drawn. */
  legend: Partial<Record<CardRing["drawn"], string>>;
  /** What is not drawn: "and 40 more". Null: nothing. */
  more: string | null;
}
export interface CardGroup {
  title: string;
  /** What holds them together. */
  caption: string;
  cards: Card[];
}
export interface Card {
  /** Stable; stands as its title too. */
  id: string;
  /** Whose it is, in a few words. */
  of: string;
  /** Outside first. */
  rings: CardRing[];
  /** How it is, in a few words. */
  state: string;
  /** `bad`: not as it ought to be. `gone`: no longer there. The words say the same. */
  tone: "live" | "bad" | "gone";
  /** `fresh`: it has just changed. */
  facts: { label: string; value: string; fresh?: boolean }[];
}
export interface CardRing {
  label: string;
  /** Null: it has no end. Below 0: over for so long. */
  leftMs: number | null;
  ofMs: number;
  /** `kept`: Redis counts it down. `computed`: nobody but the picture does. */
  drawn: "kept" | "computed";
}

/** A few numbers, large. */
export interface StatPanel {
  kind: "stat";
  title: string;
  /** `alarm`: not as it should be; drawn with a warning sign. */
  items: { label: string; value: string; unit?: string; alarm?: boolean }[];
}

/**
 * Readers on their way past a cache to a database: three columns, one dot a reader, drawn as far as its reader had to go. Dots
 * travel when they change columns and stand otherwise. Of very many some are only counted.
 */
export interface FlowPanel {
  kind: "flow";
  title: string;
  /** Who asks, the cache, the database. */
  columns: readonly [FlowColumn, FlowColumn, FlowColumn];
  /** One row per app instance. */
  lanes: FlowLane[];
  /** Readers that are counted and not drawn. */
  more: number;
  /** What the marks mean, in the pattern's own words. */
  legend: Partial<Record<FlowMark, string>>;
  ring: FlowRing;
}
export interface FlowColumn {
  title: string;
  /** Large: read from the last row. */
  count: number;
  /** What is counted: "SELECTs". */
  unit: string;
  /** One more figure or word; "" for none. */
  note: string;
}
export interface FlowLane {
  actor: string;
  dots: FlowDot[];
}
export interface FlowDot {
  /** The same as long as it is the same reader. */
  id: number;
  at: "cache" | "database";
  mark: FlowMark;
}
/** `asks` and `waits` are on their way; `hit` was answered by the cache, `query` went to the database, `failed` got no answer. */
export type FlowMark = "asks" | "waits" | "hit" | "query" | "failed";
/** The time that a hot key has left, as an arc; and around it how many keys end when. */
export interface FlowRing {
  /** "" before there is one. */
  key: string;
  /** Null: it is not there. */
  leftMs: number | null;
  /** The whole circle. */
  ofMs: number;
  /** All keys by the time that they have left: as many equal parts of the circle, from the end of their time on. */
  ends: number[];
}

export type Panel =
  | TankPanel
  | WindowsPanel
  | FlowPanel
  | LedgerPanel
  | NodesPanel
  | LeasesPanel
  | CardsPanel
  | LanesPanel
  | SeriesPanel
  | TapePanel
  | StatPanel;

/**
 * A pattern's picture: a fold of the trace, and panels drawn from the folded state. Browser-safe: no React, no zod, no Node.
 * The same file runs in the server (keyframes, frames at speed) and in the browser (live, scrubbing, replay).
 */
export interface Stage<S = unknown> {
  initial(): S;
  /** May change `state` in place and must return it. The state is JSON and bounded, whatever the length of the trace. */
  fold(state: S, event: RunEvent): S;
  /** What the panels show when the run's clock reads `nowUs`. `focus`: the actor that the learner has selected, if any. */
  panels(state: S, nowUs: number, focus: string | null): Panel[];
  /** One sentence for the live region and captions; null for events not worth a sentence. */
  say(event: RunEvent): string | null;
}

/** Keeps the type of the state inside the stage's own file. */
export function defineStage<S>(stage: Stage<S>): Stage {
  return stage as Stage;
}

// ---------------------------------------------------------------- what the API says of a pattern

export type JsonSchema = Record<string, unknown>;

/** `GET /api/patterns`, one entry; also what the pattern page gets. */
export interface PatternDescription {
  id: string;
  title: string;
  family: Family;
  summary: string;
  /** From the lesson's front matter. */
  structure: string;
  useWhen: string;
  notWhen: string;
  variants: { id: string; title: string; summary: string; actions: string[] }[];
  params: ParamSpec[];
  /** JSON Schema of the params object. */
  paramsSchema: JsonSchema;
  actions: {
    id: string;
    title: string;
    summary: string;
    primary: boolean;
    actorField: string | null;
    body: JsonSchema;
    result: JsonSchema;
  }[];
  scenarios: {
    id: string;
    title: string;
    summary: string;
    expect: Record<string, Expectation>;
    /** What this machine may lack, and the scenario cannot do without. */
    needs: "clock" | null;
    /** Of a race, which can be stepped and explored; else null. */
    race: { actors: string[]; ticks: number; crashes: string[]; restarts: number[] } | null;
  }[];
  /** `needs`: what this machine may lack, and the fault cannot do without. */
  faults: { id: string; title: string; summary: string; body: JsonSchema; needs: "clock" | null }[];
  invariant: string;
  trafficAction: string | null;
  /** Independent redis-servers of each run, besides its own; 0: none. */
  nodes: number;
  /** It is a caching strategy that a workload can be put on. */
  hasRows: boolean;
}

/** `GET /api/patterns/{id}/source`. */
export interface SourceFile {
  /** From the repository root. */
  path: string;
  language: "typescript" | "lua" | "sql";
  text: string;
  sha256: string;
}

/** `POST /api/runs`. */
export interface CreatedRun {
  runId: string;
  /** Bearer token: who has it may act. */
  token: string;
  watchUrl: string;
  pattern: string;
  variant: string;
  params: Params;
  seed: number;
  /** `nodes`: of a pattern that has some, past their proxies; node 1 first. */
  redis?: { url: string; nodes?: string[] };
}

/** `GET /api/runs/{runId}`. */
export interface RunView {
  runId: string;
  pattern: string;
  variant: string;
  params: Params;
  seed: number;
  /** `down`: the run's Redis is gone and can be restarted. `ended`: only the trace is left. */
  status: "live" | "down" | "ended";
  scenario: string | null;
  traffic: { client: string; shape: TrafficShape; rate: number; untilUs: number }[];
  actors: { id: string; index: number; status: "connected" | "closed" | "crashed"; skewMs: number }[];
  verdict: Verdict;
  metrics: Record<string, number>;
  /** May this caller act? */
  owner: boolean;
  seq: number;
  redisVersion: string;
  clock: "virtual" | "fallback";
  /** A stepped run stands still until somebody chooses who goes next; null for a live one. */
  stepped: { scenario: string | null; liveRunId: string } | null;
}

/** `POST /api/runs/{runId}/step` and `/undo`: how a stepped run stands. Its picture is its own run's trace. */
export interface StepView {
  /** The stepped run: a run of its own, on a Redis of its own. */
  runId: string;
  /** The run that it was begun from, which goes on untouched. */
  liveRunId: string;
  /** Null: the learner's own choice of actions. */
  scenario: string | null;
  schedule: string[];
  /** Steps that are possible now. */
  choices: string[];
  gate: GateView[];
  /** Nobody has anything left to do. */
  done: boolean;
  verdict: Verdict;
  seq: number;
}

/** What an actor of a race is about to do. */
export interface GateView {
  actor: string;
  /** `waiting`: at the gate. `asleep`: until time passes. `blocked`: its command would wait for another's. */
  status: "waiting" | "asleep" | "blocked" | "done" | "crashed";
  /** The step it would take, as one would type it: one command, or those of a MULTI. */
  commands: string[];
  /** When it wakes, µs on the run's clock. */
  dueUs: number | null;
}

/** `POST /api/runs/{runId}/explore?wait=true`; while it runs, `explore:progress` brings the same. */
export interface Exploration {
  runId: string;
  scenario: string;
  variant: string;
  status: "running" | "done" | "cancelled" | "failed";
  /** Orders run so far. */
  schedules: number;
  /** True only when every order there is has been run to its end. */
  complete: boolean;
  violating: number;
  /** Orders that do something worth counting that is no breach; null where the race names nothing. */
  notable: { text: string; orders: number } | null;
  /** Which orders were run, in words: "every order", "all with at most 2 pre-emptive switches". */
  strategy: string;
  /** One sentence to quote: "72 of 90 orders admit 3 of 2." */
  text: string;
  /** Of those that break the one with the fewest switches, then steps. Set at the end. */
  shortest: ShortestSchedule | null;
  ms: number;
  schedulesPerSecond: number;
  clock: "virtual" | "fallback";
  /** The step numbers of `orders` stand for these. */
  alphabet: string[];
  /** Why it failed; null otherwise. */
  problem: string | null;
}

export interface ShortestSchedule {
  schedule: string[];
  switches: number;
  steps: number;
  /** What happens in it, a sentence a step, and what that has broken. */
  told: string[];
  /** Its trace. */
  events: RunEvent[];
}

/** One tile of the grid. Orders come in the order in which they were run: fewest pre-emptive switches first. */
export interface ExploredOrder {
  /** One character a step: index into `Exploration.alphabet`, base 36. */
  order: string;
  holds: boolean | null;
}

/** `POST /api/runs/{runId}/share`: the trace as it is now, kept for a week. */
export interface CreatedShare {
  shareId: string;
  /** A page that replays it, without any Redis. */
  url: string;
  /** ISO 8601. */
  expiresAt: string;
  /** Compressed. */
  bytes: number;
}

/** One schedule of arrivals for all limiters of a comparison: seeded, made in the server. */
export interface Arrivals {
  shape: TrafficShape;
  /** Requests per second, on average, of all clients together. */
  rate: number;
  seconds: number;
  /** How many clients take turns, 1 to 8. */
  clients: number;
  /** Of each request. */
  cost: number;
}

/** `POST /api/comparisons`: N runs, each with a Redis of its own, fed by one schedule at the same instants. */
export interface CreatedComparison {
  comparisonId: string;
  seed: number;
  arrivals: Arrivals;
  runs: CreatedRun[];
}

/** `GET /api/comparisons/{comparisonId}`. */
export interface ComparisonView {
  comparisonId: string;
  seed: number;
  arrivals: Arrivals;
  /** Names of the clients, in the order of `ComparisonBatch.clients`. */
  clients: string[];
  /** `waiting`: connections are being opened. `ended`: stopped before its end. */
  status: "waiting" | "running" | "done" | "ended";
  /** Arrivals of the whole schedule, and those that all limiters have answered. */
  total: number;
  answered: number;
  /** Arrivals on which the limiters disagreed; all of them counted, the first ones listed. */
  disagreements: number;
  disagreed: Disagreement[];
  limiters: ComparedLimiter[];
  owner: boolean;
}

export interface Disagreement {
  /** Number of the arrival, from 0. */
  n: number;
  atMs: number;
  client: string;
  /** One letter per limiter, as in `ComparisonBatch.answers`. */
  answers: string;
}

export interface ComparedLimiter {
  runId: string;
  pattern: string;
  variant: string;
  /** Titles of pattern and variant. */
  title: string;
  params: Params;
  admitted: number;
  denied: number;
  failed: number;
  /** From the call to its answer in the app server. Null before the first. */
  decisionMs: { p50: number; p99: number; samples: number } | null;
  commandsPerDecision: number | null;
  /** MEMORY USAGE: mean over the run's keys, the largest that was seen, and how many keys there were then. */
  bytesPerKey: number | null;
  keys: number;
  holds: boolean | null;
  verdict: string;
}

/** Answers in the order of the arrivals: arrival `from` is the first of the batch. */
export interface ComparisonBatch {
  comparisonId: string;
  from: number;
  /** ms after the start, ascending. */
  atMs: number[];
  /** Index into `ComparisonView.clients`. */
  clients: number[];
  /** One string per limiter, one letter per arrival: `y` admitted, `n` denied, `x` no answer. */
  answers: string[];
  /** How long the schedule has been running when this was sent, ms; -1 when it is over. */
  elapsedMs: number;
}

/** Seeded reads and writes of rows, the same for every strategy of a workload. */
export interface Workload {
  /** Operations per second, on average. */
  rate: number;
  seconds: number;
  /** Share of the operations that write, 0 to 1. */
  writeShare: number;
  /** How many rows are read and written, 1 to 50. */
  keys: number;
  /** Exponent of Zipf's law: 0, all rows alike; 1, the second is asked for half as often as the first. */
  skew: number;
  /** Seconds after the start, when every Redis is killed (kill -9) and started again at once; null: never. */
  killAt: number | null;
}

/** `POST /api/workloads`: N runs, one caching strategy each, that get the same reads and writes at the same instants. */
export interface CreatedWorkload {
  workloadId: string;
  seed: number;
  workload: Workload;
  runs: CreatedRun[];
}

/** `GET /api/workloads/{workloadId}`. */
export interface WorkloadView {
  workloadId: string;
  seed: number;
  workload: Workload;
  /** `waiting`: connections are being opened. `counting`: all is sent, and what was lost is being looked for. `ended`: stopped before its end. */
  status: "waiting" | "running" | "counting" | "done" | "ended";
  /** Since the start; stops with the last operation. */
  elapsedMs: number;
  /** Operations of the whole schedule, and those that were sent. */
  total: number;
  sent: number;
  /** Width of the buckets of every strategy. */
  bucketMs: number;
  strategies: StrategyFacts[];
  owner: boolean;
}

/** One strategy under the workload. Counts are of operations; what failed is in no other count. */
export interface StrategyFacts {
  runId: string;
  pattern: string;
  variant: string;
  /** Titles of pattern and variant. */
  title: string;
  params: Params;
  reads: number;
  /** Reads that did not go to the database. */
  hits: number;
  writes: number;
  failed: number;
  /** Sent to PostgreSQL, for reads, writes and whatever else the strategy does. */
  queries: number;
  /** Reads that answered less than what had been acknowledged when they began; and by how much the worst was behind. */
  staleReads: number;
  stalestMs: number;
  readMs: LatencyFacts | null;
  writeMs: LatencyFacts | null;
  /** Acknowledged writes that nobody can read any more, counted at the end. Null until then. */
  lost: number | null;
  /** Writes that were sent and got no answer: nobody knows of them whether they went in. */
  unknown: number;
  holds: boolean | null;
  verdict: string;
  /** By time; the last one may still fill. */
  buckets: WorkloadBucket[];
}

export interface LatencyFacts {
  p50: number;
  p99: number;
  samples: number;
}

export interface WorkloadBucket {
  reads: number;
  hits: number;
  queries: number;
  staleReads: number;
  stalestMs: number;
  /** Median of the writes that were answered in it; null without any. */
  writeMs: number | null;
  failed: number;
}

/** `GET /api/runs/{runId}/keys`: the keys now, for the inspector. */
export interface InspectedKey {
  key: string;
  /** Which of the run's nodes has it; absent: the run's own Redis. */
  node?: number;
  kind: string;
  ttlMs: number;
  memoryBytes: number | null;
  encoding: string | null;
  /** How many items it has, of which `value` shows the first 50; null for strings. */
  length: number | null;
  value: WireValue;
  /** A redis-cli command that shows this key. */
  cli: string;
}

export interface ApiError {
  error: { code: string; message: string; field?: string };
}
