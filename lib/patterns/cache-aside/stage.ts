/** The picture of cache-aside: readers on their way past Redis to PostgreSQL, and what that comes to. Browser-safe. */
import { defineStage } from "../../contract";
import type { EventOf, RunEvent } from "../../events";
import { emptyMeters, type Meters, meter } from "./meters";
import { panels } from "./panels";
import { KEY_PREFIX } from "./read";
import { moveReaders, noReaders, type Readers } from "./readers";
import { answeredOf, loadedKey, updatedId } from "./steps";

const BEAT_US = 250_000;
const MAX_BEATS = 64;

export interface State {
  epoch: number;
  down: boolean;
  ttlMs: number;
  readers: Readers;
  meters: Meters;
  /** SELECTs per quarter of a second, newest last; those without any are left out. */
  beats: [beat: number, selects: number][];
}

const initial = (epoch = 0): State => ({
  epoch,
  down: false,
  ttlMs: 5000,
  readers: noReaders(),
  meters: emptyMeters(),
  beats: [],
});

export const stage = defineStage<State>({
  initial: () => initial(),
  fold(before, event) {
    const state = event.type === "run" ? foldRun(before, event) : before;
    moveReaders(state.readers, event);
    meter(state.meters, event);
    if (event.type === "query" && loadedKey(event) !== null) beat(state, event.atUs);
    return state;
  },
  panels,
  say,
});

function foldRun(before: State, { status, epoch, params }: EventOf<"run">): State {
  // With other parameters keys and readers stay.
  const isFresh = epoch > before.epoch && status !== "configured";
  const state = isFresh
    ? { ...initial(epoch), readers: { ...noReaders(), instances: before.readers.instances } }
    : before;
  state.epoch = epoch;
  if (status !== "ended") state.down = status === "redis-down";
  if (typeof params.ttlMs === "number") state.ttlMs = params.ttlMs;
  return state;
}

function beat({ beats }: State, atUs: number): void {
  const now = Math.floor(atUs / BEAT_US);
  const last = beats.at(-1);
  if (last?.[0] === now) last[1] += 1;
  else beats.push([now, 1]);
  if (beats.length > MAX_BEATS) beats.shift();
}

function say(event: RunEvent): string | null {
  switch (event.type) {
    case "fault":
      return event.text;
    case "key":
      return event.event === "expired" && event.key.startsWith(KEY_PREFIX)
        ? `Redis deleted ${event.key}, whose time was over.`
        : null;
    case "query": {
      const [key, id] = [loadedKey(event), updatedId(event)];
      if (key !== null) return `${event.actor} asks the database for ${key}.`;
      return id === null ? null : `The row of user ${id} is changed; the cache is not told.`;
    }
    case "result":
      return sayResult(event);
    default:
      return null;
  }
}

function sayResult(event: EventOf<"result">): string | null {
  const { actor, name, body, value, error } = event;
  if (name === "herd" && typeof value === "object" && value !== null && !Array.isArray(value))
    return `${String(value.readers)} readers at once: ${String(value.hits)} answered by the cache, ${String(value.loads)} by the database${value.failed ? `, ${String(value.failed)} not at all` : ""}.`;
  if (name !== "read") return null;
  if (error !== undefined) return `${actor} got no answer: ${error}`;
  const answered = answeredOf(event);
  if (!answered) return null;
  const what =
    answered.version === null ? `that there is no user ${String(body.id)}` : `${KEY_PREFIX}${String(body.id)}`;
  return `${actor} got ${what} from the ${answered.source} after ${answered.ms.toLocaleString("en")} ms.`;
}
