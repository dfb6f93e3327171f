/** The run's one list of events: append-only, numbered, bounded; stage and invariant fold along with it. */
import { ChunkedLog } from "../chunked-log";
import type { Invariant, Params, Stage } from "../contract";
import type { EventOf, NewEvent, RunEvent, Verdict } from "../events";
import type { Redaction } from "./redaction";

/** Events per keyframe; the bound drops this many at a time. */
const CHUNK_EVENTS = 4096;
/** What may change a verdict. */
const JUDGED_AFTER: ReadonlySet<RunEvent["type"]> = new Set(["result", "message", "observation", "fault"]);
/** Verdicts are judged at once after a quiet moment, then at most this often. */
const JUDGE_EVERY_MS = 100;

export interface TraceBounds {
  maxEvents: number;
  maxBytes: number;
}

/** Memory that an event takes, roughly: objects cost about 200 bytes, text one byte a character. */
function sizeOf(event: NewEvent | RunEvent): number {
  switch (event.type) {
    case "command": {
      let bytes = 240;
      for (const argument of event.args) bytes += argument.length + 16;
      return bytes;
    }
    case "reply":
      return (
        280 +
        (typeof event.value === "object" ? JSON.stringify(event.value).length : 24) +
        (event.inner?.length ?? 0) * 120
      );
    case "key":
      return 140;
    case "message":
      return 180 + event.channel.length + (event.message?.length ?? 0);
    case "result":
      return 420;
    default:
      return 200 + JSON.stringify(event).length;
  }
}

export class Trace {
  readonly log: ChunkedLog;
  private epoch = 0;
  private commands = 0;
  private invariantState: unknown;
  private judged: Verdict;
  private judging: NodeJS.Timeout | null = null;
  private judgedAt = 0;
  private dirty = false;
  private readonly listeners = new Set<() => void>();

  constructor(
    stage: Stage,
    private readonly invariant: Invariant<Params, never>,
    params: Params,
    private readonly nowUs: () => number,
    bounds: TraceBounds,
    private readonly redaction: Redaction | null,
  ) {
    this.log = new ChunkedLog(stage, { ...bounds, chunkSize: CHUNK_EVENTS });
    this.invariantState = invariant.initial(params);
    this.judged = this.read();
  }

  /** Calls back after each event, until the returned function is called. */
  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Numbers, dates and keeps the event (the very object, unless it holds a secret: do not change it afterwards).
   * @param atUs when it happened, if the caller has just read the clock
   */
  append(event: NewEvent | RunEvent, atUs = this.nowUs()): number {
    const { log } = this;
    const stored = (this.redaction ? this.redaction.hide(event) : event) as RunEvent;
    const roundUs = Math.round(atUs);
    stored.seq = log.lastSeq + 1;
    stored.atUs = roundUs > log.lastUs ? roundUs : log.lastUs;
    stored.epoch = this.epoch;
    log.append(stored, sizeOf(stored));
    if (event.type === "command" || event.type === "query") this.commands += 1;
    if (event.type !== "verdict") {
      this.invariantState = this.invariant.fold(this.invariantState as never, stored);
      if (JUDGED_AFTER.has(event.type)) this.judgeSoon();
    }
    for (const listener of this.listeners) listener();
    return stored.seq;
  }

  /**
   * Starts the verdict afresh; the event that says why comes first in the new epoch.
   * @param carriesOn what the invariant has seen counts on, across the loss or the change
   */
  startEpoch(params: Params, why: NewEvent, carriesOn = false): void {
    this.epoch += 1;
    if (!carriesOn) {
      this.commands = 0;
      this.invariantState = this.invariant.initial(params);
    }
    this.append(why);
    this.judge();
  }

  get verdict(): Verdict {
    return this.judged;
  }

  /** Judges now and writes the verdict into the trace when it says something new. */
  judge(): Verdict {
    if (this.judging) clearTimeout(this.judging);
    this.judging = null;
    this.dirty = false;
    this.judgedAt = performance.now();
    const verdict = this.read();
    if (JSON.stringify(verdict) !== JSON.stringify(this.judged) || this.log.verdict === null) {
      this.judged = verdict;
      this.append({ type: "verdict", ...verdict });
    }
    return verdict;
  }

  /** What the trace no longer holds, as the first record of whoever reads it from the start. */
  checkpoint(): EventOf<"gap"> | null {
    const { seq } = this.log.checkpoint;
    return seq > 0
      ? this.standIn(1, "dropped", `The first ${seq} events were dropped: the trace keeps the last ones.`)
      : null;
  }

  /** One event that stands for 1…n, where n is the latest keyframe at or before `seq`. */
  joinAt(seq: number): EventOf<"gap"> {
    return this.standIn(seq, "joined-late", "Earlier events are on the server; scrub back to load them.");
  }

  close(): void {
    if (this.judging) clearTimeout(this.judging);
    this.listeners.clear();
  }

  private standIn(seq: number, reason: "dropped" | "joined-late", text: string): EventOf<"gap"> {
    const frame = reason === "dropped" ? this.log.checkpoint : this.log.keyframe(seq);
    return {
      type: "gap",
      seq: frame.seq,
      atUs: frame.atUs,
      epoch: this.epoch,
      reason,
      fromSeq: 1,
      toSeq: frame.seq,
      text,
      state: frame.state as EventOf<"gap">["state"],
      verdict: (frame.verdict ?? null) as EventOf<"gap">["verdict"],
    };
  }

  private judgeSoon(): void {
    this.dirty = true;
    if (this.judging) return;
    this.judging = setTimeout(
      () => {
        this.judging = null;
        if (this.dirty) this.judge();
      },
      Math.max(0, this.judgedAt + JUDGE_EVERY_MS - performance.now()),
    );
  }

  private read(): Verdict {
    const judged = this.invariant.judge(this.invariantState as never);
    return {
      invariant: this.invariant.text,
      checked: this.commands,
      ...judged,
      // The fold goes on adding to its own; a verdict stays as it was given.
      violations: [...judged.violations],
    };
  }
}
