/**
 * Commands that wait inside Redis for what somebody else may bring (BLMOVE on an empty list). Whoever has sent one is at
 * rest for as long as Redis says that it waits; a clock that jumps must not pass by the end of its time-out, which comes by
 * Redis' own clock.
 */

/** One that was sent and is not answered yet. */
export interface Blocked {
  /** Of its connection, as CLIENT LIST has it. */
  address: string;
  action: number | null;
  /** When Redis answers with nothing; infinite: never. */
  dueUs: number;
}

export class BlockedCommands {
  private readonly waiting = new Set<Blocked>();
  /** Connections that have gone while one waited, and that Redis may not have missed yet: it could still serve them. */
  private readonly leaving = new Set<string>();

  /** @param untilUs the end of its time-out; infinite: there is none */
  begin(address: string, action: number | null, untilUs: number): Blocked {
    const blocked = { address, action, dueUs: untilUs + NOTICE_US };
    this.waiting.add(blocked);
    return blocked;
  }

  /** @param answered false: its connection is gone */
  end(blocked: Blocked, answered: boolean): void {
    this.waiting.delete(blocked);
    if (!answered) this.leaving.add(blocked.address);
  }

  /** Action calls that do nothing but wait. */
  get calls(): number {
    return new Set([...this.waiting].map(({ action }) => action)).size;
  }

  /** The next end of a time-out; null when none is to come. */
  nextDueUs(): number | null {
    const dueUs = Math.min(...[...this.waiting].map((blocked) => blocked.dueUs));
    return Number.isFinite(dueUs) ? dueUs : null;
  }

  /**
   * Is one of them about to be answered, or to be missed by Redis?
   * @param list answers CLIENT LIST; null: Redis is not there
   */
  async underWay(nowUs: number, list: () => Promise<string | null>): Promise<boolean> {
    if (this.waiting.size === 0 && this.leaving.size === 0) return false;
    const text = await list();
    if (text === null) {
      this.leaving.clear();
      return false;
    }
    const clients = new Map([...text.matchAll(CLIENT)].map(([, address = "", flags = ""]) => [address, flags]));
    for (const address of this.leaving) if (!clients.has(address)) this.leaving.delete(address);
    const isAnswered = ({ address, dueUs }: Blocked) => dueUs <= nowUs || !clients.get(address)?.includes("b");
    return this.leaving.size > 0 || [...this.waiting].some(isAnswered);
  }
}

/** Redis counts in whole ms, and gives up in the one after the last. */
const NOTICE_US = 1000;
const CLIENT = /\baddr=(\S+) .*?\bflags=(\S+)/g;
