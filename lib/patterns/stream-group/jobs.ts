/** The stream of jobs, what is said of it, and what every consumer does with an entry, in every variant. */
import type { PatternContext } from "../../contract";

export const STREAM = "jobs";
/** Entries of one XREADGROUP. */
export const BATCH = 10;
/** Entries that one XAUTOCLAIM takes over, at most. */
export const CLAIMS = 100;

export type StreamParams = {
  claimIdleMs: number;
  pollMs: number;
  maxDeliveries: number;
  retentionMs: number;
  maxLen: number;
  databaseMs: number;
};
export type AddBody = { type: string; payload: string; producer: string };
export type AddManyBody = { type: string; entries: number; producer: string };
export type StartBody = { consumer: string; group: string; createGroup: boolean };
/** Who reads: a consumer of a group. */
export type Reader = { consumer: string; group: string };
export type ReplayBody = { from: string; group: string; operator: string };

/** What a turn has done. `claimed`: taken over from a consumer that has let them lie. `buried`: moved to the dead letters. */
export type TurnResult = { claimed: number | null; read: number; done: number; failed: number; buried: number | null };
/** `own`: what it had read before it died, and took up first. */
export type StartResult = { started: boolean; own: number | null; read: number; done: number; failed: number };

export type Entry = { id: string; type: string; payload: string };
type Raw = [id: string, fields: string[] | null];

export const loopOf = ({ consumer, group }: Reader): string => `${consumer} of ${group}`;

/** XREADGROUP; `from` is `>` for what the group has not been given yet, or an id for what this consumer has pending after it. */
export async function read(
  redis: PatternContext["redis"],
  { group, consumer }: Reader,
  from: string,
): Promise<Entry[]> {
  const answer = await redis.xreadgroup("GROUP", group, consumer, "COUNT", BATCH, "STREAMS", STREAM, from);
  return entriesOf(answer?.[0]?.[1] ?? []);
}

/** Without those that have been trimmed away while they were pending. */
export const entriesOf = (raw: readonly Raw[]): Entry[] =>
  raw.flatMap(([id, fields]) => (fields ? [{ id, type: fields[1] ?? "", payload: fields[3] ?? "" }] : []));

/** @throws Error for a job that fails however often it is tried */
export function mustBeDoable({ type, payload }: Entry): void {
  if (type === "poison") throw new Error(`“${payload}” cannot be done.`);
}
