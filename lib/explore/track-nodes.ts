/**
 * The independent nodes of a track: empty before each order, and one of them may come back empty within one. Between its
 * actors and them are no proxies: nothing is slow here, and who is not to reach a node gets no connection to it.
 */
import { Redis } from "ioredis";
import type { EventOf } from "../events";
import { nextExpiryMs, shortenTtls } from "../redis/expiries";
import type { RedisServer } from "../redis/redis-server";
import type { Actor } from "../run/actors";
import { GatedRedis, withScripts } from "../run/gate";
import { observedKey, readAll } from "../run/read-key";
import type { LuaScript } from "../run/scripts";

/** Nobody listens there: only root may. */
const CLOSED_PORT = 1;
const ONCE = { retryStrategy: () => null };

export class TrackNodes {
  private readonly controls: Redis[];
  private readonly clients: GatedRedis[] = [];

  private constructor(
    private readonly servers: readonly RedisServer[],
    private readonly scripts: readonly LuaScript[],
  ) {
    this.controls = servers.map(
      (server) =>
        new Redis({ ...server.connection(), lazyConnect: true, enableAutoPipelining: true, retryStrategy: null }),
    );
  }

  static async open(servers: readonly RedisServer[], scripts: readonly LuaScript[]): Promise<TrackNodes> {
    const nodes = new TrackNodes(servers, scripts);
    for (const control of nodes.controls) control.on("error", () => undefined);
    await Promise.all(servers.map((_, i) => nodes.prepare(i)));
    return nodes;
  }

  close(): void {
    for (const client of [...this.controls, ...this.clients]) client.disconnect();
  }

  /** @param reaches numbers of the nodes that this actor gets a connection to; absent: all */
  async connect(gate: Actor["gate"], reaches?: readonly number[]): Promise<GatedRedis[]> {
    const clients = this.servers.map((server, i) => {
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
    await Promise.all(this.controls.map((control) => control.flushall("SYNC")));
  }

  /** kill -9 and start; everybody who was connected is so again. */
  async restart(node: number): Promise<void> {
    const server = this.servers[node - 1];
    if (!server) throw new RangeError(`There is no node ${node}.`);
    const cut = this.clients.filter((client) => client.node === node && client.reaches);
    for (const client of [...cut, this.controls[node - 1]]) client?.disconnect();
    await server.die();
    await server.restart();
    await Promise.all([this.prepare(node - 1), ...cut.map((client) => client.connect())]);
  }

  async observe(): Promise<EventOf<"observation">["keys"]> {
    const all = await Promise.all(this.controls.map((control) => readAll(control)));
    return all.flatMap((keys, i) => keys.map((key) => observedKey(key, i + 1)));
  }

  async nextExpiryMs(): Promise<number | null> {
    const found = (await Promise.all(this.controls.map(nextExpiryMs))).filter((ms) => ms !== null);
    return found.length ? Math.min(...found) : null;
  }

  async shortenTtls(byMs: number): Promise<void> {
    await Promise.all(this.controls.map((control) => shortenTtls(control, byMs)));
  }

  private async prepare(i: number): Promise<void> {
    const control = this.controls[i];
    await control?.connect();
    await control?.config("SET", "notify-keyspace-events", "");
    for (const { text } of this.scripts) await control?.script("LOAD", text);
  }
}
