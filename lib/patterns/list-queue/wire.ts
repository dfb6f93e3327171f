/** Reads out of commands and values what they tell of jobs. Browser-safe. */
import { ownerOf } from "../../contract";
import type { EventOf, WireValue } from "../../events";
import { QUEUE } from "./job";
import type { Place, Sent } from "./state";

const PROCESSING = "processing:";
/** Of the keys in which jobs lie: which place that is. */
const PLACES: Readonly<Record<string, Place>> = { [QUEUE]: "queue", "delayed:email": "delayed", "dead:email": "dead" };
const HEARTBEAT = "heartbeat:";

export interface JobText {
  id: string;
  payload: string;
  attempts: number;
  /** When it was made, by the clock of whoever made it. */
  createdUs: number;
}

export function jobIn(text: WireValue | undefined): JobText | null {
  if (typeof text !== "string") return null;
  try {
    const job: unknown = JSON.parse(text);
    if (typeof job !== "object" || job === null || !("id" in job) || typeof job.id !== "string") return null;
    const payload = "payload" in job ? String(job.payload) : "";
    const attempts = "attempts" in job ? Number(job.attempts) : 0;
    return { id: job.id, payload, attempts, createdUs: "createdAt" in job ? Number(job.createdAt) * 1000 : 0 };
  } catch {
    // Cut in the trace, or put there from outside: no job that could be followed.
    return null;
  }
}

export function sentIn({ name, args, script, actor }: EventOf<"command">): Sent | null {
  const worker = ownerOf(actor);
  if (script?.startsWith("beat-")) return { does: "beat", worker };
  // Its name, the number of keys, the keys: first the processing list.
  if (script?.startsWith("give-back-")) return { does: "give back", worker: (args[2] ?? "").slice(PROCESSING.length) };
  const [key = ""] = args;
  if (name === "LPUSH" && key === QUEUE) return { does: "enqueue", text: args[1] ?? "" };
  if (name === "LREM" && key.startsWith(PROCESSING)) return { does: "remove", text: args[2] ?? "" };
  const takes = ["BRPOP", "RPOP", "BLMOVE", "LMOVE"].includes(name) && key === QUEUE;
  return takes ? { does: "take", worker } : null;
}

/** Of BRPOP: the key, then the job. */
export const takenIn = (value: WireValue | undefined): WireValue | undefined =>
  Array.isArray(value) ? value[1] : value;

/** Whose processing list this is; null: none. */
export const holderOf = (key: string): string | null =>
  key.startsWith(PROCESSING) ? key.slice(PROCESSING.length) : null;

/** Whose heartbeat this is; null: none. */
export const beaterOf = (key: string): string | null =>
  key.startsWith(HEARTBEAT) ? key.slice(HEARTBEAT.length) : null;

export const placeOf = (key: string): Place | null => PLACES[key] ?? (holderOf(key) === null ? null : "work");

type ObservedKey = EventOf<"observation">["keys"][number];

/** The jobs in a key that was looked at, as far as they are told, with the score of each where it has one. */
export function jobsIn({ kind, value, length = 0 }: ObservedKey): {
  all: boolean;
  jobs: (JobText & { score: number })[];
} {
  if (kind === "none") return { all: true, jobs: [] };
  const items = Array.isArray(value) ? value : [];
  const step = kind === "zset" ? 2 : 1;
  const jobs = items.flatMap((item, i) => {
    const job = i % step === 0 ? jobIn(item) : null;
    return job ? [{ ...job, score: step === 2 ? Number(items[i + 1]) : 0 }] : [];
  });
  return { all: jobs.length === length, jobs };
}
