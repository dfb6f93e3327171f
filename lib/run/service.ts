/** All runs of this server: opening, finding, limiting and ending them. Lives once, in the server process. */
import { randomBytes, randomInt, timingSafeEqual } from "node:crypto";
import type { Params, Pattern, Stage } from "../contract";
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
}

export interface OpenRequest {
  pattern: string;
  variant?: string | undefined;
  params?: Params | undefined;
  seed?: number | undefined;
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
  /** Owners of runs that are being opened, one entry a run. */
  private readonly opening: string[] = [];
  private readonly timer = setInterval(() => this.sweep(), SWEEP_EVERY_MS);
  private readonly openedListeners = new Set<(run: Run) => void>();
  private readonly endedListeners = new Set<(run: Run, reason: string) => void>();

  constructor(
    private readonly catalogue: Catalogue,
    private readonly pool: RedisPool,
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
    return this.opening.length + this.live().length;
  }

  /** @throws PlaygroundError 400 for a bad request, 429 when the owner or the server has too many runs, 503 without Redis */
  async open(request: OpenRequest, owner: string): Promise<OwnedRun> {
    const pattern = this.catalogue.patterns.find(({ id }) => id === request.pattern);
    if (!pattern)
      throw new PlaygroundError(400, "invalid", `pattern: there is no pattern "${request.pattern}"`, {
        field: "pattern",
      });
    const variant = findVariant(pattern, request.variant ?? pattern.variants[0]?.id ?? "");
    const params = checkParams(pattern, request.params ?? {});
    const load = this.catalogue.stages[pattern.id];
    if (!load) throw new Error(`${pattern.id} has no stage in the registry`);
    this.checkLimits(owner);
    this.opening.push(owner);
    try {
      const { stage } = await load();
      const server = await this.takeServer();
      const run = await this.openOn(server, {
        id: randomBytes(18).toString("base64url"),
        pattern,
        stage,
        variant,
        params,
        seed: request.seed ?? randomInt(2 ** 31),
        redisVersion: this.redisVersion,
        bounds: { maxEvents: this.limits.TRACE_MAX_EVENTS, maxBytes: this.limits.TRACE_MAX_MB * 1024 * 1024 },
      });
      const now = Date.now();
      const owned = {
        run,
        owner,
        token: randomBytes(24).toString("base64url"),
        createdAt: now,
        seenAt: now,
        endedAt: null,
      };
      this.runs.set(run.id, owned);
      for (const listener of this.openedListeners) listener(run);
      return owned;
    } finally {
      this.opening.splice(this.opening.indexOf(owner), 1);
    }
  }

  /** @throws PlaygroundError 404 */
  get(id: string): OwnedRun {
    const owned = this.runs.get(id);
    if (!owned) throw unknownThing("run", id);
    return owned;
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
    await this.pool.give(owned.run.server);
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
  }

  /** Ends runs that nobody uses and forgets traces that are old. */
  sweep(now = Date.now()): void {
    for (const owned of this.live()) {
      const { run } = owned;
      if (run.traffic.running || run.playing) owned.seenAt = now;
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

  private checkLimits(owner: string): void {
    const { RUNS_PER_OWNER, RUNS_PER_SERVER } = this.limits;
    const opening = this.opening.filter((one) => one === owner).length;
    if (this.ofOwner(owner).length + opening >= RUNS_PER_OWNER)
      throw new PlaygroundError(
        429,
        "too_many_runs",
        `You have ${RUNS_PER_OWNER} runs open; end one to open another.`,
        { retryAfterSeconds: 30 },
      );
    if (this.liveCount >= RUNS_PER_SERVER)
      throw new PlaygroundError(
        429,
        "server_full",
        `This server has ${RUNS_PER_SERVER} runs open, which is all it takes.`,
        { retryAfterSeconds: 60 },
      );
  }

  /** A server whose run cannot be opened goes back at once. */
  private async openOn(server: RedisServer, settings: Omit<RunSettings, "server">): Promise<Run> {
    try {
      return await Run.open({ ...settings, server });
    } catch (error) {
      await this.pool.give(server);
      throw new PlaygroundError(503, "redis_unavailable", `The run's Redis gave up: ${(error as Error).message}`, {
        retryAfterSeconds: 5,
      });
    }
  }

  private async takeServer(): Promise<RedisServer> {
    try {
      return await this.pool.take();
    } catch (error) {
      throw new PlaygroundError(503, "redis_unavailable", `No Redis could be started: ${(error as Error).message}`, {
        retryAfterSeconds: 5,
      });
    }
  }
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
