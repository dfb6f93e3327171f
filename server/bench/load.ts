/** A limiter under load: takes for many clients in turn, and the count of what they were told. */
import type { Contender } from "./rounds";

/** What one take was told: `used` units of the quota are in use, its own included. */
export interface Told {
  allowed: boolean;
  used: number;
}

interface Turn {
  clients: number;
  asked: number;
  admitted: number;
  used: number;
}

/** The rate changes from turn to turn: the mean of so many decides how many clients the next one has. */
const RECENT = 4;

/** Of all loads: limiters give keys of different types the same name. */
let turnsPrepared = 0;

export class Load implements Contender {
  private next = 0;
  private names: string[] = [];
  private turns: Turn[] = [];
  private turn: Turn = { clients: 0, asked: 0, admitted: 0, used: 0 };

  /** @param wanted units that shall be in use when a take is asked; the number of clients follows. Null: it stays. */
  constructor(
    readonly name: string,
    private clients: number,
    private readonly wanted: number | null,
    private readonly take: (client: string) => Promise<Told>,
  ) {}

  /** Each turn has clients of its own. The same work spread over twice as many leaves half in use for each. */
  prepare(): void {
    if (this.wanted !== null && this.turns.length > 0) {
      const inUse = this.turns.slice(-RECENT).map(({ clients, used, asked }) => (clients * used) / asked);
      const mean = inUse.reduce((sum, units) => sum + units, 0) / inUse.length;
      this.clients = Math.max(1, Math.round(mean / this.wanted));
    }
    turnsPrepared += 1;
    this.names = Array.from({ length: this.clients }, (_, i) => `client-${turnsPrepared}-${i}`);
  }

  begin(): void {
    this.turn = { clients: this.clients, asked: 0, admitted: 0, used: 0 };
    this.turns.push(this.turn);
  }

  async once(): Promise<void> {
    this.next = this.next + 1 < this.names.length ? this.next + 1 : 0;
    const { allowed, used } = await this.take(this.names[this.next] as string);
    this.turn.asked += 1;
    this.turn.admitted += allowed ? 1 : 0;
    this.turn.used += used;
  }

  /** Of all turns since it was last asked, but for the first, which warms up. */
  facts(): Record<string, number> {
    const turns = this.turns.splice(0).slice(1);
    const sum = (field: keyof Turn) => turns.reduce((total, turn) => total + turn[field], 0);
    return {
      "% admitted": Number(((100 * sum("admitted")) / sum("asked")).toFixed(1)),
      "units in use": Math.round(sum("used") / sum("asked")),
      clients: this.clients,
    };
  }
}
