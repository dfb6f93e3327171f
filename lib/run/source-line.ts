/**
 * Which line of which shown file sent the command that is being sent right now: the innermost stack frame in
 * `lib/patterns/<id>/`. Source maps (`node --enable-source-maps`, tsx) make it the line of the file as written, in the built
 * server too. A stack costs as much as the command itself, so at speed only some commands get one.
 */
import { findSourceMap, type SourceMap } from "node:module";

const STACKS_PER_SECOND = 200;
const FRAMES = 24;
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

const maps = new Map<string, SourceMap | undefined>();

function mapOf(file: string): SourceMap | undefined {
  if (!maps.has(file)) maps.set(file, findSourceMap(file));
  return maps.get(file);
}

/** Next replaces Error.prepareStackTrace by one that maps nothing, so this reads raw call sites and maps them itself. */
function sourceLine(): SourceLine | null {
  const { stackTraceLimit: limit, prepareStackTrace: previous } = Error;
  Error.stackTraceLimit = FRAMES;
  Error.prepareStackTrace = (_error, sites) => sites;
  const error = new Error("where");
  const sites = error.stack as unknown as NodeJS.CallSite[];
  Error.stackTraceLimit = limit;
  Error.prepareStackTrace = previous;
  for (const site of sites) {
    const file = site.getFileName();
    if (!file || file.startsWith("node:")) continue;
    const entry = mapOf(file)?.findEntry((site.getLineNumber() ?? 1) - 1, (site.getColumnNumber() ?? 1) - 1);
    // Without a map (vitest runs transformed text and keeps the maps to itself) its own formatter knows the line.
    const place =
      entry && "originalSource" in entry
        ? `${entry.originalSource}:${entry.originalLine + 1}:0`
        : String(previous?.(error, [site]) ?? site);
    const found = FRAME.exec(place.replaceAll("\\", "/"));
    if (found?.[1]) return { path: found[1], line: Number(found[2]) };
  }
  return null;
}
