/** Panels of the session, drawn from the folded state: cards by user, what each session went through, and the sums. */
import type { Card, CardGroup, CardRing, Panel } from "../../contract";
import type { Seen, State } from "./state";

const SPAN_MS = 18_000;
const MAX_CARDS = 8;
const MAX_LANES = 6;
const FRESH_US = 1_000_000;

export function panels(state: State, nowUs: number, focus: string | null): Panel[] {
  const drawn = chosen(state, focus);
  const sinceUs = nowUs - SPAN_MS * 1000;
  const users = [...new Set(drawn.map(({ userId }) => userId))];
  const more = state.sessions.length + state.forgotten - drawn.length;
  const alive = state.sessions.filter((seen) => isAlive(seen, nowUs)).length;
  return [
    {
      kind: "cards",
      title: state.down ? "Sessions: Redis is down, and with it all of them" : "Sessions",
      groups: users.map((user) => groupOf(state, user, drawn, nowUs)),
      legend: { kept: "Redis counts it down", computed: "nobody keeps it" },
      more: more > 0 ? `${more.toLocaleString("en")} more ${more === 1 ? "is" : "are"} not drawn` : null,
    },
    {
      kind: "lanes",
      title: "What each session went through",
      spanMs: SPAN_MS,
      lanes: drawn
        .slice(0, MAX_LANES)
        .map(({ id, marks }) => ({ actor: id, marks: marks.filter(({ atUs }) => atUs >= sinceUs) })),
      legend: { yes: "answered", no: "refused", redis: "TTL over, then deleted" },
    },
    {
      kind: "stat",
      title: "Sums",
      items: [
        { label: state.forgotten ? "alive, of the latest" : "alive", value: String(state.down ? 0 : alive) },
        { label: "requests answered", value: String(state.answered) },
        { label: "refused: no such session", value: String(state.refused) },
        state.expired
          ? {
              label: `deleted by Redis, the latest ${state.lateMs.toLocaleString("en-US")} ms late`,
              value: String(state.expired),
            }
          : { label: "deleted by Redis", value: "0" },
      ],
    },
  ];
}

/** Those that are there before those that are gone, the latest first; shown in the order in which they began. */
function chosen({ sessions }: State, focus: string | null): Seen[] {
  const rank = (seen: Seen) => (seen.id === focus ? 2 : seen.isThere ? 1 : 0);
  const best = sessions.toSorted((a, b) => rank(b) - rank(a) || b.touchedSeq - a.touchedSeq).slice(0, MAX_CARDS);
  return sessions.filter((seen) => best.includes(seen));
}

const isAlive = ({ isThere, expiresUs }: Seen, nowUs: number): boolean =>
  isThere && (expiresUs === null || expiresUs > nowUs);

function groupOf(state: State, user: string, drawn: readonly Seen[], nowUs: number): CardGroup {
  const index = state.indexes[user];
  return {
    title: user,
    caption: captionOf(`user:${user}:sessions`, index),
    cards: drawn.filter(({ userId }) => userId === user).map((seen) => cardOf(state, seen, nowUs)),
  };
}

/** @param index the ids that it knows; undefined where there never was one */
function captionOf(key: string, index: readonly string[] | undefined): string {
  if (!index) return "no index: nobody finds all sessions of this user";
  return index.length ? `${key} knows ${index.join(", ")}` : `${key} is gone: it knew none any more`;
}

function cardOf(state: State, seen: Seen, nowUs: number): Card {
  const { id, role, device, fields } = seen;
  const limitUs = seen.keptLimitUs ?? (seen.bornUs === null ? null : seen.bornUs + state.absoluteMs * 1000);
  const isGone = !seen.isThere || state.down;
  const isPast = limitUs !== null && limitUs < nowUs;
  return {
    id,
    of: [role, device].filter(Boolean).join(", "),
    rings: isGone ? [] : ringsOf(state, seen, limitUs, nowUs),
    state: stateOf(seen, nowUs, isPast, state.down),
    tone: isGone ? "gone" : seen.expiresUs === null || seen.end || isPast ? "bad" : "live",
    facts: fields.map(({ name, value, changedUs }) => ({
      label: name,
      value,
      fresh: nowUs - changedUs < FRESH_US,
    })),
  };
}

function ringsOf({ idleMs, absoluteMs }: State, seen: Seen, limitUs: number | null, nowUs: number): CardRing[] {
  const absolute: CardRing = {
    label: "absolute",
    leftMs: limitUs === null ? null : Math.round((limitUs - nowUs) / 1000),
    ofMs: absoluteMs,
    drawn: seen.keptLimitUs === null ? "computed" : "kept",
  };
  const ttl: CardRing = {
    label: "TTL",
    leftMs: seen.expiresUs === null ? null : Math.round((seen.expiresUs - nowUs) / 1000),
    ofMs: idleMs,
    drawn: "kept",
  };
  return [absolute, ttl];
}

function stateOf({ isThere, end, expiresUs }: Seen, nowUs: number, isPast: boolean, down: boolean): string {
  if (down) return "gone with Redis";
  if (!isThere) return end?.text ?? "gone";
  if (end) return expiresUs === null ? "back after its end, without a TTL" : "back after its end";
  if (expiresUs === null) return "no TTL: stays for ever";
  if (expiresUs <= nowUs) return "TTL is over, not deleted yet";
  return isPast ? "past its absolute limit" : "alive";
}
