/** The socket of one comparison: watches it, and after a break goes on from the first arrival that it lacks. */
import { io, type Socket } from "socket.io-client";
import type { ComparisonBatch } from "@/lib/contract";
import type { ClientToServerEvents, ServerToClientEvents } from "@/lib/events";

interface ComparisonEvents {
  /** The first arrival that is wanted next. */
  next(): number;
  batch(batch: ComparisonBatch): void;
  connected(yes: boolean): void;
  refused(code: string, message: string): void;
}

export class ComparisonConnection {
  private readonly socket: Socket<ServerToClientEvents, ClientToServerEvents>;

  constructor(
    private readonly comparisonId: string,
    private readonly on: ComparisonEvents,
  ) {
    this.socket = io({ transports: ["websocket"], forceNew: true });
    this.socket.on("connect", () => this.watch());
    this.socket.on("disconnect", () => on.connected(false));
    this.socket.on("connect_error", () => on.connected(false));
    this.socket.on("comparison:answered", (batch) => {
      if (batch.comparisonId === comparisonId) on.batch(batch);
    });
  }

  watch(): void {
    this.socket.emit("comparison:watch", { comparisonId: this.comparisonId, from: this.on.next() }, (answer) => {
      if ("error" in answer) this.on.refused(answer.error.code, answer.error.message);
      else this.on.connected(true);
    });
  }

  close(): void {
    this.socket.disconnect();
  }
}
