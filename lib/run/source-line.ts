/**
 * Which line of which shown file sent the command that is being sent right now: the innermost stack frame in
 * `lib/patterns/<id>/`. Source maps (`node --enable-source-maps`, tsx) make it the line of the file as written, in the built
 * server too. A stack costs as much as the command itself, so at speed only some commands get one.
 */
const STACKS_PER_SECOND = 200;
const FRAME = /(lib\/patterns\/[a-z0-9-]+\/[a-z0-9-]+\.ts):(\d+):\d+/;

export interface SourceLine {
  path: string;
  line: number;
}

export class SourceSampler {
  private windowStart = 0;
  private taken = 0;

  /** Null when the budget of this second is spent or no pattern file is on the stack. */
  sample(): SourceLine | null {
    const now = performance.now();
    if (now - this.windowStart >= 1000) {
      this.windowStart = now;
      this.taken = 0;
    }
    if (this.taken >= STACKS_PER_SECOND) return null;
    this.taken += 1;
    return sourceLine();
  }
}

function sourceLine(): SourceLine | null {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 24;
  const { stack } = new Error("where");
  Error.stackTraceLimit = limit;
  const frame = FRAME.exec(stack?.replaceAll("\\", "/") ?? "");
  return frame?.[1] ? { path: frame[1], line: Number(frame[2]) } : null;
}
