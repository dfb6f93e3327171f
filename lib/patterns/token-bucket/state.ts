/** What the stage remembers of a run. JSON, bounded. Times in µs on the run's clock. */
import type { Mark, Point } from "../../families/history";
import type { Rules, Stored } from "./bucket";

const MAX_CLIENTS = 12;

export interface Bucket {
  client: string;
  /** Null: the key is not there, which is a full bucket. */
  stored: Stored | null;
  /** When Redis will let the key expire; null without a TTL or without a key. */
  expiresUs: number | null;
  /** What is known is true at this moment of the run. */
  knownUs: number;
  /** Its last take. */
  tookUs: number;
  touchedSeq: number;
  admitted: number;
  denied: number;
  marks: Mark[];
  points: Point[];
}

export interface State extends Rules {
  epoch: number;
  variant: string;
  down: boolean;
  /** In the order in which the clients first came. */
  buckets: Bucket[];
  /** Commands on their way that will change a bucket, by `seq`. */
  pending: Record<number, string[]>;
  /** The client whose bucket is drawn unless the learner picks one: it changes only when this one has been quiet for a while. */
  shown: string | null;
  /** By client: ms that its app server's clock is ahead. */
  skewMs: Record<string, number>;
}

/** The bucket of this client, made at its first use; beyond the bound the one that was quiet for longest goes. */
export function bucketOf(state: State, client: string, seq: number): Bucket {
  let bucket = state.buckets.find((known) => known.client === client);
  if (!bucket) {
    if (state.buckets.length >= MAX_CLIENTS) {
      const quiet = state.buckets.reduce((a, b) => (b.touchedSeq < a.touchedSeq ? b : a));
      state.buckets.splice(state.buckets.indexOf(quiet), 1);
    }
    bucket = {
      client,
      stored: null,
      expiresUs: null,
      knownUs: 0,
      tookUs: 0,
      touchedSeq: seq,
      admitted: 0,
      denied: 0,
      marks: [],
      points: [],
    };
    state.buckets.push(bucket);
  }
  bucket.touchedSeq = seq;
  return bucket;
}
