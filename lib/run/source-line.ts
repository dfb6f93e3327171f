/**
 * Which line of which shown file sent the command that is being sent right now: the innermost stack frame in
 * `lib/patterns/<id>/`. Source maps (`node --enable-source-maps`, tsx) make it the line of the file as written, in the built
 * server too. A stack costs as much as the command itself, so at speed only some commands get one.
 */
import { findSourceMap } from "node:module";

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
  /** This run's part of the budget. */
  share = 1;

  /** Null when the budget of this second is spent or no pattern file is on the stack. */
  sample(): SourceLine | null {
    const now = performance.now();
    if (now - this.windowStart >= 1000) {
      this.windowStart = now;
      this.taken = 0;
    }
    if (this.taken >= STACKS_PER_SECOND * this.share) return null;
    this.taken += 1;
    return sourceLine();
  }
}

/** What a call site turned out to be; there are only so many of them in a program. */
const known = new Map<string, SourceLine | null>();

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
    if (!file || file.startsWith("node:") || file.includes("node_modules")) continue;
    const key = `${file}:${site.getLineNumber()}:${site.getColumnNumber()}`;
    let place = known.get(key);
    if (place === undefined) {
      place = mapped(file, site) ?? formatted(previous, error, site);
      known.set(key, place);
    }
    if (place) return place;
  }
  return null;
}

function mapped(file: string, site: NodeJS.CallSite): SourceLine | null {
  const map = findSourceMap(file);
  const entry = map?.findEntry((site.getLineNumber() ?? 1) - 1, (site.getColumnNumber() ?? 1) - 1);
  return entry && "originalSource" in entry ? read(`${entry.originalSource}:${entry.originalLine + 1}:0`) : null;
}

/** vitest runs transformed text and keeps the maps to itself: its own formatter knows the line. */
function formatted(formatter: typeof Error.prepareStackTrace, error: Error, site: NodeJS.CallSite): SourceLine | null {
  return read(String(formatter?.(error, [site]) ?? site));
}

function read(place: string): SourceLine | null {
  const found = FRAME.exec(place.replaceAll("\\", "/"));
  return found?.[1] ? { path: found[1], line: Number(found[2]) } : null;
}
