/**
 * All that the browser knows of a run, outside React: the trace, what is derived from it, the playhead. React reads it with
 * `useSyncExternalStore` and is told at most once per animation frame.
 */
import { ChunkedLog, type Moment } from "@/lib/chunked-log";
import type { Stage } from "@/lib/contract";
import type { RunEvent } from "@/lib/events";
import { TimelineMarks } from "../timeline/marks";
import { WireRows } from "../wire/wire-rows";
import { foldFacts, NO_FACTS, type RunFacts } from "./facts";
import { Playhead } from "./playhead";
import { Tellings } from "./tellings";
import { verdictAt } from "./verdict-at";

/** Like the server's own bound, so that what it can replay, this can. */
const BOUNDS = { maxEvents: 200_000, maxBytes: Number.POSITIVE_INFINITY, chunkSize: 500 };
/** Without news the picture still moves for this long (marks leave the window), then only four times a second (TTLs). */
const LIVELY_MS = 20_000;
/** At least this long between two pictures: the first news of a quiet moment is drawn at once, a stream 30 times a second. */
const PICTURE_MS = 30;
/** At least this long between two updates of what is read rather than watched (wire, ticks, code): topic `slow`. */
const SLOW_MS = 100;
/** More events than this between two pictures and nobody reads single ones: both intervals grow, the page stays fluent. */
const FLOOD_EVENTS = 40;
const FLOOD_FACTOR = 2.5;
/** When only the clock moves. */
const CLOCK_MS = 45;

/** `slow` follows events and facts, at most ten times a second. */
export type Topic = "events" | "slow" | "clock" | "playhead" | "facts";

export interface Picture extends Moment {
  seq: number;
  /** The run's clock at the playhead, µs: between two events ahead of `atUs`. */
  nowUs: number;
  live: boolean;
}

export interface Batch {
  nowUs: number;
  frozen: boolean;
  events: RunEvent[];
}

/** Time and frames, injected so that tests need no browser. */
export interface Ticker {
  nowMs(): number;
  /** Calls back at the next frame after `delayMs`; answers how to cancel. */
  frame(callback: () => void, delayMs: number): () => void;
  calm(): boolean;
}

export class RunStore {
  readonly log: ChunkedLog;
  readonly wire = new WireRows();
  readonly marks = new TimelineMarks();
  readonly tellings = new Tellings();
  readonly playhead = new Playhead();
  facts: RunFacts = NO_FACTS;
  /** The run's clock at its first event, µs. */
  originUs: number | null = null;
  /** Ranges that are known but not here. */
  holes: { fromSeq: number; toSeq: number; dropped: boolean }[] = [];
  /** Where the variant changed, oldest first. */
  private readonly turns: { seq: number; variant: string }[] = [];
  /** Set by the session: brings a range of the trace. */
  onHole: ((fromSeq: number, toSeq: number) => void) | null = null;
  /** Set by the session: events are missing before the batch's first. */
  onMissing: (() => void) | null = null;
  /** Set by the session: a frame swallowed events that the facts need. */
  onSwallowed: (() => void) | null = null;

  private readonly listeners = new Set<() => void>();
  private readonly versions: Record<Topic, number> = { events: 0, slow: 0, clock: 0, playhead: 0, facts: 0 };
  private readonly dirty = new Set<Topic>();
  private cancelFrame: (() => void) | null = null;
  private frameSoon = false;
  private clock = { nowUs: 0, atMs: 0, frozen: true };
  private lastNewsMs = Number.NEGATIVE_INFINITY;
  private lastFrameMs = Number.NEGATIVE_INFINITY;
  private lastSlowMs = Number.NEGATIVE_INFINITY;
  private slowDue = false;
  private drawnSeq = 0;
  private pace = 1;
  private cached: { seq: number; filled: number; moment: Moment } | null = null;
  private filled = 0;

  constructor(
    readonly stage: Stage,
    private readonly ticker: Ticker,
  ) {
    this.log = new ChunkedLog(stage, BOUNDS);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    this.schedule(false);
    return () => {
      this.listeners.delete(listener);
      if (!this.listeners.size) this.stop();
    };
  };

  version(topic: Topic): number {
    return this.versions[topic];
  }

  touch(topic: Topic): void {
    this.dirty.add(topic);
    this.schedule(true);
  }

  /** Takes consecutive events; those already known are passed over, a hole before them is reported. */
  ingest(batch: Batch): void {
    const before = this.log.lastSeq;
    for (const event of batch.events) {
      const { from, to } = rangeOf(event);
      if (to <= this.log.lastSeq) continue;
      if (from > this.log.lastSeq + 1 && this.log.lastSeq > 0) {
        this.onMissing?.();
        break;
      }
      this.take(event);
    }
    this.clock = { nowUs: batch.nowUs, atMs: this.ticker.nowMs(), frozen: batch.frozen };
    if (this.log.lastSeq !== before) {
      this.lastNewsMs = this.ticker.nowMs();
      this.touch("events");
    }
    this.touch("clock");
  }

  /** Events of a hole, from the trace. */
  fill(events: RunEvent[]): void {
    const first = events[0];
    const last = events.at(-1);
    if (!first || !last) return;
    this.log.fill(events);
    this.wire.fill(events);
    this.marks.fill(events);
    this.holes = this.holes.filter((hole) => hole.fromSeq !== first.seq);
    this.filled++;
    this.touch("events");
    this.touch("playhead");
  }

  setFacts(facts: RunFacts): void {
    if (facts === this.facts) return;
    this.facts = facts;
    this.touch("facts");
  }

  /** The run's clock at the live edge, µs. */
  liveUs(): number {
    const { nowUs, atMs, frozen } = this.clock;
    const still = frozen || this.facts.status === "ended";
    return Math.max(this.log.lastUs, still ? nowUs : nowUs + (this.ticker.nowMs() - atMs) * 1000);
  }

  /** Does the run's clock stand still? Its TTLs then do too. */
  get isFrozen(): boolean {
    return this.clock.frozen;
  }

  /** What is shown: the fold of the trace up to the playhead. */
  picture(): Picture {
    const { live, seq, atUs } = this.playhead;
    if (live) {
      const nowUs = this.liveUs();
      return { ...this.log.moment(this.log.lastSeq), seq: this.log.lastSeq, nowUs, live };
    }
    const moment = this.momentAt(seq);
    const verdict = verdictAt(moment.verdict, seq, moment.event?.epoch ?? null, this.marks.violations);
    return { ...moment, verdict, seq, nowUs: Math.max(moment.atUs, atUs), live };
  }

  /** One fold per position, however often it is looked at. */
  private momentAt(seq: number): Moment {
    if (this.cached?.seq !== seq || this.cached.filled !== this.filled) {
      const moment = this.log.moment(seq);
      // The log lends its live state at the very edge; a picture that stands still must not change under it.
      const state = seq >= this.log.lastSeq ? structuredClone(moment.state) : moment.state;
      this.cached = { seq, filled: this.filled, moment: { ...moment, state } };
    }
    return this.cached.moment;
  }

  /** The variant that ran at `seq`; null when that was before anything known. */
  variantAt(seq: number): string | null {
    return this.turns.findLast((turn) => turn.seq <= seq)?.variant ?? null;
  }

  /** Puts the playhead on an event; null is the live edge. */
  seek(seq: number | null): void {
    if (seq === null || seq > this.log.lastSeq) {
      this.playhead.goLive();
    } else {
      const at = Math.max(this.log.firstSeq - 1, seq);
      this.playhead.pauseAt(at, this.momentAt(at).atUs);
      this.askForHole(at);
    }
    this.touch("playhead");
  }

  /** Puts the playhead on a time of the run's clock, µs. */
  seekTime(atUs: number): void {
    const seq = this.log.seqAt(atUs);
    this.playhead.pauseAt(seq, atUs);
    this.askForHole(seq);
    this.touch("playhead");
  }

  /** One command forth or back; past the last command is the live edge. */
  step(count: number): void {
    const here = this.playhead.live ? this.log.lastSeq : this.playhead.seq;
    const stop = this.marks.step(here, count);
    if (stop !== null) this.seek(stop);
    else if (count > 0) this.seek(null);
    else this.seek(this.log.firstSeq - 1);
  }

  /** To the next violation; past the last one to the first. */
  nextViolation(): void {
    const here = this.playhead.live ? this.log.lastSeq : this.playhead.seq;
    const next = this.marks.nextViolation(here);
    if (next) this.seek(next.seq);
  }

  togglePause(): void {
    if (this.playhead.live) this.playhead.pauseAt(this.log.lastSeq, this.liveUs());
    else if (this.playhead.playing) this.playhead.pause();
    else this.playhead.goLive();
    this.touch("playhead");
  }

  play(): void {
    if (this.playhead.live) this.seek(this.log.firstSeq);
    this.playhead.play();
    this.touch("playhead");
  }

  setSpeed(speed: number): void {
    this.playhead.speed = speed;
    this.touch("playhead");
  }

  stop(): void {
    this.cancelFrame?.();
    this.cancelFrame = null;
  }

  private take(event: RunEvent): void {
    const whole = withState(event, this.log.state);
    this.originUs ??= event.atUs;
    const dropped = this.log.append(whole);
    this.wire.append(whole);
    this.marks.append(whole, (seq) => this.log.at(seq)?.atUs ?? null);
    this.tellings.append(whole);
    this.setFacts(foldFacts(this.facts, event));
    if (event.type === "run" && this.turns.at(-1)?.variant !== event.variant)
      this.turns.push({ seq: event.seq, variant: event.variant });
    if (whole.type === "frame" || (whole.type === "gap" && whole.state !== undefined)) {
      this.holes.push({
        fromSeq: whole.fromSeq,
        toSeq: whole.toSeq,
        dropped: "reason" in whole && whole.reason === "dropped",
      });
      if (whole.type === "gap" || whole.counts.run || whole.counts.scenario || whole.counts.actor) this.onSwallowed?.();
    }
    if (dropped) {
      this.wire.dropBefore(dropped.toSeq + 1);
      this.marks.dropBefore(dropped.toSeq + 1);
      this.tellings.dropBefore(dropped.toSeq + 1);
      this.holes = this.holes.filter((hole) => hole.toSeq > dropped.toSeq);
    }
  }

  private askForHole(seq: number): void {
    const hole = this.holes.find(({ fromSeq, toSeq }) => seq >= fromSeq && seq <= toSeq);
    if (hole && !hole.dropped) this.onHole?.(hole.fromSeq, hole.toSeq);
  }

  /** `soon` at the next frame; otherwise when the clock next deserves a redraw. */
  private schedule(soon: boolean): void {
    if (!this.listeners.size || (this.cancelFrame && (this.frameSoon || !soon))) return;
    this.cancelFrame?.();
    this.frameSoon = soon;
    const nowMs = this.ticker.nowMs();
    this.cancelFrame = this.ticker.frame(
      this.draw,
      Math.max(0, (soon ? PICTURE_MS * this.pace : this.restMs(nowMs)) - (nowMs - this.lastFrameMs)),
    );
  }

  /** How long the picture may rest without news, ms. */
  private restMs(nowMs: number): number {
    if (this.playhead.playing) return PICTURE_MS;
    const lively = this.playhead.live && !this.clock.frozen && nowMs - this.lastNewsMs < LIVELY_MS;
    return lively && !this.ticker.calm() ? CLOCK_MS : this.slowDue ? SLOW_MS : 250;
  }

  private draw = (): void => {
    this.cancelFrame = null;
    this.frameSoon = false;
    const nowMs = this.ticker.nowMs();
    const { playhead } = this;
    if (playhead.playing) {
      playhead.advance(Math.min(250, nowMs - this.lastFrameMs));
      if (playhead.atUs >= this.liveUs()) playhead.goLive();
      else playhead.seq = this.log.seqAt(playhead.atUs);
      this.dirty.add("playhead");
    } else if (playhead.live) this.dirty.add("clock");
    this.lastFrameMs = nowMs;
    this.pace = this.log.lastSeq - this.drawnSeq > FLOOD_EVENTS ? FLOOD_FACTOR : 1;
    this.drawnSeq = this.log.lastSeq;
    this.slowDue ||= this.dirty.has("events") || this.dirty.has("facts");
    if (this.slowDue && nowMs - this.lastSlowMs >= SLOW_MS * this.pace) {
      this.slowDue = false;
      this.lastSlowMs = nowMs;
      this.dirty.add("slow");
    }
    for (const topic of this.dirty) this.versions[topic]++;
    this.dirty.clear();
    for (const listener of this.listeners) listener();
    this.schedule(false);
  };
}

function rangeOf(event: RunEvent): { from: number; to: number } {
  if (event.type === "frame" || event.type === "gap") return { from: event.fromSeq, to: event.toSeq };
  return { from: event.seq, to: event.seq };
}

/** A gap over several events without a state of its own leaves the picture as it was. */
function withState(event: RunEvent, state: unknown): RunEvent {
  if (event.type !== "gap" || event.state !== undefined || event.toSeq === event.fromSeq) return event;
  return { ...event, state: structuredClone(state) as typeof event.state };
}
