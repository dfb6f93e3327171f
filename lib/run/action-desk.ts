/** Runs a pattern's actions: checks the body, finds the actor, gives the code its context, writes the result. */
import type { ActionSpec, Body, Channels, PatternContext, Spread } from "../contract";
import type { NewEvent, WireValue } from "../events";
import type { Actor } from "./actors";
import { checkBody } from "./check-body";
import type { Loops } from "./loops";
import { PlaygroundError, unknownThing } from "./playground-error";
import { DatabaseProblem, type QueryDesk } from "./query-desk";
import type { Recorder } from "./recorder";
import type { Redaction } from "./redaction";
import { type ActionSetting, refuseIfUnfit, type TrafficCall, trafficCall } from "./traffic-call";
import { toWireValue } from "./wire-value";

/** Who acts when an action names nobody. */
const YOU = "you";

/** Whose actions are run: a run, or one order of an exploration. */
export interface DeskHost extends ActionSetting {
  readonly status: "live" | "down" | "ended";
  readonly server: { readonly alive: boolean };
  readonly actors: { get(id: string): Promise<Actor>; hangUp(actor: Actor): Promise<void> };
  readonly trace: { append(event: NewEvent): number };
  /** Null where the pattern has no database. */
  readonly queries: QueryDesk | null;
  readonly loops: Loops;
  /** Null where the pattern has nothing to hide. */
  readonly redaction: Redaction | null;
  /** The scenario that is being played, if any. */
  readonly playing: string | null;
  /** @throws PlaygroundError 404, or 409 where nobody pulls faults */
  pullFault(fault: string, body: unknown, by: "person" | "scenario"): Promise<unknown>;
  /** @throws PlaygroundError when nobody can act now */
  mustBeLive(): void;
  /** Clock, waits and chance, as this actor's code gets them. */
  ambience(actor: Actor): Pick<PatternContext, "now" | "sleep" | "random" | "uuid">;
}

/** A call, or a turn of a loop, that is under way. */
interface OpenCall {
  actor: Actor;
  action: number;
  name: string;
  body: Body;
  /** On the run's clock, and on the machine's. */
  startedUs: number;
  startedAt: number;
}

export class ActionDesk {
  private calls = 0;
  private open = 0;

  constructor(
    private readonly run: DeskHost,
    private readonly recorder: Recorder,
  ) {}

  /** Calls whose result is not in the trace yet. */
  get openCalls(): number {
    return this.open;
  }

  /**
   * Runs an action of the pattern as its actor and answers the pattern's result.
   * @param lane the actor to act as, when not the one that the body names
   * @throws PlaygroundError 400, 404, 409 or 503
   */
  async act(actionId: string, given: unknown, lane?: string): Promise<WireValue> {
    const spec = this.run.pattern.actions.find(({ id }) => id === actionId);
    if (!spec) throw unknownThing("action", actionId);
    this.run.mustBeLive();
    if (spec.pulls) return this.pull(spec, spec.pulls, given);
    const code = this.run.variant.actions[spec.spread?.action ?? actionId];
    if (!code)
      throw new PlaygroundError(409, "not_in_variant", `"${this.run.variant.title}" has no action "${spec.title}".`);
    const checked = checkBody(spec.body, given) as Body;
    const body = this.run.redaction?.resolve(checked) ?? checked;
    refuseIfUnfit(this.run, spec, body);
    const actor = await this.run.actors.get(lane ?? this.actorOf(actionId, body));
    return this.recorded(actor, spec.id, body, (context) =>
      spec.spread ? this.actSpread(spec.spread, body) : code(context as never, this.run.params, body as never),
    );
  }

  /** What is done to somebody is nobody's action: it stands in the trace as a fault. */
  private async pull(spec: ActionSpec, { fault, answer }: NonNullable<ActionSpec["pulls"]>, given: unknown) {
    await this.run.pullFault(fault, checkBody(spec.body, given), this.run.playing ? "scenario" : "person");
    return answer;
  }

  /** A turn of a loop, in its lane. What goes wrong stands in the trace. @returns whether it went well */
  turn(lane: Actor, name: string, code: (context: PatternContext) => Promise<unknown>): Promise<boolean> {
    return this.recorded(lane, name, {}, code).then(
      () => true,
      () => false,
    );
  }

  private async recorded<T>(
    actor: Actor,
    name: string,
    body: Body,
    code: (context: PatternContext) => Promise<T>,
  ): Promise<T> {
    const action = ++this.calls;
    this.open += 1;
    const startedUs = this.recorder.openCall(action);
    const startedAt = performance.now();
    const close = (outcome: { value: WireValue } | { error: string }) =>
      this.close({ actor, action, name, body, startedUs, startedAt }, outcome);
    try {
      const value = await code(this.contextFor(actor, action));
      close({ value: toWireValue(value) });
      return value;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      const message = this.run.redaction?.hide(text) ?? text;
      close({ error: message });
      if (error instanceof PlaygroundError) throw error;
      throw error instanceof DatabaseProblem ? this.unanswered(message) : this.failed(message, isRedisError(error));
    }
  }

  /** All its calls at once. One that fails stands in the trace and does not stop the others. */
  private async actSpread(spread: Spread, body: Body): Promise<WireValue> {
    const startedAt = performance.now();
    const bodies = spread.bodies(body, this.run.params);
    const values = await Promise.all(bodies.map((one) => this.act(spread.action, one).catch(() => null)));
    return spread.sum(values, performance.now() - startedAt);
  }

  /** Which actor an action with this body acts as. */
  actorOf(actionId: string, body: Body): string {
    const spec = this.run.pattern.actions.find(({ id }) => id === actionId);
    const named = spec?.actorField ? body[spec.actorField] : spec?.actorOf?.(body);
    return typeof named === "string" ? named : YOU;
  }

  /** The action and body that a client's traffic repeats. @throws PlaygroundError 400, 404 or 409 */
  trafficCall(client: string, actionId: string | undefined, given: Body): TrafficCall {
    return trafficCall(this.run, client, actionId, given);
  }

  private contextFor(actor: Actor, action: number): PatternContext {
    const { pattern, queries } = this.run;
    const { process, gate } = actor;
    const step = <T>(text: string, work: () => Promise<T>): Promise<T> =>
      pattern.listeningSteps ? gate.passStep(text, work) : work();
    return {
      ...this.run.ambience(actor),
      redis: actor.client.during(action),
      nodes: actor.nodes.map((client) => client.during(action)),
      db: queries?.during(actor, action) ?? {
        query: () => Promise.reject(new Error(`${pattern.id} declares no database.`)),
      },
      actor: actor.id,
      memory: process.memory,
      get listening() {
        return process.listening;
      },
      listen: (to, listener) => step(subscribeText(to), () => process.listen(to, listener)),
      unlisten: (to) => step(subscribeText(to, "UN"), () => process.unlisten(to)),
      hangUp: () => step("hang up", () => this.run.actors.hangUp(actor)),
      loops: {
        start: (loop) => this.run.loops.start(actor, loop),
        stop: (id) => this.run.loops.stop(id),
      },
    };
  }

  /** Writes the result once the replies that led to it are in the trace. */
  private close(
    { actor, action, name, body, startedUs, startedAt }: OpenCall,
    outcome: { value: WireValue } | { error: string },
  ): void {
    const ms = Math.round((performance.now() - startedAt) * 1000) / 1000;
    actor.process.observe();
    void this.recorder.closeCall(action).then((decidedUs) => {
      this.open -= 1;
      this.run.trace.append({
        type: "result",
        actor: actor.id,
        action,
        name,
        body,
        ...outcome,
        decidedUs,
        startedUs,
        ms,
      });
    });
  }

  /** What went wrong at the database, as the API tells it. */
  private unanswered(message: string): PlaygroundError {
    if (this.run.status === "ended") return this.failed(message);
    return new PlaygroundError(503, "database_error", `The database gave no answer: ${message}`, {
      retryAfterSeconds: 1,
    });
  }

  /** What went wrong at Redis, as the API tells it. */
  failed(message: string, byRedis = true): PlaygroundError {
    if (this.run.status === "ended")
      return new PlaygroundError(409, "run_ended", "The run ended before the answer came.");
    if (
      this.run.status === "down" ||
      !this.run.server.alive ||
      /writeable|Connection is closed|ECONN|aborted due to connection/i.test(message)
    )
      return new PlaygroundError(503, "redis_down", `Redis gave no answer: ${message}`, { retryAfterSeconds: 1 });
    if (/has crashed/.test(message)) return new PlaygroundError(409, "actor_crashed", message);
    // What a pattern's own code gives up on is told in its own words.
    return byRedis
      ? new PlaygroundError(503, "redis_error", `Redis refused a command: ${message}`)
      : new PlaygroundError(503, "gave_up", message, { retryAfterSeconds: 1 });
  }
}

/** As one would type it: "SUBSCRIBE news", "PUNSUBSCRIBE news.*". */
function subscribeText(to: Channels, un: "UN" | "" = ""): string {
  const { channels = [], patterns = [] } = "length" in to ? { channels: to } : to;
  const parts = [...worded(`${un}SUBSCRIBE`, channels), ...worded(`P${un}SUBSCRIBE`, patterns)];
  return parts.join("; ") || `${un}SUBSCRIBE`;
}
const worded = (command: string, names: readonly string[]) => (names.length ? [[command, ...names].join(" ")] : []);

/** ioredis' name for what Redis answers with an error. */
const isRedisError = (error: unknown): boolean => error instanceof Error && error.name === "ReplyError";
