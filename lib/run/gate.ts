/**
 * The gate: the one place that every command of an actor passes on its way to Redis, and every query on its way to
 * PostgreSQL. Open, it only tells the recorder; held, it parks each of them until it is released, in order; crashed, it
 * never lets anything through again.
 */
import { type Command, Redis, type RedisOptions } from "ioredis";
import type { ConnectionOptions } from "../redis/redis-server";
import type { LuaScript } from "./scripts";
import type { SourceLine } from "./source-line";

export interface GateRecorder<Flight = unknown> {
  /** Before a command is written: from now on its answer may come. */
  sending(actor: string, command: Command): Flight;
  /** The line of the pattern that is sending right now. */
  where(): SourceLine | null;
  /**
   * After it was written. `action` is the action call that sent it; `batch` is the write it shares with others, if any;
   * `source` where it was sent, if that is not now.
   */
  sent(
    flight: Flight,
    client: GatedRedis,
    command: Command,
    action: number | null,
    batch: object | null,
    source?: SourceLine | null,
  ): void;
}

type WriteStream = NonNullable<Parameters<Redis["sendCommand"]>[1]>;

/** A database query on its way. */
export interface GatedQuery {
  /** As one would type it, with its values. */
  text: string;
  /** Resolves when it is answered, whichever way; never rejects. */
  send(): Promise<void>;
  refuse(error: Error): void;
}

/** What stands at the gate, as far as others may see it. `name` is null for a query. */
export interface WaitingStep {
  name: string | null;
  args: string[];
  /** As one would type it. */
  text: string;
}

interface Passage extends WaitingStep {
  /** Lets it go; resolves when it is answered. */
  pass(): Promise<unknown>;
  refuse(): void;
}

/** One step at the gate: a query, a command, or all commands of one MULTI or pipeline. */
interface Parked {
  batch: object | null;
  passages: Passage[];
}

export class Gate {
  private holding = false;
  private crashed = false;
  private readonly parked: Parked[] = [];
  /** Told of each step that comes to stand at the gate. */
  onParked: (() => void) | null = null;
  private doom: { stepsLeft: number; batch: object | null; strike: () => void } | null = null;

  constructor(
    readonly actor: string,
    private readonly recorder: GateRecorder,
  ) {}

  get held(): boolean {
    return this.holding;
  }

  get dead(): boolean {
    return this.crashed;
  }

  /** What stands at the gate, first first: what each step is made of. */
  get waiting(): WaitingStep[][] {
    return this.parked.map(({ passages }) => passages.map(({ name, args, text }) => ({ name, args, text })));
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
    while (this.parked.length) void this.releaseStep();
  }

  /** Lets the first step go; resolves when all of it is answered, at once when nobody waits. */
  async releaseStep(): Promise<void> {
    const step = this.parked.shift();
    if (step) await Promise.allSettled(step.passages.map((passage) => passage.pass()));
  }

  /** Closes the gate for ever: what waits and what comes is refused. The connection is its owner's to destroy. */
  crash(): void {
    this.crashed = true;
    this.doom = null;
    for (const { passages } of this.parked.splice(0)) for (const passage of passages) passage.refuse();
  }

  /** Opens it again after a crash, for another process on the same connection. Nobody may be waiting. */
  revive(): void {
    this.crashed = false;
    this.holding = false;
    this.onParked = null;
  }

  /** Lets so many more steps through (a MULTI or pipeline is one); what comes over the sender then, the next one finds. */
  strikeAfter(steps: number, strike: () => void): void {
    this.doom = { stepsLeft: steps, batch: null, strike };
  }

  pass(client: GatedRedis, command: Command, action: number | null, batch: object | null): void {
    this.meetDoom(batch);
    if (this.crashed) command.reject(hasCrashed());
    // What finds its node refusing fails at once: nothing that anybody could come before or after.
    else if (this.holding && client.reaches) this.park(this.passageOf(client, command, action, batch), batch);
    else this.let(client, command, action, batch);
  }

  passQuery(query: GatedQuery): void {
    this.meetDoom(null);
    if (this.crashed) query.refuse(hasCrashed());
    else if (this.holding)
      this.park(
        {
          name: null,
          args: [],
          text: query.text,
          pass: () => query.send(),
          refuse: () => query.refuse(hasCrashed()),
        },
        null,
      );
    else void query.send();
  }

  /** What is a step, and no command of this connection: waits here, goes and is refused as one. */
  passStep<T>(text: string, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.passQuery({ text, send: () => work().then(resolve, reject), refuse: reject });
    });
  }

  private passageOf(client: GatedRedis, command: Command, action: number | null, batch: object | null): Passage {
    const args = command.args.map(String);
    // Here, because a command that is held goes on from somebody else's stack.
    const source = this.recorder.where();
    return {
      name: command.name,
      args,
      text: [...(client.node ? [`node ${client.node}:`] : []), command.name.toUpperCase(), ...args].join(" "),
      pass: () => {
        this.let(client, command, action, batch, source);
        return command.promise;
      },
      refuse: () => command.reject(hasCrashed()),
    };
  }

  private meetDoom(batch: object | null): void {
    const { doom } = this;
    if (!doom || (batch && batch === doom.batch)) return;
    doom.batch = batch;
    doom.stepsLeft -= 1;
    if (doom.stepsLeft >= 0) return;
    this.doom = null;
    doom.strike();
  }

  private let(
    client: GatedRedis,
    command: Command,
    action: number | null,
    batch: object | null,
    source?: SourceLine | null,
  ): void {
    const flight = this.recorder.sending(this.actor, command);
    client.write(command, batch);
    this.recorder.sent(flight, client, command, action, batch, source);
  }

  private park(passage: Passage, batch: object | null): void {
    const last = this.parked.at(-1);
    if (batch && last?.batch === batch) {
      last.passages.push(passage);
      return;
    }
    this.parked.push({ batch, passages: [passage] });
    this.onParked?.();
  }
}

export const hasCrashed = () => new Error("This actor has crashed: its connection is gone.");

/** Node's options of every actor client: nothing is queued, nothing is sent twice (ioredis re-sends after a kill otherwise). */
const ACTOR_OPTIONS = {
  maxRetriesPerRequest: 0,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  enableReadyCheck: false,
  disableClientInfo: true,
  retryStrategy: (attempt: number) => Math.min(attempt * 20, 200),
};

/** One that is cut off or stopped answers nothing, and callers who do not wait would go on asking. */
const MAX_UNANSWERED = 1000;

/** An ioredis client whose commands pass a gate. Everything in ioredis goes through `sendCommand`, scripts and batches too. */
export class GatedRedis extends Redis {
  /** `host:port` of this end, as MONITOR names the client; "" until connected. */
  address = "";
  private gathering = false;
  /** What waits while its node, which stood still when it connected, is silent in the middle of the handshake; null: it is not. */
  private unsent: { command: Command; batch: object | null }[] | null = null;

  constructor(
    readonly gate: Gate,
    connection: ConnectionOptions,
    options: Pick<RedisOptions, "protocol" | "retryStrategy"> = {},
    /** Which of the run's independent nodes it is connected to; null: the run's own Redis. */
    readonly node: number | null = null,
  ) {
    super({ ...connection, ...ACTOR_OPTIONS, ...options, lazyConnect: true });
    this.on("connect", () => {
      const { localAddress, localPort } = this.stream as { localAddress?: string; localPort?: number };
      this.address = `${localAddress}:${localPort}`;
    });
    // Its commands fail and say so in the trace; ioredis goes on trying to connect.
    this.on("error", () => undefined);
  }

  /** Is there somebody to send to? A run's own Redis is taken to be there: the run says when it is not. */
  get reaches(): boolean {
    return this.node === null || this.status === "ready" || this.unsent !== null;
  }

  override sendCommand(command: Command, stream?: WriteStream): Promise<unknown> {
    return this.sendAs(null, command, stream);
  }

  /**
   * Connects to a node that stands still: resolves when the connection stands, without a word from the other side. What is
   * sent meanwhile waits, as it does in the socket of a connection that stood before, until the node goes on or is gone.
   */
  async connectToSilence(): Promise<void> {
    this.unsent = [];
    const over = () => {
      const { unsent } = this;
      this.unsent = null;
      for (const { command, batch } of unsent ?? []) this.write(command, batch);
    };
    this.once("ready", over).once("close", over);
    await new Promise<void>((resolve) => {
      this.once("connect", resolve).once("close", resolve);
      this.connect().catch(() => undefined);
    });
  }

  /** Past the gate. `batch` is the stream that ioredis gathers a MULTI or pipeline in. */
  write(command: Command, batch: object | null): void {
    if (this.unsent) {
      this.unsent.push({ command, batch });
      return;
    }
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
    // The handshake (HELLO, AUTH) is ioredis' own business, not the pattern's: what a call sends meanwhile is refused below.
    if ((action === null || this.node === null) && (this.status === "connect" || this.status === "wait"))
      return super.sendCommand(command, stream) as Promise<unknown>;
    if (this.node !== null && this.commandQueue.length >= MAX_UNANSWERED)
      command.reject(new Error(`Node ${this.node} owes answers to ${MAX_UNANSWERED} commands already.`));
    else this.gate.pass(this, command, action, stream ?? null);
    return command.promise;
  }
}

/** The same client; each Lua file of the pattern's folder is a command of it. */
export function withScripts(client: GatedRedis, scripts: readonly LuaScript[]): GatedRedis {
  for (const { command, numberOfKeys, text } of scripts) client.defineCommand(command, { numberOfKeys, lua: text });
  return client;
}
