/** Writes what passes the gates into the trace: the command when it is sent, its reply when it is back and joined. */
import type { Command } from "ioredis";
import type { EventOf, NewEvent, RunEvent } from "../events";
import type { Gate, GatedRedis, GateRecorder } from "./gate";
import type { Joined, MonitorJoin } from "./monitor-join";
import type { RunClock } from "./run-clock";
import { SourceSampler } from "./source-line";
import type { Trace } from "./trace";
import { toWireText, toWireValue } from "./wire-value";

type Span = [number, number];
/** A reply that MONITOR did not date lies between send and receipt; the guard is for two clocks read by two processes. */
const BRACKET_GUARD_US = 2000;

type New<T extends RunEvent["type"]> = Extract<NewEvent, { type: T }>;

interface Call {
  /** Replies that are not in the trace yet. */
  open: number;
  decidedUs: Span | null;
  settled: (() => void) | null;
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

function noteReply(call: Call, serverUs: Span): void {
  call.open -= 1;
  if (!call.decidedUs || serverUs[1] >= call.decidedUs[1]) call.decidedUs = serverUs;
  if (call.open === 0) call.settled?.();
}

export class Recorder implements GateRecorder {
  /** Commands sent and not yet answered. */
  private unanswered = 0;
  private sentTotal = 0;
  private readonly sampler = new SourceSampler();
  private readonly batches = new WeakMap<object, { id: number; kind: "multi" | "pipeline"; count: number }>();
  private batchCount = 0;
  /** Per action call: replies still to be recorded, and when its last command was executed. */
  private readonly calls = new Map<number, Call>();

  constructor(
    private readonly trace: Trace,
    private readonly monitor: MonitorJoin,
    private readonly clock: Pick<RunClock, "atUs">,
    /** SHA1 or text of a script → its file name. */
    private readonly scripts: ReadonlyMap<string, string>,
  ) {}

  /** Commands on the way or replies not yet in the trace. */
  get busy(): boolean {
    return this.unanswered > 0 || this.monitor.pending > 0;
  }

  /** Counts every command; a difference over time is the rate. */
  get sentCount(): number {
    return this.sentTotal;
  }

  openCall(action: number): void {
    this.calls.set(action, { open: 0, decidedUs: null, settled: null });
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

  sent(gate: Gate, client: GatedRedis, command: Command, action: number | null, batch: object | null): void {
    const sentAt = performance.now();
    const sentUs = Math.floor(this.clock.atUs(sentAt));
    const event: New<"command"> = { type: "command", actor: gate.actor, action, ...this.describe(command) };
    if (batch) event.batch = this.batchPlace(batch, command);
    const source = this.sampler.sample();
    if (source) event.source = source;
    const ref = this.trace.append(event, sentUs);
    this.unanswered += 1;
    this.sentTotal += 1;
    const call = action === null ? undefined : this.calls.get(action);
    if (call) call.open += 1;
    const [first] = command.args;
    const line = this.monitor.watching
      ? this.monitor.expect(client.address, command.name, first === undefined ? "" : String(first))
      : null;
    const answer = (value: unknown, error?: Error) => {
      this.unanswered -= 1;
      const receivedAt = performance.now();
      const latencyUs = Math.round((receivedAt - sentAt) * 1000);
      const receivedUs = Math.ceil(this.clock.atUs(receivedAt));
      const bracket: Span = [sentUs - BRACKET_GUARD_US, receivedUs + BRACKET_GUARD_US];
      const record = (joined: Joined | null, atUs?: number) => {
        const reply: New<"reply"> = {
          type: "reply",
          ref,
          actor: gate.actor,
          latencyUs,
          serverOrder: joined?.serverOrder ?? null,
          serverUs: joined?.serverUs ? [joined.serverUs, joined.serverUs] : bracket,
        };
        if (error) reply.error = error.message;
        else reply.value = toWireValue(value);
        if (joined?.inner.length) reply.inner = joined.inner.map((words) => words.map(toWireText));
        this.trace.append(reply, atUs);
        if (call) noteReply(call, reply.serverUs);
      };
      if (line) void line().then((joined) => record(joined));
      else record(null, receivedUs);
    };
    command.promise.then(answer, (error: Error) => answer(undefined, error));
  }

  private describe(command: Command): Pick<New<"command">, "name" | "args" | "script"> {
    const name = upperCase(command.name);
    const args = command.args.map(toWireText);
    const script = command.name.startsWith("eval") ? this.scripts.get(String(command.args[0])) : undefined;
    if (script === undefined) return { name, args };
    args[0] = script;
    return { name, args, script };
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
