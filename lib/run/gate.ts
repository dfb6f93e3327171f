/**
 * The gate: the one place that every command of an actor passes on its way to Redis. Open, it only tells the recorder;
 * held, it parks each command until it is released, in order; crashed, it never lets anything through again.
 */
import { type Command, Redis, type RedisOptions } from "ioredis";
import type { ConnectionOptions } from "../redis/redis-server";

export interface GateRecorder<Flight = unknown> {
  /** Before a command is written: from now on its answer may come. */
  sending(actor: string, command: Command): Flight;
  /** After it was written. `action` is the action call that sent it; `batch` is the write it shares with others, if any. */
  sent(flight: Flight, client: GatedRedis, command: Command, action: number | null, batch: object | null): void;
}

type WriteStream = NonNullable<Parameters<Redis["sendCommand"]>[1]>;

/** One step at the gate: a command, or all commands of one MULTI or pipeline. */
interface Parked {
  batch: object | null;
  commands: Command[];
  writes: (() => void)[];
}

export class Gate {
  private holding = false;
  private crashed = false;
  private readonly parked: Parked[] = [];
  /** Told of each step that comes to stand at the gate. */
  onParked: (() => void) | null = null;
  private doom: { stepsLeft: number; batch: object | null; onCrash: () => void } | null = null;

  constructor(
    readonly actor: string,
    private readonly recorder: GateRecorder,
  ) {}

  get held(): boolean {
    return this.holding;
  }

  /** What stands at the gate, first first: names and arguments of each step. */
  get waiting(): { name: string; args: string[] }[][] {
    return this.parked.map((step) => step.commands.map(({ name, args }) => ({ name, args: args.map(String) })));
  }

  get waitingCount(): number {
    return this.parked.length;
  }

  hold(): void {
    this.holding = true;
  }

  /** Lets everything go that waits, and what comes after it. */
  open(): void {
    this.holding = false;
    while (this.letFirst()) {
      // until nobody waits
    }
  }

  /** Lets the first step go; resolves when Redis has answered all of it, at once when nobody waits. */
  async releaseStep(): Promise<void> {
    const step = this.letFirst();
    if (step) await Promise.allSettled(step.commands.map(({ promise }) => promise));
  }

  private letFirst(): Parked | null {
    const step = this.parked.shift();
    if (!step) return null;
    for (const write of step.writes) write();
    return step;
  }

  /** Closes the gate for ever: what waits and what comes is refused. The connection is its owner's to destroy. */
  crash(): void {
    this.crashed = true;
    this.doom = null;
    for (const step of this.parked.splice(0)) for (const command of step.commands) refuse(command);
  }

  /** Opens it again after a crash, for another process on the same connection. Nobody may be waiting. */
  revive(): void {
    this.crashed = false;
    this.holding = false;
    this.onParked = null;
  }

  /** Lets so many more steps through (a MULTI or pipeline is one); the next one finds its sender dead. */
  crashAfter(steps: number, onCrash: () => void): void {
    this.doom = { stepsLeft: steps, batch: null, onCrash };
  }

  pass(client: GatedRedis, command: Command, action: number | null, batch: object | null): void {
    this.meetDoom(batch);
    if (this.crashed) refuse(command);
    else if (this.holding) this.park(() => this.let(client, command, action, batch), command, batch);
    else this.let(client, command, action, batch);
  }

  private meetDoom(batch: object | null): void {
    const { doom } = this;
    if (!doom || (batch && batch === doom.batch)) return;
    doom.batch = batch;
    doom.stepsLeft -= 1;
    if (doom.stepsLeft >= 0) return;
    this.doom = null;
    doom.onCrash();
  }

  private let(client: GatedRedis, command: Command, action: number | null, batch: object | null): void {
    const flight = this.recorder.sending(this.actor, command);
    client.write(command, batch);
    this.recorder.sent(flight, client, command, action, batch);
  }

  private park(write: () => void, command: Command, batch: object | null): void {
    const last = this.parked.at(-1);
    if (batch && last?.batch === batch) {
      last.commands.push(command);
      last.writes.push(write);
      return;
    }
    this.parked.push({ batch, commands: [command], writes: [write] });
    this.onParked?.();
  }
}

export const hasCrashed = () => new Error("This actor has crashed: its connection is gone.");

function refuse(command: Command): void {
  command.reject(hasCrashed());
}

/** Node's options of every actor client: nothing is queued, nothing is sent twice (ioredis re-sends after a kill otherwise). */
const ACTOR_OPTIONS = {
  maxRetriesPerRequest: 0,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  enableReadyCheck: false,
  disableClientInfo: true,
  retryStrategy: (attempt: number) => Math.min(attempt * 20, 200),
};

/** An ioredis client whose commands pass a gate. Everything in ioredis goes through `sendCommand`, scripts and batches too. */
export class GatedRedis extends Redis {
  /** `host:port` of this end, as MONITOR names the client; "" until connected. */
  address = "";
  private gathering = false;

  constructor(
    readonly gate: Gate,
    connection: ConnectionOptions,
    options: Pick<RedisOptions, "protocol" | "retryStrategy"> = {},
  ) {
    super({ ...connection, ...ACTOR_OPTIONS, ...options, lazyConnect: true });
    this.on("connect", () => {
      const { localAddress, localPort } = this.stream as { localAddress?: string; localPort?: number };
      this.address = `${localAddress}:${localPort}`;
    });
    // Its commands fail and say so in the trace; ioredis goes on trying to connect.
    this.on("error", () => undefined);
  }

  override sendCommand(command: Command, stream?: WriteStream): Promise<unknown> {
    return this.sendAs(null, command, stream);
  }

  /** Past the gate. `batch` is the stream that ioredis gathers a MULTI or pipeline in. */
  write(command: Command, batch: object | null): void {
    this.gather();
    super.sendCommand(command, (batch as WriteStream | null) ?? undefined);
  }

  /**
   * What is sent in one turn of the event loop leaves in one system call. Each write wakes Redis, which costs more than to
   * record the command; so the traced client is about as fast as a plain one.
   */
  private gather(): void {
    if (this.gathering) return;
    const { stream } = this;
    this.gathering = true;
    stream?.cork();
    process.nextTick(() => {
      this.gathering = false;
      stream?.uncork();
    });
  }

  /** The same connection, for one action call: what is sent through it is marked with the call's number. */
  during(action: number): GatedRedis {
    const scoped: GatedRedis = Object.create(this);
    scoped.sendCommand = (command, stream) => this.sendAs(action, command, stream);
    return scoped;
  }

  private sendAs(action: number | null, command: Command, stream?: WriteStream): Promise<unknown> {
    // The handshake (HELLO, AUTH) is ioredis' own business, not the pattern's.
    if (this.status === "connect" || this.status === "wait")
      return super.sendCommand(command, stream) as Promise<unknown>;
    this.gate.pass(this, command, action, stream ?? null);
    return command.promise;
  }
}
