/** Writes what passes the gates into the trace: the command when it is sent, its reply when it is back and joined. */
import type { Command } from "ioredis";
import type { EventOf } from "../events";
import { type Blocked, BlockedCommands } from "./blocked-commands";
import { mayWaitMs } from "./blocking";
import type { GatedRedis, GateRecorder } from "./gate";
import type { Joined, MonitorJoin } from "./monitor-join";
import type { RunClock } from "./run-clock";
import { type SourceLine, SourceSampler } from "./source-line";
import type { Trace } from "./trace";
import { toWireText, toWireValue } from "./wire-value";

type Span = [number, number];
/** A reply that MONITOR did not date lies between send and receipt; the guard is for two clocks read by two processes. */
const BRACKET_GUARD_US = 2000;

/** Per action call: replies still to be recorded, and when its last command was executed. */
interface Call {
  open: number;
  decidedUs: Span | null;
  settled: (() => void) | null;
}

/**
 * A command on its way. It listens at the command's own `resolve` and `reject`, because one more promise per command
 * costs more than all the rest of the recording (measured).
 */
class Flight {
  ref = 0;
  sentUs = 0;
  /** Null: the run's own Redis. */
  node: number | null = null;
  call: Call | undefined = undefined;
  /** It may wait inside Redis for what others bring; null: it is answered at once. */
  blocked: Blocked | null = null;
  line: (() => Promise<Joined>) | null = null;
  readonly sentAt = performance.now();
  /** Told when the answer is there; null until the command itself has been recorded. */
  landed: ((flight: Flight) => void) | null = null;
  isAnswered = false;
  value: unknown = undefined;
  error: Error | null = null;

  constructor(
    readonly actor: string,
    command: Command,
  ) {
    const { resolve, reject } = command;
    command.resolve = (value: unknown) => {
      this.answer(value, null);
      return resolve(value);
    };
    command.reject = (error: Error) => {
      this.answer(undefined, error);
      reject(error);
    };
  }

  private answer(value: unknown, error: Error | null): void {
    if (this.isAnswered) return;
    this.isAnswered = true;
    this.value = value;
    this.error = error;
    this.landed?.(this);
  }
}

/** A query that has been recorded as sent. */
export interface QueryFlight {
  ref: number;
  actor: string;
}

export class Recorder implements GateRecorder<Flight> {
  /** Commands and queries sent and not yet answered, but for those that may wait inside Redis. */
  private unanswered = 0;
  /** Commands among them that wait inside Redis; nobody is busy with those. */
  readonly blocked = new BlockedCommands();
  private sentTotal = 0;
  private openQueries = 0;
  readonly sampler = new SourceSampler();
  private readonly batches = new WeakMap<object, { id: number; kind: "multi" | "pipeline"; count: number }>();
  private batchCount = 0;
  private readonly calls = new Map<number, Call>();
  private readonly landed = (flight: Flight) => this.received(flight);

  constructor(
    private readonly trace: Pick<Trace, "append">,
    private readonly monitor: Pick<MonitorJoin, "watching" | "expect" | "pending">,
    private readonly clock: Pick<RunClock, "atUs" | "held">,
    /** SHA1 or text of a script → its file name. */
    private readonly scripts: ReadonlyMap<string, string>,
  ) {}

  /** Commands on the way or replies not yet in the trace. */
  get busy(): boolean {
    return this.unanswered > 0 || this.monitor.pending > 0;
  }

  /** Queries that have passed the gate and have no answer yet, waited for by the code that sent them or not. */
  get queriesOpen(): number {
    return this.openQueries;
  }

  /** Counts every command; a difference over time is the rate. */
  get sentCount(): number {
    return this.sentTotal;
  }

  /** Numbers of batches and calls begin anew; nothing may be under way. */
  startAfresh(): void {
    this.batchCount = 0;
    this.calls.clear();
  }

  /** @returns when it begins, µs on the run's clock */
  openCall(action: number): number {
    this.calls.set(action, { open: 0, decidedUs: null, settled: null });
    return Math.floor(this.clock.atUs(performance.now()));
  }

  /** Resolves with the server time of the call's last command as soon as all its replies are in the trace. */
  async closeCall(action: number): Promise<Span | null> {
    const call = this.calls.get(action);
    if (call && call.open > 0)
      await new Promise<void>((resolve) => {
        call.settled = resolve;
      });
    this.calls.delete(action);
    return call?.decidedUs ?? null;
  }

  sending(actor: string, command: Command): Flight {
    return new Flight(actor, command);
  }

  where(): SourceLine | null {
    return this.sampler.sample();
  }

  sent(
    flight: Flight,
    client: GatedRedis,
    command: Command,
    action: number | null,
    batch: object | null,
    source: SourceLine | null = this.where(),
  ): void {
    flight.sentUs = Math.floor(this.clock.atUs(flight.sentAt));
    const script = command.name.startsWith("eval") ? this.scripts.get(String(command.args[0])) : undefined;
    const args = command.args.map(toWireText);
    if (script !== undefined) args[0] = script;
    // All properties at once, numbers of the trace included: objects that grow later cost twice as much.
    const event: EventOf<"command"> = {
      seq: 0,
      atUs: 0,
      epoch: 0,
      type: "command",
      actor: flight.actor,
      action,
      name: upperCase(command.name),
      args,
    };
    if (script !== undefined) event.script = script;
    if (batch) event.batch = this.batchPlace(batch, command);
    if (source) event.source = source;
    if (client.node !== null) event.node = client.node;
    flight.node = client.node;
    flight.ref = this.trace.append(event, flight.sentUs);
    this.sentTotal += 1;
    if (action !== null) flight.call = this.calls.get(action);
    // A node may never answer; whoever asked it says how long to wait. Nobody else does.
    if (flight.node === null) {
      // Within a MULTI nothing waits.
      const waitMs = batch ? null : mayWaitMs(command.name, command.args);
      if (waitMs === null) this.unanswered += 1;
      else flight.blocked = this.blocked.begin(client.address, action, flight.sentUs + waitMs * 1000);
      if (flight.call) flight.call.open += 1;
    }
    if (this.monitor.watching && flight.node === null) {
      const [first] = command.args;
      flight.line = this.monitor.expect(client.address, command.name, first === undefined ? "" : String(first));
    }
    flight.landed = this.landed;
    // ioredis refuses at once what it cannot write.
    if (flight.isAnswered) this.received(flight);
  }

  /**
   * A query passes the gate. Until it is `asking` nobody is busy with it: it may have to wait first. Code that waits for its
   * answer goes on only when that stands in the trace; so a call's result need not wait for queries, as it does for replies.
   */
  sendingQuery(query: Omit<EventOf<"query">, "seq" | "atUs" | "epoch" | "type">): QueryFlight {
    this.openQueries += 1;
    return { ref: this.trace.append({ type: "query", ...query }), actor: query.actor };
  }

  /** While the database works at it. */
  async asking<T>(work: () => Promise<T>): Promise<T> {
    this.unanswered += 1;
    try {
      return await work();
    } finally {
      this.unanswered -= 1;
    }
  }

  queryAnswered(
    { ref, actor }: QueryFlight,
    answer: Pick<EventOf<"rows">, "rows" | "count" | "error" | "latencyUs">,
  ): void {
    this.openQueries -= 1;
    this.trace.append({ type: "rows", ref, actor, ...answer });
  }

  private received(flight: Flight): void {
    if (flight.blocked) this.blocked.end(flight.blocked, !flight.error || flight.error.name === "ReplyError");
    else if (flight.node === null) this.unanswered -= 1;
    const receivedAt = performance.now();
    const latencyUs = Math.round((receivedAt - flight.sentAt) * 1000);
    const receivedUs = Math.ceil(this.clock.atUs(receivedAt));
    const guardUs = this.clock.held ? 0 : BRACKET_GUARD_US;
    const bracket: Span = [flight.sentUs - guardUs, receivedUs + guardUs];
    if (!flight.line) {
      this.record(flight, latencyUs, bracket, null, receivedUs);
      return;
    }
    void flight.line().then((joined) => {
      const exact: Span = joined.serverUs === null ? bracket : [joined.serverUs, joined.serverUs];
      this.record(flight, latencyUs, exact, joined);
    });
  }

  private record(flight: Flight, latencyUs: number, serverUs: Span, joined: Joined | null, atUs?: number): void {
    const event: EventOf<"reply"> = {
      seq: 0,
      atUs: 0,
      epoch: 0,
      type: "reply",
      ref: flight.ref,
      actor: flight.actor,
      latencyUs,
      serverOrder: joined?.serverOrder ?? null,
      serverUs,
    };
    if (flight.error) event.error = flight.error.message;
    else event.value = toWireValue(flight.value);
    if (flight.node !== null) event.node = flight.node;
    if (joined?.inner.length) event.inner = joined.inner.map((words) => words.map(toWireText));
    this.trace.append(event, atUs);
    const { call } = flight;
    if (!call) return;
    if (flight.node === null) call.open -= 1;
    if (!call.decidedUs || serverUs[1] >= call.decidedUs[1]) call.decidedUs = serverUs;
    if (call.open === 0) call.settled?.();
  }

  /** ioredis writes a batch into one throw-away stream object: the same object, the same batch. */
  private batchPlace(batch: object, command: Command): NonNullable<EventOf<"command">["batch"]> {
    let known = this.batches.get(batch);
    if (!known) {
      this.batchCount += 1;
      known = { id: this.batchCount, kind: command.name === "multi" ? "multi" : "pipeline", count: 0 };
      this.batches.set(batch, known);
    }
    known.count += 1;
    return { id: known.id, kind: known.kind, index: known.count - 1 };
  }
}

const upperNames = new Map<string, string>();

function upperCase(name: string): string {
  let upper = upperNames.get(name);
  if (upper === undefined) {
    upper = name.toUpperCase();
    // Names come from ioredis' typed methods, but also from call(): keep no endless list of nonsense.
    if (upperNames.size < 1000) upperNames.set(name, upper);
  }
  return upper;
}
