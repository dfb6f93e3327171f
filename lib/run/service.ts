/** All runs of this server: opening, finding, limiting and ending them. Lives once, in the server process. */
import { randomBytes, randomInt, timingSafeEqual } from "node:crypto";
import type { Params, Pattern, RunView, Stage, Variant } from "../contract";
import type { Databases } from "../database/databases";
import type { RunSchema } from "../database/run-schema";
import type { Env } from "../env";
import type { RedisPool } from "../redis/pool";
import type { RedisServer } from "../redis/redis-server";
import { PlaygroundError, unknownThing } from "./playground-error";
import { Run, type RunSettings } from "./run";

export interface OwnedRun {
  run: Run;
  owner: string;
  token: string;
  createdAt: number;
  /** Last time its owner acted or was seen, ms since the Unix epoch. */
  seenAt: number;
  endedAt: number | null;
  /** What it was opened for; only an owner's own runs count against the owner's limit. */
  role: "own" | "compared" | "stepped";
}

export interface OpenRequest {
  pattern: string;
  variant?: string | undefined;
  params?: Params | undefined;
  seed?: number | undefined;
}

/** A request that has been checked: what a run is opened with. */
export interface PreparedRun {
  pattern: Pattern;
  variant: Variant;
  params: Params;
  seed: number;
}

export interface Catalogue {
  patterns: readonly Pattern[];
  stages: Readonly<Record<string, () => Promise<{ stage: Stage }>>>;
}

type Limits = Pick<
  Env,
  "RUNS_PER_OWNER" | "RUNS_PER_SERVER" | "RUN_IDLE_MINUTES" | "TRACE_KEPT_MINUTES" | "TRACE_MAX_EVENTS" | "TRACE_MAX_MB"
>;

const SWEEP_EVERY_MS = 15_000;
/** Ended runs whose traces are kept, at most; the oldest goes first. */
const MAX_ENDED = 40;

export class RunService {
  private readonly runs = new Map<string, OwnedRun>();
  /** Runs that are being opened. */
  private readonly opening = new Set<Pick<OwnedRun, "owner" | "role">>();
  private readonly timer = setInterval(() => this.sweep(), SWEEP_EVERY_MS);
  private readonly openedListeners = new Set<(run: Run) => void>();
  private readonly endedListeners = new Set<(run: Run, reason: string) => void>();

  constructor(
    private readonly catalogue: Catalogue,
    private readonly pool: RedisPool,
    private readonly databases: Databases,
    private readonly limits: Limits,
    readonly redisVersion: string,
  ) {
    this.timer.unref();
  }

  onOpened(listener: (run: Run) => void): void {
    this.openedListeners.add(listener);
  }

  onEnded(listener: (run: Run, reason: string) => void): void {
    this.endedListeners.add(listener);
  }

  /** Runs that have a Redis. */
  get liveCount(): number {
    return this.opening.size + this.live().length;
  }

  /** @throws PlaygroundError 400 for a bad request, 429 when the owner or the server has too many runs, 503 without Redis */
  async open(request: OpenRequest, owner: string): Promise<OwnedRun> {
    const prepared = this.prepare(request);
    this.checkOwnersLimit(owner);
    this.checkRoom(1);
    return this.openPrepared(prepared, owner, "own");
  }

  /** Opens a run beside a live one, to be stepped. @throws PlaygroundError 429 when the server is full, 503 without Redis */
  async openStepped(
    prepared: PreparedRun,
    live: Pick<OwnedRun, "owner" | "token">,
    stepped: NonNullable<RunView["stepped"]>,
  ): Promise<OwnedRun> {
    this.checkRoom(1);
    const owned = await this.openPrepared(prepared, live.owner, "stepped", stepped);
    // Who may act on the one may act on the other.
    return Object.assign(owned, { token: live.token });
  }

  /** @throws PlaygroundError 400 */
  prepare(request: OpenRequest): PreparedRun {
    const pattern = this.catalogue.patterns.find(({ id }) => id === request.pattern);
    if (!pattern)
      throw new PlaygroundError(400, "invalid", `pattern: there is no pattern "${request.pattern}"`, {
        field: "pattern",
      });
    return {
      pattern,
      variant: findVariant(pattern, request.variant ?? pattern.variants[0]?.id ?? ""),
      params: checkParams(pattern, request.params ?? {}),
      seed: request.seed ?? randomInt(2 ** 31),
    };
  }

  /** Opens the runs of a comparison: all of them or none. @throws PlaygroundError 429 when the server is full, 503 without Redis */
  async openCompared(prepared: readonly PreparedRun[], owner: string): Promise<OwnedRun[]> {
    this.checkRoom(prepared.length);
    const outcomes = await Promise.allSettled(prepared.map((one) => this.openPrepared(one, owner, "compared")));
    const opened = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    const failure = outcomes.find((outcome) => outcome.status === "rejected");
    if (!failure) return opened;
    await Promise.all(opened.map((owned) => this.remove(owned)));
    throw failure.reason;
  }

  /** @throws PlaygroundError 429 unless so many more runs fit in, once `freed` of those that are live have gone */
  checkRoom(more: number, freed = 0): void {
    const { RUNS_PER_SERVER } = this.limits;
    if (this.liveCount - freed + more <= RUNS_PER_SERVER) return;
    throw new PlaygroundError(
      429,
      "server_full",
      more === 1
        ? `This server has ${RUNS_PER_SERVER} runs open, which is all it takes.`
        : `This server takes ${RUNS_PER_SERVER} runs; ${more} more do not fit beside those that are open.`,
      { retryAfterSeconds: 60 },
    );
  }

  private async openPrepared(
    prepared: PreparedRun,
    owner: string,
    role: OwnedRun["role"],
    stepped?: RunSettings["stepped"],
  ): Promise<OwnedRun> {
    const { pattern } = prepared;
    const load = this.catalogue.stages[pattern.id];
    if (!load) throw new Error(`${pattern.id} has no stage in the registry`);
    const opening = { owner, role };
    this.opening.add(opening);
    try {
      const { stage } = await load();
      const schema = pattern.database ? await this.openSchema(pattern.id) : null;
      const run = await this.openOn(schema, {
        ...prepared,
        ...(stepped ? { stepped } : {}),
        nodeCount: pattern.nodes ?? 0,
        id: randomBytes(18).toString("base64url"),
        stage,
        redisVersion: this.redisVersion,
        bounds: { maxEvents: this.limits.TRACE_MAX_EVENTS, maxBytes: this.limits.TRACE_MAX_MB * 1024 * 1024 },
      });
      const now = Date.now();
      const token = randomBytes(24).toString("base64url");
      const owned = { run, owner, token, createdAt: now, seenAt: now, endedAt: null, role };
      this.runs.set(run.id, owned);
      for (const listener of this.openedListeners) listener(run);
      return owned;
    } finally {
      this.opening.delete(opening);
    }
  }

  /** @throws PlaygroundError 404 */
  get(id: string): OwnedRun {
    const owned = this.runs.get(id);
    if (!owned) throw unknownThing("run", id);
    return owned;
  }

  /** Whether its trace can still be read. */
  knows(id: string): boolean {
    return this.runs.has(id);
  }

  mayAct(owned: OwnedRun, owner: string | null, bearer: string | null): boolean {
    if (owner !== null && owner === owned.owner) return true;
    if (bearer === null) return false;
    const [given, kept] = [Buffer.from(bearer), Buffer.from(owned.token)];
    return given.length === kept.length && timingSafeEqual(given, kept);
  }

  ofOwner(owner: string): OwnedRun[] {
    return this.live().filter((owned) => owned.owner === owner);
  }

  /** Ends a run; its trace stays readable for a while. */
  async end(owned: OwnedRun, reason: string): Promise<void> {
    if (owned.endedAt !== null) return;
    owned.endedAt = Date.now();
    owned.run.end(reason);
    for (const listener of this.endedListeners) listener(owned.run, reason);
    const { server, nodes, queries } = owned.run;
    const servers = [server, ...(nodes?.lab.servers ?? [])];
    await Promise.all([...servers.map((one) => this.pool.give(one)), dropSchema(queries?.schema ?? null)]);
  }

  /** Ends a run and forgets it: process, files and trace. */
  async remove(owned: OwnedRun): Promise<void> {
    this.runs.delete(owned.run.id);
    await this.end(owned, "Its owner removed it.");
    owned.run.trace.close();
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all([...this.runs.values()].map((owned) => this.end(owned, "The server stops.")));
    await this.pool.close();
    await this.databases.close();
  }

  /** Ends runs that nobody uses and forgets traces that are old. */
  sweep(now = Date.now()): void {
    for (const owned of this.live()) {
      const { run } = owned;
      if (run.traffic.running || run.playing || run.comparing) owned.seenAt = now;
      if (now - owned.seenAt < this.limits.RUN_IDLE_MINUTES * 60_000) continue;
      void this.end(owned, `Nobody used it for ${this.limits.RUN_IDLE_MINUTES} minutes.`);
    }
    const ended = [...this.runs.values()].filter(({ endedAt }) => endedAt !== null);
    for (const [i, owned] of ended.entries()) {
      const old = now - (owned.endedAt ?? now) >= this.limits.TRACE_KEPT_MINUTES * 60_000;
      if (!old && i >= ended.length - MAX_ENDED) continue;
      owned.run.trace.close();
      this.runs.delete(owned.run.id);
    }
  }

  private live(): OwnedRun[] {
    return [...this.runs.values()].filter(({ endedAt }) => endedAt === null);
  }

  private checkOwnersLimit(owner: string): void {
    const { RUNS_PER_OWNER } = this.limits;
    const counts = (one: Pick<OwnedRun, "owner" | "role">) => one.owner === owner && one.role === "own";
    if (this.live().filter(counts).length + [...this.opening].filter(counts).length < RUNS_PER_OWNER) return;
    throw new PlaygroundError(429, "too_many_runs", `You have ${RUNS_PER_OWNER} runs open; end one to open another.`, {
      retryAfterSeconds: 30,
    });
  }

  /** What is there of a run that cannot be opened goes at once. */
  private async openOn(
    schema: RunSchema | null,
    { nodeCount, ...settings }: Omit<RunSettings, "server" | "nodes" | "schema"> & { nodeCount: number },
  ): Promise<Run> {
    let servers: RedisServer[] = [];
    try {
      servers = await this.takeServers(1 + nodeCount);
      const [server, ...nodes] = servers as [RedisServer, ...RedisServer[]];
      return await Run.open({ ...settings, server, nodes, schema });
    } catch (error) {
      await Promise.all([...servers.map((server) => this.pool.give(server)), dropSchema(schema)]);
      if (error instanceof PlaygroundError) throw error;
      throw new PlaygroundError(503, "redis_unavailable", `The run's Redis gave up: ${(error as Error).message}`, {
        retryAfterSeconds: 5,
      });
    }
  }

  private async openSchema(patternId: string): Promise<RunSchema> {
    try {
      return await this.databases.openSchema(patternId);
    } catch (error) {
      throw new PlaygroundError(503, "database_unavailable", `There is no database: ${(error as Error).message}`, {
        retryAfterSeconds: 5,
      });
    }
  }

  /** All of them or none, started at once. */
  private async takeServers(count: number): Promise<RedisServer[]> {
    const taken = await Promise.allSettled(Array.from({ length: count }, () => this.pool.take()));
    const failure = taken.find((one) => one.status === "rejected");
    const servers = taken.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    if (!failure) return servers;
    await Promise.all(servers.map((server) => this.pool.give(server)));
    const { message } = failure.reason as Error;
    throw new PlaygroundError(503, "redis_unavailable", `No Redis could be started: ${message}`, {
      retryAfterSeconds: 5,
    });
  }
}

/** A database that is gone keeps it; the next server process at that database drops it. */
async function dropSchema(schema: RunSchema | null): Promise<void> {
  await schema?.drop().catch(() => undefined);
}

/** @throws PlaygroundError 400 */
export function findVariant(pattern: Pattern, id: string) {
  const variant = pattern.variants.find((candidate) => candidate.id === id);
  if (!variant)
    throw new PlaygroundError(400, "invalid", `variant: ${pattern.id} has no variant "${id}"`, { field: "variant" });
  return variant;
}

/** Given values over `over` or the defaults, each within its bounds. @throws PlaygroundError 400 with the field */
export function checkParams(pattern: Pattern, given: Params, over?: Params): Params {
  const params = over ?? Object.fromEntries(pattern.params.map((spec) => [spec.id, spec.default]));
  for (const [id, value] of Object.entries(given)) {
    const spec = pattern.params.find((candidate) => candidate.id === id);
    const refuse = (message: string) =>
      new PlaygroundError(400, "invalid", `params.${id.slice(0, 60)}: ${message}`, {
        field: `params.${id.slice(0, 60)}`,
      });
    if (!spec) throw refuse(`${pattern.id} has no such parameter`);
    if (value < spec.min || value > spec.max) throw refuse(`must be from ${spec.min} to ${spec.max} ${spec.unit}`);
    const steps = (value - spec.min) / spec.step;
    if (Number.isInteger(spec.step) && !Number.isInteger(steps))
      throw refuse(`must be a whole multiple of ${spec.step}`);
  }
  return { ...params, ...given };
}
