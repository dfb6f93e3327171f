/**
 * The actors of a run: each one connection (and one to each of the run's nodes), one gate, one lane. More lanes of the same
 * process: the connection on which it listens, and those in which its loops go on beside it.
 */
import { laneOf, listeningLane } from "../contract";
import type { EventOf } from "../events";
import type { NodeLab } from "../redis/node-lab";
import type { RedisServer } from "../redis/redis-server";
import { ActorProcess } from "./actor-process";
import { Gate, GatedRedis, type GateRecorder, withScripts } from "./gate";
import { PlaygroundError } from "./playground-error";
import type { LuaScript } from "./scripts";
import type { Trace } from "./trace";

/** Two hundred subscribers, and those who publish. */
const MAX_ACTORS = 256;

export interface Actor {
  id: string;
  index: number;
  status: "connected" | "closed" | "crashed";
  /** How far this app server's clock is ahead of the run's, ms. */
  skewMs: number;
  gate: Gate;
  client: GatedRedis;
  /** To the run's independent nodes, node 1 first. */
  nodes: GatedRedis[];
  process: ActorProcess;
  /** Settles when the first connections stand or have failed. */
  ready: Promise<void>;
  /** Second lanes of the same process, by what they are for. */
  lanes: Map<string, Actor>;
  /** Pauses that last. */
  pauses: number;
}

/** All gates of an actor's process. */
const allLanes = (actor: Actor): Actor[] => [actor, ...actor.lanes.values()];

export class Actors {
  private readonly actors = new Map<string, Actor>();
  private opening = 0;

  constructor(
    private readonly server: RedisServer,
    private readonly scripts: readonly LuaScript[],
    private readonly recorder: GateRecorder,
    private readonly trace: Trace,
    /** Null: the pattern has no nodes. */
    private readonly lab: () => NodeLab | null = () => null,
  ) {}

  /** Actors whose first connection is on its way. */
  get connecting(): number {
    return this.opening;
  }

  list(): Actor[] {
    return [...this.actors.values()];
  }

  /** All lanes of their processes, but those that only listen. */
  working(): Actor[] {
    return this.list().flatMap(allLanes);
  }

  /** One per connection, in the order of their actors. */
  lanes(): Pick<Actor, "id" | "index" | "status" | "skewMs">[] {
    return this.list().flatMap((actor) => {
      const { index, skewMs, process } = actor;
      const { laneStatus } = process;
      return [
        ...allLanes(actor).map(({ id, status }) => ({ id, index, status, skewMs })),
        ...(laneStatus ? [{ id: listeningLane(actor.id), index, status: laneStatus, skewMs }] : []),
      ];
    });
  }

  /** Resolves when all have heard what Redis has sent them until now. */
  async hear(): Promise<void> {
    await Promise.all(this.list().map(({ process }) => process.hear()));
  }

  find(id: string): Actor | undefined {
    return this.actors.get(id);
  }

  /** The actor of this id, connected; made at its first use. @throws PlaygroundError 409 when it has crashed or there are too many. */
  async get(id: string): Promise<Actor> {
    const known = this.actors.get(id);
    if (known?.status === "crashed")
      throw new PlaygroundError(409, "actor_crashed", `${id} has crashed: its connection is gone for good.`);
    if (known && known.status === "connected") {
      await known.ready;
      return known;
    }
    if (!known && this.actors.size >= MAX_ACTORS)
      throw new PlaygroundError(
        409,
        "too_many_actors",
        `A run has at most ${MAX_ACTORS} actors; use one of those it has.`,
      );
    const actor = this.connect(id, known?.index ?? this.actors.size, known?.skewMs ?? 0);
    this.actors.set(id, actor);
    await actor.ready;
    return actor;
  }

  /** A second lane of an actor's process, connected; made at its first use. Where the process stands still, so does the lane. */
  async second(actor: Actor, use: string): Promise<Actor> {
    const known = actor.lanes.get(use);
    const lane = known ?? this.connect(laneOf(actor.id, use), actor.index, actor.skewMs, actor.process);
    actor.lanes.set(use, lane);
    if (!known && actor.pauses > 0) this.hold(lane);
    await lane.ready;
    return lane;
  }

  /**
   * The process stands still: what it sends, in whichever lane, waits at the gate.
   * @returns lets it go on, unless it is dead or paused once more
   */
  pause(actor: Actor): () => void {
    actor.pauses += 1;
    if (actor.pauses === 1) for (const lane of allLanes(actor)) this.hold(lane);
    return () => {
      actor.pauses -= 1;
      if (actor.pauses > 0 || actor.status !== "connected") return;
      for (const lane of allLanes(actor)) {
        this.tell(lane, "released");
        lane.gate.open();
      }
    };
  }

  /** Destroys the second connections of the actor's process; resolves when Redis has seen the one that listens go. */
  async hangUp(actor: Actor): Promise<void> {
    for (const lane of actor.lanes.values()) this.close(lane, "closed");
    actor.lanes.clear();
    await actor.process.hangUp();
  }

  private hold(lane: Actor): void {
    lane.gate.hold();
    this.tell(lane, "held");
  }

  /**
   * The connection is destroyed and the gate closed for ever: what waits there is lost, what went through is not.
   * @param after `restarts`: a new process stands behind the same id, and connects when it is first asked
   */
  crash(id: string, after: "stays-down" | "restarts" = "stays-down"): void {
    const actor = this.actors.get(id);
    if (!actor || actor.status === "crashed") return;
    for (const lane of allLanes(actor)) this.close(lane, "crashed");
    actor.process.end("crashed");
    actor.lanes.clear();
    if (after === "restarts") actor.status = "closed";
  }

  /** Closes all connections; the ids keep their colours. Crashed ones may come back: this is a fresh start. */
  closeAll(): void {
    for (const actor of this.actors.values()) {
      if (actor.status === "connected") {
        for (const lane of allLanes(actor)) this.close(lane, "closed");
        actor.process.end("closed");
      }
      actor.lanes.clear();
      actor.status = "closed";
      actor.skewMs = 0;
    }
  }

  private close(lane: Actor, status: "closed" | "crashed"): void {
    lane.status = status;
    lane.gate.crash();
    for (const client of [lane.client, ...lane.nodes]) client.disconnect();
    this.lab()?.close(lane.id);
    this.tell(lane, status);
  }

  /** @param process of whom it is another lane; absent: a new one */
  private connect(id: string, index: number, skewMs: number, process?: ActorProcess): Actor {
    this.opening += 1;
    const gate = new Gate(id, this.recorder);
    const { recorder, trace } = this;
    const connection = () => this.server.connection();
    const whyClosed = (clientId: number) => this.server.whyClosed(clientId);
    const client = withScripts(new GatedRedis(gate, connection()), this.scripts);
    const actor: Actor = {
      id,
      index,
      status: "connected",
      skewMs,
      gate,
      client,
      nodes: [],
      process: process ?? new ActorProcess({ actor: id, index, gate, connection, whyClosed, recorder, trace }),
      lanes: new Map(),
      pauses: 0,
      // A connection that fails shows in the commands that fail; ioredis goes on trying.
      ready: client.connect().catch(() => undefined),
    };
    const opened = Promise.all([actor.ready, this.connectNodes(actor)]).finally(() => {
      this.opening -= 1;
    });
    actor.ready = opened.then(() => undefined);
    this.tell(actor, "connected");
    return actor;
  }

  /** Does not wait for the answers of nodes that cannot answer now. */
  private async connectNodes(lane: Actor): Promise<void> {
    const lab = this.lab();
    if (!lab) return;
    const connections = await lab.open(lane.id, () => !lane.gate.dead);
    lane.nodes = connections.map((to, i) => withScripts(new GatedRedis(lane.gate, to, {}, i + 1), this.scripts));
    await Promise.all(
      lane.nodes.map((client, i) => {
        const { alive, paused } = lab.server(i + 1);
        if (alive && paused) return client.connectToSilence();
        const ready = client.connect().catch(() => undefined);
        return lab.connects(i + 1, lane.id) ? ready : undefined;
      }),
    );
    lab.join(lane.id);
  }

  private tell(actor: Actor, status: EventOf<"actor">["status"]): void {
    this.trace.append({ type: "actor", actor: actor.id, index: actor.index, status });
  }
}
