/** redis-server processes kept started ahead of need, so that opening a run costs no start. */
import { RedisServer, type RedisServerSettings } from "./redis-server";

export class RedisPool {
  private readonly warm: RedisServer[] = [];
  private readonly all = new Set<RedisServer>();
  private filling: Promise<void> | null = null;
  private closed = false;

  constructor(
    private readonly settings: RedisServerSettings,
    private readonly size: number,
  ) {}

  /** Starts the warm servers. @throws Error when the binary does not work: better at boot than at the first learner. */
  async fill(): Promise<void> {
    this.filling ??= this.top().finally(() => {
      this.filling = null;
    });
    await this.filling;
  }

  async take(): Promise<RedisServer> {
    let server = this.warm.shift();
    while (server && !server.alive) {
      await this.give(server);
      server = this.warm.shift();
    }
    server ??= await this.start();
    this.fill().catch(() => undefined); // the next take() starts one itself and reports why it cannot
    return server;
  }

  /** Ends a server: a used one is never handed out again. */
  async give(server: RedisServer): Promise<void> {
    this.all.delete(server);
    await server.stop();
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.filling?.catch(() => undefined);
    await Promise.all([...this.all].map((server) => this.give(server)));
  }

  private async top(): Promise<void> {
    while (!this.closed && this.warm.length < this.size) this.warm.push(await this.start());
  }

  private async start(): Promise<RedisServer> {
    const server = await RedisServer.start(this.settings);
    this.all.add(server);
    return server;
  }
}
