/**
 * The page that the clock shim (vclock.c) maps into a redis-server: two native int64, `frozen_us` and `offset_us`.
 * Writing it moves that one server's wall clock: TIME, TTLs, stream ids, blocking time-outs and MONITOR's stamps follow.
 */
import { closeSync, openSync, writeSync } from "node:fs";

const PAGE_BYTES = 4096;

export class ClockPage {
  private readonly file: number;
  private readonly buffer = Buffer.alloc(16);
  private closed = false;

  constructor(readonly path: string) {
    this.file = openSync(path, "w+", 0o600);
    writeSync(this.file, Buffer.alloc(PAGE_BYTES), 0, PAGE_BYTES, 0);
  }

  /** `frozenUs` 0: the clock runs, `offsetUs` ahead of the machine's. Otherwise it stands still at that time. */
  set(frozenUs: number, offsetUs: number): void {
    if (this.closed) return; // its number may be another file's by now
    this.buffer.writeBigInt64LE(BigInt(Math.round(frozenUs)), 0);
    this.buffer.writeBigInt64LE(BigInt(Math.round(offsetUs)), 8);
    writeSync(this.file, this.buffer, 0, 16, 0);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    closeSync(this.file);
  }
}

/** One clock for all of them; null when one has none. */
export function clockPages(servers: readonly { clock: ClockPage | null }[]): ClockPages | null {
  const pages = servers.flatMap(({ clock }) => clock ?? []);
  return pages.length === servers.length ? new ClockPages(pages) : null;
}

/** One clock for several servers, each of which may be off by a time of its own. */
export class ClockPages {
  private readonly jumpsUs: number[];
  private frozenUs = 0;
  private offsetUs = 0;

  constructor(private readonly pages: readonly ClockPage[]) {
    this.jumpsUs = pages.map(() => 0);
  }

  set(frozenUs: number, offsetUs: number): void {
    this.frozenUs = frozenUs;
    this.offsetUs = offsetUs;
    for (const i of this.pages.keys()) this.write(i);
  }

  /** From now on this page is so far ahead of where it would be; further jumps add up. */
  jump(index: number, us: number): void {
    this.jumpsUs[index] = this.jumpOf(index) + us;
    this.write(index);
  }

  jumpOf(index: number): number {
    return this.jumpsUs[index] ?? 0;
  }

  /** All show the same again. */
  align(): void {
    this.jumpsUs.fill(0);
    this.set(this.frozenUs, this.offsetUs);
  }

  private write(index: number): void {
    const jumpUs = this.jumpOf(index);
    this.pages[index]?.set(this.frozenUs && this.frozenUs + jumpUs, this.offsetUs + jumpUs);
  }
}
