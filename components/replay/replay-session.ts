/** The session's replays: a trace from a file or a share, shown in place of the run, which goes on meanwhile. */
import { stages } from "@/lib/patterns/stages";
import { ApiFailure, openStream } from "../run/api";
import { Observable } from "../run/observable";
import { messageOf, type Phase } from "../run/phase";
import type { RunStore } from "../run/run-store";
import type { RunSession } from "../run/session";

export interface Replay {
  /** A file's name; null of a share. */
  file: string | null;
  /** A share's id; null of a file. */
  share: string | null;
  /** Until when a share is kept. */
  expiresAt: Date | null;
}

export const REPLAY_LOCK = "This is a replay: nothing can be done to it. Go back to a live run to act.";

export class ReplaySession extends Observable {
  shown: Replay | null = null;
  /** How much of a trace has been read, 0 to 1; null when none is being read. */
  progress: number | null = null;
  /** What was wrong with the last file, and the pattern that it is of when it belongs to another page. */
  problem: { message: string; pattern: string | null } | null = null;
  private readings = 0;

  constructor(private readonly session: RunSession) {
    super();
  }

  /** Shows a trace from this computer. It is read here and sent nowhere. */
  async openFile(file: File): Promise<void> {
    const { readTrace, tooLarge, MAX_TRACE_MB } = await import("./trace-reader");
    await this.read(async (onRead) => {
      if (file.size > MAX_TRACE_MB * 1024 * 1024) throw tooLarge();
      const stage = await this.stage();
      const { pattern } = this.session;
      const store = await readTrace(file.stream(), {
        pattern: pattern.id,
        stage,
        onBytes: (bytes) => onRead(bytes / file.size),
      });
      return { store, replay: { file: file.name, share: null, expiresAt: null } };
    });
  }

  /** Shows a kept replay. @returns how the visit stands then */
  async openShare(id: string, at: number | null): Promise<Phase> {
    try {
      const [{ readTrace }, stage, { body, headers }] = await Promise.all([
        import("./trace-reader"),
        this.stage(),
        openStream(`/api/shares/${id}`),
      ]);
      const store = await readTrace(body, { pattern: this.session.pattern.id, stage });
      const sunset = headers.get("sunset");
      if (at !== null) store.seek(at);
      this.enter(store, { file: null, share: id, expiresAt: sunset ? new Date(sunset) : null });
      return { kind: "open" };
    } catch (error) {
      const other = patternOf(error);
      if (other !== null) location.replace(`/patterns/${other}${location.search}`);
      if (error instanceof ApiFailure && error.status === 404) return { kind: "share-gone" };
      return { kind: "failed", message: messageOf(error) };
    }
  }

  /** Back to the run, or to a new one where there was none. */
  leave(): void {
    this.readings++;
    this.shown = null;
    this.progress = null;
    this.problem = null;
    if (this.session.view) this.session.showStore(null);
    else void this.session.startNew();
    this.tell();
  }

  /** The reason stands until it is read, the next file is opened, or it is put away. */
  dismiss(): void {
    this.problem = null;
    this.tell();
  }

  private async read(
    work: (onRead: (part: number) => void) => Promise<{ store: RunStore; replay: Replay }>,
  ): Promise<void> {
    const reading = ++this.readings;
    const isLatest = () => reading === this.readings;
    this.problem = null;
    this.progress = 0;
    this.tell();
    try {
      const { store, replay } = await work((part) => {
        if (!isLatest()) return;
        this.progress = part;
        this.tell();
      });
      if (isLatest()) this.enter(store, replay);
    } catch (error) {
      if (isLatest()) this.problem = { message: messageOf(error), pattern: patternOf(error) };
    } finally {
      if (isLatest()) this.progress = null;
      this.tell();
    }
  }

  private enter(store: RunStore, replay: Replay): void {
    this.shown = replay;
    this.progress = null;
    this.session.showStore(store);
    this.tell();
  }

  private async stage() {
    const load = stages[this.session.pattern.id];
    if (!load) throw new Error(`The pattern ${this.session.pattern.id} has no stage.`);
    return (await load()).stage;
  }
}

/** Of a `BadTrace`, whose module is loaded lazily: the pattern that the trace belongs to. */
function patternOf(error: unknown): string | null {
  const pattern = error instanceof Error && "pattern" in error ? error.pattern : null;
  return typeof pattern === "string" && /^[a-z0-9-]{1,64}$/.test(pattern) ? pattern : null;
}
