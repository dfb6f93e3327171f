/** What the picture keeps of each session: bounded, JSON. */
import type { Mark } from "../../families/history";

/** So many sessions are remembered; the rest is counted. */
const MAX_SESSIONS = 24;

export type EndKind = "expired" | "deleted" | "logout" | "everywhere" | "rotated";

export interface Seen {
  /** As the trace names it: a label. */
  id: string;
  touchedSeq: number;
  userId: string;
  role: string;
  /** Where it was opened. */
  device: string;
  isThere: boolean;
  /** By the hash itself; null until it was seen. */
  bornUs: number | null;
  /** What the hash says of its absolute limit; null where it knows none. */
  keptLimitUs: number | null;
  /** When Redis' TTL reaches 0; null: it has none. */
  expiresUs: number | null;
  /** What else stands in the hash. */
  fields: { name: string; value: string; changedUs: number }[];
  end: { kind: EndKind; atUs: number; text: string } | null;
  marks: Mark[];
  /** Seq of the last answer that told of it. */
  knownSeq: number;
}

export interface State {
  epoch: number;
  variant: string;
  idleMs: number;
  absoluteMs: number;
  down: boolean;
  sessions: Seen[];
  /** Commands that are on their way, by seq. */
  pending: Record<string, string[]>;
  /** By user: the ids that its index knows. */
  indexes: Record<string, string[]>;
  /** Sessions that are no longer remembered. */
  forgotten: number;
  answered: number;
  refused: number;
  /** How many Redis has deleted by itself, and how long after its TTL the latest of them, ms. */
  expired: number;
  lateMs: number;
}

export const initial = (epoch = 0, idleMs = 15_000, absoluteMs = 60_000, variant = ""): State => ({
  epoch,
  variant,
  idleMs,
  absoluteMs,
  down: false,
  sessions: [],
  pending: {},
  indexes: {},
  forgotten: 0,
  answered: 0,
  refused: 0,
  expired: 0,
  lateMs: 0,
});

export const findSeen = ({ sessions }: State, id: string | null): Seen | undefined =>
  sessions.find((one) => one.id === id);

export function seenOf(state: State, id: string, seq: number): Seen {
  let seen = findSeen(state, id);
  if (!seen) {
    if (state.sessions.length >= MAX_SESSIONS) forgetOne(state);
    seen = {
      id,
      touchedSeq: seq,
      userId: "",
      role: "",
      device: "",
      isThere: false,
      bornUs: null,
      keptLimitUs: null,
      expiresUs: null,
      fields: [],
      end: null,
      marks: [],
      knownSeq: 0,
    };
    state.sessions.push(seen);
  }
  seen.touchedSeq = seq;
  return seen;
}

/** The one that has been quiet for longest, of those that are gone if there are any. */
function forgetOne(state: State): void {
  const { sessions } = state;
  const gone = sessions.filter(({ isThere }) => !isThere);
  const oldest = (gone.length ? gone : sessions).reduce((a, b) => (b.touchedSeq < a.touchedSeq ? b : a));
  sessions.splice(sessions.indexOf(oldest), 1);
  state.forgotten += 1;
}
