/**
 * Brings the answers of comparisons to watchers over socket.io: ten batches a second at the most, contiguous. A watcher first
 * gets what it lacks; the last batch says that it is over.
 */
import type { Comparison } from "../lib/comparison/comparison";
import type { ComparisonService } from "../lib/comparison/service";
import { unwatchComparisonSchema, watchComparisonSchema } from "../lib/events";
import { PlaygroundError } from "../lib/run/playground-error";
import { answer, MAX_WATCHED, type RelayServer, type RelaySocket } from "./relay";

const BATCH_EVERY_MS = 100;
const BATCH_ARRIVALS = 5000;

const roomOf = (comparisonId: string) => `comparison:${comparisonId}`;

/** Sends one comparison's answers to its room until it is over and all have been sent. */
class ComparisonRelay {
  /** Arrivals that the room has. */
  private sent = 0;
  private hasStarted = false;
  private readonly timer = setInterval(() => this.flush(), BATCH_EVERY_MS);

  constructor(
    private readonly io: RelayServer,
    readonly comparison: Comparison,
    private readonly finished: () => void,
  ) {}

  /** Sends what the watcher lacks of what the room has, at once: nothing can come between that and its joining. */
  join(socket: RelaySocket, from: number): void {
    catchUp(socket, this.comparison, from, this.sent, false);
    void socket.join(roomOf(this.comparison.id));
  }

  private flush(): void {
    const { comparison, sent } = this;
    if (comparison.status === "waiting") return;
    const { answered } = comparison.answers;
    const to = Math.min(answered, sent + BATCH_ARRIVALS);
    const isLast = comparison.isOver && to === answered;
    // The first one may be empty: it says when the arrivals began.
    if (to === sent && this.hasStarted && !isLast) return;
    this.hasStarted = true;
    this.sent = to;
    const room = roomOf(comparison.id);
    if (this.io.sockets.adapter.rooms.has(room))
      this.io.to(room).emit("comparison:answered", comparison.batch(sent, to, isLast));
    if (!isLast) return;
    clearInterval(this.timer);
    this.io.socketsLeave(room);
    this.finished();
  }
}

/** In batches of bounded size, at least one unless there is nothing to say yet. */
function catchUp(socket: RelaySocket, comparison: Comparison, from: number, upTo: number, isOver: boolean): void {
  if (comparison.status === "waiting") return;
  let next = Math.min(from, upTo);
  do {
    const to = Math.min(upTo, next + BATCH_ARRIVALS);
    socket.emit("comparison:answered", comparison.batch(next, to, isOver && to === upTo));
    next = to;
  } while (next < upTo);
}

export function startComparisonRelay(io: RelayServer, comparisons: ComparisonService): void {
  const relays = new Map<string, ComparisonRelay>();
  comparisons.onOpened((comparison) => {
    relays.set(comparison.id, new ComparisonRelay(io, comparison, () => relays.delete(comparison.id)));
  });
  io.on("connection", (socket) => {
    socket.on("comparison:watch", (message, ack) =>
      answer(ack, () => {
        const { comparisonId, from } = watchComparisonSchema.parse(message);
        const comparison = comparisons.get(comparisonId);
        // Asked once more, it starts anew from there.
        void socket.leave(roomOf(comparisonId));
        if (socket.rooms.size > MAX_WATCHED)
          throw new PlaygroundError(429, "too_many_watched", "This page watches too much at once.");
        const relay = relays.get(comparisonId);
        if (relay) relay.join(socket, from);
        else catchUp(socket, comparison, from, comparison.answers.answered, true);
        return { ok: true as const };
      }),
    );
    socket.on("comparison:unwatch", (message) => {
      const parsed = unwatchComparisonSchema.safeParse(message);
      if (parsed.success) void socket.leave(roomOf(parsed.data.comparisonId));
    });
  });
}
