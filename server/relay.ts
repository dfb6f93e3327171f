/**
 * Brings traces to watchers over socket.io. The first event of a quiet moment leaves at once, what follows is batched per
 * frame; above 10,000 events/s, or 1,800 messages/s, watchers get one `frame` with counts and the folded state instead of the
 * events.
 */
import type { Server, Socket } from "socket.io";
import { ownerFromCookie } from "../lib/api/caller";
import {
  type ClientToServerEvents,
  type EventOf,
  playheadSchema,
  type RunEvent,
  type ServerToClientEvents,
  unwatchSchema,
  watchSchema,
} from "../lib/events";
import { isPlaygroundError, PlaygroundError } from "../lib/run/playground-error";
import type { Run } from "../lib/run/run";
import type { RunService } from "../lib/run/service";

interface SocketData {
  owner: string | null;
}
export type RelayServer = Server<ClientToServerEvents, ServerToClientEvents, Record<string, never>, SocketData>;
export type RelaySocket = Socket<ClientToServerEvents, ServerToClientEvents, Record<string, never>, SocketData>;

const FRAME_MS = 33;
/** 10,000 events/s, per frame. */
const RAW_EVENTS_PER_FRAME = 330;
/** One PUBLISH is a message for each subscriber: more than these in a frame, 1,800/s, nobody reads one by one. */
const RAW_MESSAGES_PER_FRAME = 60;
const CATCH_UP_EVENTS = 2000;
/** Who is further behind gets a picture and the rest. */
const MAX_BACKLOG = 20_000;
const PRESENCE_EVERY_MS = 10_000;
export const MAX_WATCHED = 8;

export const roomOf = (runId: string) => `run:${runId}`;

/** Batches that may leave at once after a quiet moment; a write is followed by its reply, its notice and a look at the key. */
const BURST_OF_BATCHES = 4;

/** Sends the events of one run to its room. */
class RunRelay {
  /** Last event that the room has. */
  sentSeq: number;
  private timer: NodeJS.Timeout | NodeJS.Immediate | null = null;
  /** Batches that may leave now: a token bucket of BURST_OF_BATCHES, one more per frame. */
  private credit = BURST_OF_BATCHES;
  private creditAt = performance.now();

  constructor(
    private readonly io: RelayServer,
    private readonly run: Run,
  ) {
    this.sentSeq = run.trace.log.lastSeq;
    run.trace.listen(() => this.schedule());
  }

  flush(): void {
    this.timer = null;
    this.credit -= 1;
    const { log } = this.run.trace;
    if (log.lastSeq === this.sentSeq) return;
    const from = this.sentSeq + 1;
    this.sentSeq = log.lastSeq;
    if (!this.io.sockets.adapter.rooms.has(roomOf(this.run.id))) return;
    const count = log.lastSeq - from + 1;
    const events = count > RAW_EVENTS_PER_FRAME ? null : log.range(from, log.lastSeq).events;
    const raw = events && isReadable(events) ? events : [this.frame(from)];
    this.io.to(roomOf(this.run.id)).emit("run:events", batch(this.run, raw));
  }

  private schedule(): void {
    if (this.timer) return;
    const now = performance.now();
    this.credit = Math.min(BURST_OF_BATCHES, this.credit + (now - this.creditAt) / FRAME_MS);
    this.creditAt = now;
    const wait = (1 - this.credit) * FRAME_MS;
    this.timer = wait <= 0 ? setImmediate(() => this.flush()) : setTimeout(() => this.flush(), wait);
  }

  private frame(from: number): EventOf<"frame"> {
    const { log } = this.run.trace;
    const { events } = log.range(from, log.lastSeq);
    const counts: Record<string, number> = {};
    for (const { type } of events) counts[type] = (counts[type] ?? 0) + 1;
    const last = events.at(-1);
    const verdict = events.findLast((event) => event.type === "verdict");
    return {
      type: "frame",
      seq: log.lastSeq,
      atUs: log.lastUs,
      epoch: last?.epoch ?? 0,
      fromSeq: from,
      toSeq: log.lastSeq,
      counts,
      state: log.state as EventOf<"frame">["state"],
      verdict: verdict?.type === "verdict" ? verdict : (log.verdict as EventOf<"frame">["verdict"]),
    };
  }
}

const isReadable = (events: readonly RunEvent[]): boolean =>
  events.length <= RAW_MESSAGES_PER_FRAME ||
  events.filter(({ type }) => type === "message").length <= RAW_MESSAGES_PER_FRAME;

function batch(run: Run, events: RunEvent[]) {
  return { runId: run.id, nowUs: run.clock.nowUs(), frozen: run.clock.frozen, events };
}

export function startRelay(io: RelayServer, runs: RunService): void {
  const relays = new Map<string, RunRelay>();
  /** Where owners look who are not at the live edge: who joins later is led there too. */
  const playheads = new Map<string, number>();
  const relayOf = (run: Run) => {
    let relay = relays.get(run.id);
    if (!relay) {
      relay = new RunRelay(io, run);
      if (run.status !== "ended") relays.set(run.id, relay); // nobody would take it out again
    }
    return relay;
  };
  runs.onOpened((run) => void relayOf(run));
  runs.onEnded((run, reason) => {
    relays.get(run.id)?.flush();
    relays.delete(run.id);
    playheads.delete(run.id);
    io.to(roomOf(run.id)).emit("run:ended", { runId: run.id, reason });
  });
  io.on("connection", (socket) => {
    socket.data.owner = ownerFromCookie(socket.handshake.headers.cookie);
    socket.on("run:watch", (message, ack) =>
      answer(ack, () => {
        const { runId, fromSeq } = watchSchema.parse(message);
        const owned = runs.get(runId);
        if (socket.rooms.size > MAX_WATCHED)
          throw new PlaygroundError(429, "too_many_watched", "This page watches too many runs.");
        const owner = runs.mayAct(owned, socket.data.owner, null);
        if (owner) owned.seenAt = Date.now();
        void catchUp(socket, owned.run, relayOf(owned.run), fromSeq).then(() => {
          const seq = playheads.get(runId);
          if (!owner && seq !== undefined) socket.emit("run:playhead", { runId, seq });
        });
        const { clock, trace } = owned.run;
        return { seq: trace.log.lastSeq, nowUs: clock.nowUs(), frozen: clock.frozen, owner };
      }),
    );
    socket.on("run:unwatch", (message) => {
      const parsed = unwatchSchema.safeParse(message);
      if (parsed.success) void socket.leave(roomOf(parsed.data.runId));
    });
    socket.on("run:playhead", (message, ack) =>
      answer(ack, () => {
        const { runId, seq } = playheadSchema.parse(message);
        if (!runs.mayAct(runs.get(runId), socket.data.owner, null))
          throw new PlaygroundError(403, "not_yours", "Only the run's owner leads its watchers.");
        if (seq === null) playheads.delete(runId);
        else if (runs.get(runId).run.status !== "ended") playheads.set(runId, seq);
        socket.to(roomOf(runId)).emit("run:playhead", { runId, seq });
        return { ok: true as const };
      }),
    );
  });
  setInterval(() => markPresence(io, runs), PRESENCE_EVERY_MS).unref();
}

/** Sends what the socket lacks, then joins the room at exactly that point: nothing lost, nothing doubled. */
async function catchUp(socket: RelaySocket, run: Run, relay: RunRelay, fromSeq: number): Promise<void> {
  const { trace } = run;
  let next = fromSeq;
  const first = relay.sentSeq - next > MAX_BACKLOG ? trace.joinAt(relay.sentSeq) : trace.checkpoint();
  if (first && first.toSeq >= next) {
    socket.emit("run:events", batch(run, [first]));
    next = first.toSeq + 1;
  }
  while (next <= relay.sentSeq) {
    const to = Math.min(relay.sentSeq, next + CATCH_UP_EVENTS - 1);
    socket.emit("run:events", batch(run, trace.log.range(next, to).events));
    next = to + 1;
    if (next <= relay.sentSeq) await new Promise((resolve) => setImmediate(resolve));
    if (!socket.connected) return;
  }
  await socket.join(roomOf(run.id));
}

/** An open tab of the owner keeps a run from being idle. */
function markPresence(io: RelayServer, runs: RunService): void {
  for (const socket of io.sockets.sockets.values()) {
    if (socket.data.owner === null) continue;
    for (const owned of runs.ofOwner(socket.data.owner))
      if (socket.rooms.has(roomOf(owned.run.id))) owned.seenAt = Date.now();
  }
}

/** Runs a handler and acknowledges: whatever a client sends, it gets an answer and the server goes on. */
export function answer<T>(
  ack: ((value: T | { error: { code: string; message: string } }) => void) | undefined,
  handle: () => T,
): void {
  const reply = typeof ack === "function" ? ack : () => undefined;
  try {
    reply(handle());
  } catch (error) {
    if (isPlaygroundError(error)) reply({ error: { code: error.code, message: error.message } });
    else reply({ error: { code: "invalid", message: "This message does not have the form of the contract." } });
  }
}
