/** Writes what passes the gates into the trace: the command when it is sent, its reply when it is back and joined. */
import type { Command } from "ioredis";
import type { EventOf } from "../events";
import type { Gate, GatedRedis, GateRecorder } from "./gate";
import type { Joined, MonitorJoin } from "./monitor-join";
import { SourceSampler } from "./source-line";
import type { Trace } from "./trace";
import { toWireText, toWireValue } from "./wire-value";

type Span = [number, number];
/** A reply that MONITOR did not date lies between send and receipt; the guard is for two clocks read by two processes. */
const BRACKET_GUARD_US = 2000;

export class Recorder implements GateRecorder {
  /** Commands sent and not yet answered. */
  private unanswered = 0;
  private sentTotal = 0;
  private readonly sampler = new SourceSampler();
  private readonly batches = new WeakMap<object, { id: number; kind: "multi" | "pipeline"; count: number }>();
  private batchCount = 0;
  /** Per action call: replies still to be recorded, and when its last command was executed. */
  private readonly calls = new Map<number, { open: number; decidedUs: Span | null; settled: (() => void) | null }>();

  constructor(
    private readonly trace: Trace,
    private readonly monitor: MonitorJoin,
    private readonly nowUs: () => number,
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
    const sentUs = this.nowUs();
    const sentAt = performance.now();
    const { name, args, script } = this.describe(command);
    const source = this.sampler.sample();
    const seq = this.trace.append({
      type: "command",
      actor: gate.actor,
      action,
      name,
      args,
      ...(script ? { script } : {}),
      ...(batch ? { batch: this.batchPlace(batch, command) } : {}),
      ...(source ? { source } : {}),
    });
    this.unanswered += 1;
    this.sentTotal += 1;
    const call = action === null ? undefined : this.calls.get(action);
    if (call) call.open += 1;
    const joined = this.monitor.watching
      ? this.monitor.expect(client.address, command.name, command.args[0] === undefined ? "" : String(command.args[0]))
      : null;
    const answer = (value: unknown, error: Error | null) => {
      const receivedUs = this.nowUs();
      const latencyUs = Math.round((performance.now() - sentAt) * 1000);
      const record = (place: Joined | null) => {
        const serverUs: Span = place?.serverUs
          ? [place.serverUs, place.serverUs]
          : [Math.floor(sentUs) - BRACKET_GUARD_US, Math.ceil(receivedUs) + BRACKET_GUARD_US];
        this.trace.append({
          type: "reply",
          ref: seq,
          actor: gate.actor,
          ...(error ? { error: error.message } : { value: toWireValue(value) }),
          latencyUs,
          serverOrder: place?.serverOrder ?? null,
          serverUs,
          ...(place?.inner.length ? { inner: place.inner.map((words) => words.map(toWireText)) } : {}),
        });
        if (!call) return;
        call.open -= 1;
        if (!call.decidedUs || serverUs[1] >= call.decidedUs[1]) call.decidedUs = serverUs;
        if (call.open === 0) call.settled?.();
      };
      if (joined) joined().then(record);
      else record(null);
      this.unanswered -= 1;
    };
    command.promise.then(
      (value: unknown) => answer(value, null),
      (error: Error) => answer(null, error),
    );
  }

  private describe(command: Command): { name: string; args: string[]; script: string | undefined } {
    const name = command.name.toUpperCase();
    const args = command.args.map(toWireText);
    if (name !== "EVALSHA" && name !== "EVAL") return { name, args, script: undefined };
    const script = this.scripts.get(String(command.args[0]));
    return script ? { name, args: [script, ...args.slice(1)], script } : { name, args, script };
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
