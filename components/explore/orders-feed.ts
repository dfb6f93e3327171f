/** News of a running exploration: a socket of its own, because the page may just be watching another run than the live one. */
import { io, type Socket } from "socket.io-client";
import type { Exploration, ExploredOrder } from "@/lib/contract";
import type { ClientToServerEvents, ServerToClientEvents } from "@/lib/events";

export interface FeedEvents {
  /** The feed stands: what happened before must be asked for. */
  watching(): void;
  progress(exploration: Exploration, from: number, orders: ExploredOrder[]): void;
}

/** Past every event: this feed wants none of the trace. */
const NO_EVENTS = 1e12;

export class OrdersFeed {
  private readonly socket: Socket<ServerToClientEvents, ClientToServerEvents>;

  constructor(runId: string, on: FeedEvents) {
    this.socket = io({ transports: ["websocket"], forceNew: true });
    this.socket.on("connect", () => {
      this.socket.emit("run:watch", { runId, fromSeq: NO_EVENTS }, () => on.watching());
    });
    this.socket.on("explore:progress", (message) => {
      if (message.exploration.runId === runId) on.progress(message.exploration, message.from, message.orders);
    });
  }

  close(): void {
    this.socket.disconnect();
  }
}
