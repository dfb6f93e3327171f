/**
 * Loops: what goes on after the action that began it has answered, turn after turn, in a lane of its actor's process. They
 * belong to the run, so no reload and no caller that goes away ends them; the death of their process does, and a reset.
 */
import type { Loop, PatternContext } from "../contract";
import type { Actor } from "./actors";
import { PlaygroundError } from "./playground-error";

/** Where loops run. */
export interface LoopHost {
  /** May a loop begin now? Not where who goes when is somebody else's choice. */
  admits(): boolean;
  /** Waits on the run's clock, which does not jump for the sake of it. */
  wait(ms: number): Promise<void>;
  /** The lane of this loop, connected. */
  laneFor(actor: Actor, loop: Loop<never>): Promise<Actor>;
  /** One turn, recorded. @returns whether it went well */
  turn(lane: Actor, name: string, code: (context: PatternContext) => Promise<unknown>): Promise<boolean>;
}

/** A loop that waits for nothing, and whose turn has failed, waits at least this long. */
const AFTER_FAILURE_MS = 500;
const MAX_LOOPS = 256;

interface Running {
  stopped: boolean;
}

export class Loops {
  private readonly running = new Map<string, Running>();

  /** @param host null: nothing goes on by itself, in an explored order */
  constructor(private readonly host: LoopHost | null) {}

  /** Ids of those that go on. */
  get ids(): string[] {
    return [...this.running.keys()];
  }

  /** @throws PlaygroundError 409 when there are too many */
  start<Scripts>(actor: Actor, loop: Loop<Scripts>): void {
    if (!this.host?.admits()) return;
    this.stop(loop.id);
    if (this.running.size >= MAX_LOOPS)
      throw new PlaygroundError(409, "too_many_loops", `A run has at most ${MAX_LOOPS} loops at a time.`);
    const state: Running = { stopped: false };
    this.running.set(loop.id, state);
    // The lane's own connection has the pattern's scripts: the pattern, which knows their types, is the one caller.
    void this.run(this.host, actor, loop as unknown as Loop, state)
      .catch((error) => console.error(`The loop ${loop.id} has ended:`, error))
      .finally(() => {
        if (this.running.get(loop.id) === state) this.running.delete(loop.id);
      });
  }

  stop(id: string): void {
    const state = this.running.get(id);
    if (!state) return;
    state.stopped = true;
    this.running.delete(id);
  }

  stopAll(): void {
    for (const id of this.ids) this.stop(id);
  }

  private async run(host: LoopHost, actor: Actor, loop: Loop, state: Running): Promise<void> {
    const isOver = () => state.stopped || actor.status !== "connected";
    let waitMs = loop.everyMs;
    for (;;) {
      if (waitMs > 0) await host.wait(waitMs);
      if (isOver()) return;
      const lane = await host.laneFor(actor, loop);
      if (isOver()) return;
      const went = await host.turn(lane, loop.name, loop.turn);
      waitMs = went ? loop.everyMs : Math.max(loop.everyMs, AFTER_FAILURE_MS);
    }
  }
}
