/**
 * The page that the clock shim (vclock.c) maps into a redis-server: two native int64, `frozen_us` and `offset_us`.
 * Writing it moves that one server's wall clock: TIME, TTLs, stream ids, blocking time-outs and MONITOR's stamps follow.
 */
import { closeSync, openSync, writeSync } from "node:fs";

const PAGE_BYTES = 4096;

export class ClockPage {
  private readonly file: number;
  private readonly buffer = Buffer.alloc(16);

  constructor(readonly path: string) {
    this.file = openSync(path, "w+", 0o600);
    writeSync(this.file, Buffer.alloc(PAGE_BYTES), 0, PAGE_BYTES, 0);
  }

  /** `frozenUs` 0: the clock runs, `offsetUs` ahead of the machine's. Otherwise it stands still at that time. */
  set(frozenUs: number, offsetUs: number): void {
    this.buffer.writeBigInt64LE(BigInt(Math.round(frozenUs)), 0);
    this.buffer.writeBigInt64LE(BigInt(Math.round(offsetUs)), 8);
    writeSync(this.file, this.buffer, 0, 16, 0);
  }

  close(): void {
    closeSync(this.file);
  }
}
