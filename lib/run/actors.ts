/** The actors of a run: each one connection (and one to each node), one gate, one lane; and a lane more for the connection on which it listens. */
import { listeningLane } from "../contract";
import type { RedisServer } from "../redis/redis-server";
import { ActorProcess } from "./actor-process";
import type { NodeLab } from "../redis/node-lab";
import { Gate, GatedRedis, type GateRecorder, withScripts } from "./gate";
import { PlaygroundError } from "./playground-error";
import type { LuaScript } from "./scripts";
import type { Trace } from "./trace";

const MAX_ACTORS = 64;

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
}

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

  /** One per connection, in the order of their actors. */
  lanes(): Pick<Actor, "id" | "index" | "status" | "skewMs">[] {
    return this.list().flatMap(({ id, index, status, skewMs, process: { laneStatus } }) => [
      { id, index, status, skewMs },
      ...(laneStatus ? [{ id: listeningLane(id), index, status: laneStatus, skewMs }] : []),
    ]);
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
    await actor.ready;
    return actor;
  }

  /**
   * The connection is destroyed and the gate closed for ever: what waits there is lost, what went through is not.
   * @param after `restarts`: a new process stands behind the same id, and connects when it is first asked
   */
  crash(id: string, after: "stays-down" | "restarts" = "stays-down"): void {
    const actor = this.actors.get(id);
    if (!actor || actor.status === "crashed") return;
    actor.status = "crashed";
    this.disconnect(actor);
    this.tell(actor, "crashed");
    actor.process.end("crashed");
    if (after === "restarts") actor.status = "closed";
  }

  /** Closes all connections; the ids keep their colours. Crashed ones may come back: this is a fresh start. */
  closeAll(): void {
    for (const actor of this.actors.values()) {
      if (actor.status === "connected") {
        this.disconnect(actor);
        this.tell(actor, "closed");
        actor.process.end("closed");
      }
      actor.status = "closed";
      actor.skewMs = 0;
    }
  }

  private connect(id: string, index: number, skewMs: number): Actor {
    this.opening += 1;
    const gate = new Gate(id, this.recorder);
    const { recorder, trace } = this;
    const connection = () => this.server.connection();
    const client = withScripts(new GatedRedis(gate, connection()), this.scripts);
    const actor: Actor = {
      id,
      index,
      status: "connected",
      skewMs,
      gate,
      client,
      nodes: [],
      process: new ActorProcess({ actor: id, index, gate, connection, recorder, trace }),
      // A connection that fails shows in the commands that fail; ioredis goes on trying.
      ready: client.connect().catch(() => undefined),
    };
    actor.ready = Promise.all([actor.ready, this.connectNodes(actor)]).then(() => {
      this.opening -= 1;
    });
    this.actors.set(id, actor);
    this.tell(actor, "connected");
    return actor;
  }

  /** Does not wait for nodes that cannot answer now. */
  private async connectNodes(actor: Actor): Promise<void> {
    const lab = this.lab();
    if (!lab) return;
    const connections = await lab.open(actor.id);
    actor.nodes = connections.map((to, i) =>
      withScripts(new GatedRedis(actor.gate, to, {}, i + 1), this.scripts),
    );
    await Promise.all(
      actor.nodes.map((client, i) => {
        const ready = client.connect().catch(() => undefined);
        return lab.answers(i + 1, actor.id) ? ready : undefined;
      }),
    );
  }

  private disconnect({ id, gate, client, nodes }: Actor): void {
    gate.crash();
    for (const one of [client, ...nodes]) one.disconnect();
    this.lab()?.close(id);
  }

  private tell(actor: Actor, status: "connected" | "closed" | "crashed"): void {
    this.trace.append({ type: "actor", actor: actor.id, index: actor.index, status });
  }
}
