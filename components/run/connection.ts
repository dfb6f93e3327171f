/** The socket of one run: watches it, resumes after a break from the last seq, carries the playhead both ways. */
import { io, type Socket } from "socket.io-client";
import type { ClientToServerEvents, ServerToClientEvents } from "@/lib/events";
import type { Batch } from "./run-store";

export interface ConnectionEvents {
  /** First seq that is wanted next. */
  nextSeq(): number;
  batch(batch: Batch): void;
  watching(clock: { nowUs: number; frozen: boolean }): void;
  playhead(seq: number | null): void;
  connected(yes: boolean): void;
  ended(reason: string): void;
  refused(message: string): void;
}

export class Connection {
  private readonly socket: Socket<ServerToClientEvents, ClientToServerEvents>;
  private sentSeq: number | null | undefined;
  private wantedSeq: number | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly runId: string,
    private readonly on: ConnectionEvents,
  ) {
    this.socket = io({ transports: ["websocket"], forceNew: true });
    this.socket.on("connect", () => this.watch());
    this.socket.on("disconnect", () => on.connected(false));
    this.socket.on("connect_error", () => on.connected(false));
    this.socket.on("run:events", (message) => {
      if (message.runId === runId) on.batch(message);
    });
    this.socket.on("run:playhead", (message) => {
      if (message.runId === runId) on.playhead(message.seq);
    });
    this.socket.on("run:ended", (message) => {
      if (message.runId === runId) on.ended(message.reason);
    });
  }

  watch(): void {
    this.socket.emit("run:watch", { runId: this.runId, fromSeq: this.on.nextSeq() }, (answer) => {
      if ("error" in answer) {
        this.on.refused(answer.error.message);
        return;
      }
      this.on.connected(true);
      this.on.watching(answer);
      this.sentSeq = undefined;
    });
  }

  /** Tells watchers where the owner looks, at most ten times a second; the last position is always sent. */
  sendPlayhead(seq: number | null): void {
    this.wantedSeq = seq;
    if (this.timer !== null) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      if (this.wantedSeq === this.sentSeq) return;
      this.sentSeq = this.wantedSeq;
      this.socket.emit("run:playhead", { runId: this.runId, seq: this.wantedSeq });
    }, 100);
  }

  close(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.socket.disconnect();
  }
}
