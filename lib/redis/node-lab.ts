/**
 * Several independent redis-servers of one run. Each lane of an owner gets to each of them through a fault proxy of its own, so
 * that a network may be broken for all or for one owner. Nodes have numbers, from 1.
 */
import { ownerOf } from "../contract";
import { FaultProxy, type LinkRules, type ProxyClock, SOUND } from "./fault-proxy";
import type { ConnectionOptions, RedisServer } from "./redis-server";

/** What is wrong between a node and one owner, or everybody (`owner` null). */
interface Rule {
  node: number;
  owner: string | null;
  rules: LinkRules;
}

export class NodeLab {
  /** By lane; the first one is to node 1. */
  private readonly links = new Map<string, FaultProxy[]>();
  private rules: Rule[] = [];
  private moves = 0;

  constructor(
    readonly servers: readonly RedisServer[],
    private readonly clock: ProxyClock,
  ) {}

  /** 1, 2, … */
  get numbers(): number[] {
    return this.servers.map((_, i) => i + 1);
  }

  /** Grows whenever bytes get on in any link: what stays the same for a while stands still. */
  get moved(): number {
    return this.moves;
  }

  /** @throws RangeError when there is no such node */
  server(node: number): RedisServer {
    const server = this.servers[node - 1];
    if (!server) throw new RangeError(`There is no node ${node}.`);
    return server;
  }

  /**
   * Opens this lane's links. Answers how each node is reached. Whoever comes into a broken network had its connections
   * before: what is lost or late is so from `join` on; only a link that refuses does so at once.
   * @param isWanted asked when they are open; if it is not any more they are closed again, and there is none
   */
  async open(lane: string, isWanted = () => true): Promise<ConnectionOptions[]> {
    this.close(lane);
    const moved = () => {
      this.moves += 1;
    };
    const proxies = await Promise.all(
      this.servers.map((server) => FaultProxy.open(() => server.port, this.clock, moved)),
    );
    if (!isWanted()) {
      for (const proxy of proxies) proxy.close();
      return [];
    }
    this.links.set(lane, proxies);
    for (const [i, proxy] of proxies.entries())
      proxy.rules = { ...SOUND, refuses: this.linkRules(i + 1, lane).refuses };
    return proxies.map(({ port }, i) => ({ ...this.server(i + 1).connection(), port }));
  }

  /** From now on this lane feels what is wrong with its links. */
  join(lane: string): void {
    for (const node of this.numbers) this.apply(node, lane);
  }

  /** @param lane null: all of them */
  close(lane: string | null): void {
    for (const [name, proxies] of this.links)
      if (lane === null || name === lane) {
        for (const proxy of proxies) proxy.close();
        this.links.delete(name);
      }
  }

  /** Something more is wrong with the links to a node: everybody's, or one owner's. */
  break(node: number, owner: string | null, change: Partial<LinkRules>): void {
    const rule = this.rules.find((one) => one.node === node && one.owner === owner);
    if (rule) rule.rules = { ...rule.rules, ...change };
    else this.rules.push({ node, owner, rules: { ...SOUND, ...change } });
    this.applyAll(node);
  }

  /** @param node null: all of them. @param owner null: everybody's links, each owner's own rules too */
  heal(node: number | null, owner: string | null): void {
    this.rules = this.rules.filter(
      (rule) => (node !== null && rule.node !== node) || (owner !== null && rule.owner !== owner),
    );
    for (const one of node === null ? this.numbers : [node]) this.applyAll(one);
  }

  /** Can this lane have a connection to the node, now? */
  connects(node: number, lane: string): boolean {
    const { alive, paused } = this.server(node);
    return alive && !paused && !this.linkRules(node, lane).refuses;
  }

  /** Does what is sent in it get there and back, too? */
  answers(node: number, lane: string): boolean {
    return this.connects(node, lane) && this.linkRules(node, lane).lost === null;
  }

  /** The worst of all that was broken between the lane's owner and this node. */
  private linkRules(node: number, lane: string): LinkRules {
    const owner = ownerOf(lane);
    return this.rules
      .filter((rule) => rule.node === node && (rule.owner === null || rule.owner === owner))
      .reduce<LinkRules>(
        (worst, { rules }) => ({
          delayMs: Math.max(worst.delayMs, rules.delayMs),
          lost: worst.lost && rules.lost && worst.lost !== rules.lost ? "both" : (worst.lost ?? rules.lost),
          refuses: worst.refuses || rules.refuses,
        }),
        SOUND,
      );
  }

  private applyAll(node: number): void {
    for (const lane of this.links.keys()) this.apply(node, lane);
  }

  private apply(node: number, lane: string): void {
    const proxy = this.links.get(lane)?.[node - 1];
    if (proxy) proxy.rules = this.linkRules(node, lane);
  }
}
