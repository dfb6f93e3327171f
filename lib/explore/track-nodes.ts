/**
 * The independent nodes of a track: empty before each order, and one of them may come back empty within one. Between its
 * actors and them are no proxies: nothing is slow here, and who is not to reach a node gets no connection to it.
 */
import { once } from "node:events";
import { Redis } from "ioredis";
import type { EventOf } from "../events";
import type { RedisServer } from "../redis/redis-server";
import type { Actor } from "../run/actors";
import { GatedRedis, withScripts } from "../run/gate";
import { observedKey, readAll } from "../run/read-key";
import type { LuaScript } from "../run/scripts";

/** Nobody listens there: only root may. */
const CLOSED_PORT = 1;
const ONCE = { retryStrategy: () => null };

/** A server, and the connection on which it is prepared and looked at. */
interface Node {
  server: RedisServer;
  control: Redis;
}

export class TrackNodes {
  private readonly clients: GatedRedis[] = [];

  private constructor(
    private readonly nodes: Node[],
    /**
     * A start takes longer than all the steps of an order. So a node that restarts is killed, another empty server stands in
     * its place at once, and the killed one is started while the order goes on, for the next one.
     */
    private spare: Promise<Node> | null,
    private readonly scripts: readonly LuaScript[],
  ) {}

  /** @param spare absent: no node restarts here */
  static async open(
    servers: readonly RedisServer[],
    spare: RedisServer | null,
    scripts: readonly LuaScript[],
  ): Promise<TrackNodes> {
    const nodes = await Promise.all(servers.map((server) => prepared(server, scripts)));
    return new TrackNodes(nodes, spare && prepared(spare, scripts), scripts);
  }

  async close(): Promise<void> {
    const spare = await this.spare?.catch(() => null);
    for (const { control } of [...this.nodes, ...(spare ? [spare] : [])]) control.disconnect();
    for (const client of this.clients) client.disconnect();
  }

  /** @param reaches numbers of the nodes that this actor gets a connection to; absent: all */
  async connect(gate: Actor["gate"], reaches?: readonly number[]): Promise<GatedRedis[]> {
    const clients = this.nodes.map(({ server }, i) => {
      const node = i + 1;
      const to = server.connection();
      const there = reaches?.includes(node) ?? true;
      const client = new GatedRedis(gate, there ? to : { ...to, port: CLOSED_PORT }, ONCE, node);
      return withScripts(client, this.scripts);
    });
    await Promise.all(clients.map((client) => client.connect().catch(() => undefined)));
    this.clients.push(...clients);
    return clients;
  }

  async empty(): Promise<void> {
    await Promise.all(this.nodes.map(({ control }) => control.flushall("SYNC")));
  }

  /** kill -9, and an empty server in its place; everybody who was connected is so again. */
  async restart(node: number): Promise<void> {
    const gone = this.nodes[node - 1];
    const spare = await this.spare;
    if (!gone || !spare) throw new RangeError(`There is no node ${node} to restart.`);
    const cut = this.clients.filter((client) => client.node === node && client.reaches);
    const ended = cut.map((client) => once(client, "end"));
    for (const client of [...cut, gone.control]) client.disconnect();
    await Promise.all([gone.server.die(), ...ended]);
    this.nodes[node - 1] = spare;
    this.spare = gone.server.restart().then(() => prepared(gone.server, this.scripts));
    this.spare.catch(() => undefined); // the next restart says so
    const { port, password = "" } = spare.server.connection();
    await Promise.all(
      cut.map((client) => {
        Object.assign(client.options, { port, password });
        return client.connect();
      }),
    );
  }

  async observe(): Promise<EventOf<"observation">["keys"]> {
    const all = await Promise.all(this.nodes.map(({ control }) => readAll(control)));
    return all.flatMap((keys, i) => keys.map((key) => observedKey(key, i + 1)));
  }

  get controls(): Redis[] {
    return this.nodes.map(({ control }) => control);
  }
}

/** Keyspace events would be made for nobody; scripts that are there already cost no order an extra step. */
async function prepared(server: RedisServer, scripts: readonly LuaScript[]): Promise<Node> {
  const options = { ...server.connection(), lazyConnect: true, enableAutoPipelining: true, ...ONCE };
  const control = new Redis(options);
  control.on("error", () => undefined);
  await control.connect();
  await control.config("SET", "notify-keyspace-events", "");
  for (const { text } of scripts) await control.script("LOAD", text);
  return { server, control };
}
