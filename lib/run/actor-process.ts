/**
 * The process behind an actor: what it remembers between its actions, and its second connection, which only listens. Both
 * go with it; the next process of the same actor is another object, so that code of the dead one cannot write into it.
 */
import type { Channels, Listener } from "../contract";
import { listeningLane } from "../contract";
import type { NewEvent } from "../events";
import type { ConnectionOptions } from "../redis/redis-server";
import { Gate, type GateRecorder, hasCrashed } from "./gate";
import { ListeningConnection } from "./listening-connection";
import { toWireText, toWireValue } from "./wire-value";

const OBSERVED_ENTRIES = 50;
const NOTHING = "{}";

/** What outlives a process. */
export interface ProcessSetting {
  actor: string;
  /** The lane of its second connection has its actor's colour and shape. */
  index: number;
  /** Of the actor's own connection. While it is held, what comes in waits for `hear`. */
  gate: Gate;
  connection(): ConnectionOptions;
  /** In Redis' own words, why it has closed a connection by itself; null when it does not say. Absent: nobody asks it. */
  whyClosed?(clientId: number): string | null;
  recorder: GateRecorder;
  trace: { append(event: NewEvent): number };
}

/** Knows whether it may have changed since somebody looked: values are replaced, never changed in place. */
class Memory extends Map<string, unknown> {
  changed = false;

  override set(key: string, value: unknown): this {
    this.changed = true;
    return super.set(key, value);
  }

  override delete(key: string): boolean {
    this.changed = true;
    return super.delete(key);
  }

  override clear(): void {
    this.changed = true;
    super.clear();
  }
}

export class ActorProcess {
  readonly memory = new Memory();
  /** Of the second connection; null until there has been one. */
  laneStatus: "connected" | "closed" | null = null;
  private readonly lane: string;
  private connection: ListeningConnection | null = null;
  private listener: Listener | null = null;
  /** Came in while the gate was held, and is not told yet. */
  private readonly inbox: (() => void)[] = [];
  /** Connections on their way out, or read again. */
  private readonly changing = new Set<Promise<unknown>>();
  private ended = false;
  /** What the trace was last told of the memory. */
  private observed = NOTHING;

  constructor(private readonly setting: ProcessSetting) {
    this.lane = listeningLane(setting.actor);
  }

  get listening(): boolean {
    return this.connection?.subscribed ?? false;
  }

  /** See `PatternContext.listen`. Calls that come together share one connection. */
  async listen(to: Channels, listener: Listener): Promise<number> {
    // Whoever calls while it is being hung up gets a new one.
    if (this.connection?.closing) await this.connection.gone;
    if (this.ended) throw hasCrashed();
    this.listener = listener;
    this.connection ??= this.open();
    const { channels, patterns } = named(to);
    return this.connection.subscribe(channels, patterns);
  }

  /** See `PatternContext.unlisten`. */
  async unlisten(to: Channels): Promise<void> {
    const { channels, patterns } = named(to);
    await this.connection?.unsubscribe(channels, patterns);
  }

  /** See `PatternContext.hangUp`. */
  async hangUp(): Promise<void> {
    await this.close();
  }

  /** Its listening connection is not read any more: what Redis sends fills the kernel's buffers, and then Redis' own. */
  stopReading(): void {
    this.connection?.stopReading();
  }

  /**
   * Reads on; resolves when what has come meanwhile is heard, where Redis has closed the connection.
   * @param stands does Redis still know the connection of this CLIENT ID?
   */
  async readOn(stands: (clientId: number) => Promise<boolean>): Promise<void> {
    const heard = this.connection?.readOn(stands);
    if (heard) await this.underWay(heard);
  }

  /** Resolves when all that Redis has sent until now has been told, and connections that are to go are gone. */
  async hear(): Promise<void> {
    await Promise.all([this.connection?.marker(), ...this.changing]);
    this.tellAll();
  }

  /** Tells the trace what the process remembers, where that has changed. */
  observe(): void {
    const { memory, observed } = this;
    if (this.ended || !memory.changed) return;
    memory.changed = false;
    const first = [...memory].slice(0, OBSERVED_ENTRIES);
    const entries = Object.fromEntries(first.map(([key, value]) => [key, toWireValue(value)]));
    const text = JSON.stringify(entries);
    if (text === observed) return;
    this.observed = text;
    this.setting.trace.append({ type: "memory", actor: this.setting.actor, entries });
  }

  /** The process is gone: it hears and remembers nothing any more. */
  end(status: "closed" | "crashed"): void {
    if (this.ended) return;
    this.memory.clear();
    this.observe();
    this.ended = true;
    this.inbox.length = 0;
    this.listener = null;
    if (!this.connection) return;
    void this.close();
    this.connection = null;
    this.tell(status);
  }

  private open(): ListeningConnection {
    const { recorder, gate, trace } = this.setting;
    const connection = new ListeningConnection(
      new Gate(this.lane, recorder),
      this.setting.connection(),
      (message, channel, pattern) => {
        const tell = () => {
          const matched = pattern === null ? {} : { pattern };
          const told = message === null ? null : toWireText(message);
          trace.append({ type: "message", actor: this.lane, channel, message: told, ...matched });
          this.listener?.message(message, channel, pattern);
          this.observe();
        };
        if (this.ended) return;
        if (gate.held) this.inbox.push(tell);
        else tell();
      },
    );
    void connection.gone.then((stood) => {
      if (this.connection !== connection) return;
      this.connection = null;
      this.tellAll();
      this.tell("closed", this.reasonFor(connection));
      if (stood) this.listener?.lost?.();
      this.observe();
    });
    this.tell("connected");
    return connection;
  }

  private async close(): Promise<void> {
    const gone = this.connection?.close();
    if (gone) await this.underWay(gone);
  }

  private async underWay(change: Promise<unknown>): Promise<void> {
    this.changing.add(change);
    await change;
    this.changing.delete(change);
  }

  private reasonFor({ hungUp, id }: ListeningConnection): string | null {
    return hungUp || id === null ? null : (this.setting.whyClosed?.(id) ?? null);
  }

  private tellAll(): void {
    for (const tell of this.inbox.splice(0)) tell();
  }

  private tell(status: "connected" | "closed" | "crashed", text: string | null = null): void {
    const { index, trace } = this.setting;
    this.laneStatus = status === "connected" ? status : "closed";
    trace.append({ type: "actor", actor: this.lane, index, status, ...(text === null ? {} : { text }) });
  }
}

function named(to: Channels): { channels: readonly string[]; patterns: readonly string[] } {
  if (isList(to)) return { channels: to, patterns: [] };
  return { channels: to.channels ?? [], patterns: to.patterns ?? [] };
}
const isList = (to: Channels): to is readonly string[] => Array.isArray(to);
