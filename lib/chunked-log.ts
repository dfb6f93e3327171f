/**
 * A trace with pictures at intervals: events in chunks, each with the stage's state before it. The server keeps a run in
 * one (and drops whole chunks from the head when it grows past its bound); the browser keeps what it has been sent in
 * another and scrubs in it. Any past state is one structuredClone and at most `chunkSize` folds away.
 */
import type { Stage } from "./contract";
import type { EventOf, RunEvent, Verdict } from "./events";

interface Chunk {
  fromSeq: number;
  toSeq: number;
  /** Null: a hole; the events are known to exist but were not sent (a frame, a late join) or were dropped. */
  events: RunEvent[] | null;
  stateBefore: unknown;
  verdictBefore: Verdict | null;
  /** Of a hole, which has no events to fold: what came out at its end. */
  after: { state: unknown; verdict: Verdict | null; atUs: number } | null;
  fromUs: number;
  toUs: number;
  bytes: number;
}

export interface Moment {
  state: unknown;
  verdict: Verdict | null;
  atUs: number;
  /** The event at the playhead; null inside a hole or before the first event. */
  event: RunEvent | null;
}

export class ChunkedLog {
  private chunks: Chunk[] = [];
  private current: unknown;
  private bytes = 0;
  lastSeq = 0;
  lastUs = 0;
  verdict: Verdict | null = null;

  constructor(
    private readonly stage: Stage,
    private readonly bounds: { maxEvents: number; maxBytes: number; chunkSize: number },
  ) {
    this.current = stage.initial();
  }

  /** The folded state at the live edge. Owned by the log: it changes in place. */
  get state(): unknown {
    return this.current;
  }

  get firstSeq(): number {
    return this.chunks[0]?.fromSeq ?? this.lastSeq + 1;
  }

  get firstUs(): number {
    return this.chunks[0]?.fromUs ?? this.lastUs;
  }

  /** Adds the next event (or a frame or gap that stands for a range). Answers the chunk that the bound pushed out, if any. */
  append(event: RunEvent, bytes = 0): { fromSeq: number; toSeq: number } | null {
    if ((event.type === "frame" || event.type === "gap") && event.state !== undefined) {
      this.appendHole(event);
      return this.trim();
    }
    let chunk = this.chunks[this.chunks.length - 1];
    const isNew = !chunk?.events || chunk.events.length >= this.bounds.chunkSize;
    if (!chunk || isNew) {
      chunk = {
        fromSeq: event.seq,
        toSeq: event.seq,
        events: [],
        stateBefore: structuredClone(this.current),
        verdictBefore: this.verdict,
        after: null,
        fromUs: event.atUs,
        toUs: event.atUs,
        bytes: 0,
      };
      this.chunks.push(chunk);
    }
    chunk.events?.push(event);
    chunk.toSeq = event.seq;
    chunk.toUs = event.atUs;
    chunk.bytes += bytes;
    this.bytes += bytes;
    this.current = this.stage.fold(this.current, event);
    if (event.type === "verdict") this.verdict = event;
    this.lastSeq = event.seq;
    this.lastUs = event.atUs;
    return isNew ? this.trim() : null;
  }

  /** Events `from`..`to` (inclusive) that the log still holds, and the ranges of it that it does not. */
  range(from: number, to: number): { events: RunEvent[]; holes: [number, number][] } {
    const events: RunEvent[] = [];
    const holes: [number, number][] = [];
    if (from < this.firstSeq) holes.push([from, Math.min(to, this.firstSeq - 1)]);
    for (const chunk of this.chunks) {
      if (chunk.toSeq < from || chunk.fromSeq > to) continue;
      const start = Math.max(from, chunk.fromSeq);
      const end = Math.min(to, chunk.toSeq);
      if (!chunk.events) holes.push([start, end]);
      else for (let seq = start; seq <= end; seq++) events.push(chunk.events[seq - chunk.fromSeq] as RunEvent);
    }
    return { events, holes };
  }

  at(seq: number): RunEvent | null {
    const chunk = this.chunkOf(seq);
    return chunk?.events?.[seq - chunk.fromSeq] ?? null;
  }

  /** The picture after event `seq`. Inside a hole it is the picture at the hole's end: `fill` the hole first to be exact. */
  moment(seq: number): Moment {
    if (seq >= this.lastSeq)
      return { state: this.current, verdict: this.verdict, atUs: this.lastUs, event: this.at(this.lastSeq) };
    const chunk = this.chunkOf(seq) ?? this.chunks[0];
    if (!chunk || seq < chunk.fromSeq)
      return {
        state: structuredClone(chunk?.stateBefore ?? this.stage.initial()),
        verdict: chunk?.verdictBefore ?? null,
        atUs: this.firstUs,
        event: null,
      };
    if (!chunk.events)
      return {
        state: structuredClone(chunk.after?.state),
        verdict: chunk.after?.verdict ?? null,
        atUs: chunk.toUs,
        event: null,
      };
    let state = structuredClone(chunk.stateBefore);
    let verdict = chunk.verdictBefore;
    let event: RunEvent | null = null;
    for (let i = 0; i <= seq - chunk.fromSeq; i++) {
      event = chunk.events[i] as RunEvent;
      state = this.stage.fold(state, event);
      if (event.type === "verdict") verdict = event;
    }
    return { state, verdict, atUs: event?.atUs ?? chunk.fromUs, event };
  }

  /** Last event at or before `atUs` on the run's clock. */
  seqAt(atUs: number): number {
    let found = this.firstSeq - 1;
    for (const chunk of this.chunks) {
      if (chunk.fromUs > atUs) break;
      if (chunk.toUs <= atUs || !chunk.events) {
        found = chunk.toSeq;
        continue;
      }
      let low = 0;
      let high = chunk.events.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((chunk.events[middle] as RunEvent).atUs <= atUs) low = middle + 1;
        else high = middle;
      }
      found = chunk.fromSeq + low - 1;
    }
    return found;
  }

  /** Replaces the part of a hole that starts at its beginning with the events themselves. */
  fill(events: readonly RunEvent[]): void {
    const first = events[0];
    const index = first ? this.chunks.findIndex((chunk) => !chunk.events && chunk.fromSeq === first.seq) : -1;
    const hole = this.chunks[index];
    const last = events.at(-1);
    if (!hole || !last || last.seq !== hole.toSeq) return;
    this.chunks[index] = { ...hole, events: [...events], after: null };
  }

  private appendHole(event: EventOf<"frame"> | EventOf<"gap">): void {
    const { state } = event;
    const verdict = (event.verdict ?? null) as Verdict | null;
    // What was current is left as it is: folding goes on in a copy of what came with the event.
    const stateBefore = this.chunks.length ? this.current : this.stage.initial();
    this.chunks.push({
      fromSeq: event.fromSeq,
      toSeq: event.toSeq,
      events: null,
      stateBefore,
      verdictBefore: this.verdict,
      after: { state, verdict, atUs: event.atUs },
      fromUs: this.chunks.length ? this.lastUs : event.atUs,
      toUs: event.atUs,
      bytes: 0,
    });
    this.current = structuredClone(state);
    this.verdict = verdict;
    this.lastSeq = event.toSeq;
    this.lastUs = event.atUs;
  }

  private chunkOf(seq: number): Chunk | undefined {
    let low = 0;
    let high = this.chunks.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const chunk = this.chunks[middle] as Chunk;
      if (seq < chunk.fromSeq) high = middle - 1;
      else if (seq > chunk.toSeq) low = middle + 1;
      else return chunk;
    }
    return undefined;
  }

  /** Makes room for one more chunk: looked at only when one begins. */
  private trim(): { fromSeq: number; toSeq: number } | null {
    const { maxEvents, maxBytes, chunkSize } = this.bounds;
    const fromSeq = this.firstSeq;
    let toSeq = 0;
    for (let head = this.chunks[0]; head && this.chunks.length > 1; head = this.chunks[0]) {
      const tooLong = this.lastSeq - head.fromSeq + chunkSize > maxEvents;
      if (!tooLong && this.bytes + head.bytes <= maxBytes) break;
      this.chunks.shift();
      this.bytes -= head.bytes;
      toSeq = head.toSeq;
    }
    return toSeq ? { fromSeq, toSeq } : null;
  }

  /** State and verdict before the first event that the log holds. */
  get checkpoint(): { state: unknown; verdict: Verdict | null; atUs: number; seq: number } {
    const head = this.chunks[0];
    return {
      state: head?.stateBefore ?? this.stage.initial(),
      verdict: head?.verdictBefore ?? null,
      atUs: this.firstUs,
      seq: this.firstSeq - 1,
    };
  }

  /** The latest keyframe at or before `seq`: where a joiner may start without all that came before. */
  keyframe(seq: number): { state: unknown; verdict: Verdict | null; atUs: number; seq: number } {
    const chunk = this.chunkOf(seq) ?? this.chunks.at(-1);
    if (!chunk) return this.checkpoint;
    return { state: chunk.stateBefore, verdict: chunk.verdictBefore, atUs: chunk.fromUs, seq: chunk.fromSeq - 1 };
  }
}
