/** The panels of the token bucket, drawn from the folded state. */
import type { Panel } from "../../contract";
import type { Point } from "../../families/history";
import { inSeconds } from "../../families/rate-limiting/words";
import { KEY_PREFIX, levelAt, whatIsNext } from "./bucket";
import type { Bucket, State } from "./state";

const SPAN_MS = 12_000;
const MAX_LINES = 4;

/** What the panels show when the run's clock reads `nowUs`. */
export function panels(state: State, nowUs: number, focus: string | null): Panel[] {
  const bucketOf = (name: string | null) => state.buckets.find(({ client }) => client === name);
  const focused = bucketOf(focus);
  const shown = focused ?? bucketOf(state.shown) ?? state.buckets[0];
  // The first clients that came, so that lines do not change places; and the one that the learner asked for.
  const lines = state.buckets.filter((bucket, i) => bucket === focused || i < MAX_LINES).slice(-MAX_LINES);
  const sinceUs = nowUs - SPAN_MS * 1000;
  return [
    tank(state, shown, nowUs),
    {
      kind: "stat",
      title: shown?.client ?? "No client yet",
      items: [
        {
          label: "stored in Redis",
          value: shown?.stored ? round(shown.stored.tokens) : "no key",
          unit: shown?.stored ? "tokens" : "",
        },
        { label: "admitted", value: String(shown?.admitted ?? 0) },
        { label: "denied", value: String(shown?.denied ?? 0) },
      ],
    },
    {
      kind: "series",
      title: "Tokens stored in Redis",
      unit: "tokens",
      spanMs: SPAN_MS,
      max: state.capacity,
      lines: lines.map((bucket) => ({ actor: bucket.client, points: pointsSince(state, bucket, sinceUs, nowUs) })),
    },
    {
      kind: "lanes",
      title: "Takes",
      spanMs: SPAN_MS,
      lanes: state.buckets.map(({ client, marks }) => ({
        actor: client,
        marks: marks.filter(({ atUs }) => atUs >= sinceUs),
      })),
      legend: { yes: "admitted", no: "denied", redis: "TTL reached 0; key deleted by Redis" },
    },
  ];
}

function tank(state: State, bucket: Bucket | undefined, nowUs: number): Panel {
  const skewMs = (bucket && Object.hasOwn(state.skewMs, bucket.client) && state.skewMs[bucket.client]) || 0;
  // Once the TTL has reached 0 nobody can read the key, though Redis may delete it later.
  const readable = bucket?.expiresUs != null && nowUs > bucket.expiresUs ? null : (bucket?.stored ?? null);
  return {
    kind: "tank",
    title: bucket?.client ?? "Bucket",
    unit: "tokens",
    capacity: state.capacity,
    stored: bucket?.stored?.tokens ?? null,
    computed: levelAt(readable, state, nowUs, skewMs),
    caption: state.down ? "Redis is down: what it held is gone" : caption(bucket, nowUs),
    next: whatIsNext(readable, state, nowUs, skewMs),
  };
}

function caption(bucket: Bucket | undefined, nowUs: number): string {
  if (!bucket) return "no key yet: a full bucket";
  const key = KEY_PREFIX + bucket.client;
  if (!bucket.stored) return `${key} is not there: a full bucket`;
  if (bucket.expiresUs === null) return `${key}, a hash without a TTL`;
  if (nowUs > bucket.expiresUs) return `${key}, its TTL is over; Redis has not deleted it yet`;
  return `${key}, a hash, expires in ${inSeconds(bucket.expiresUs - nowUs)}`;
}

/** The stored level over the span, held until it changes and drawn to both edges. */
function pointsSince(state: State, bucket: Bucket, sinceUs: number, nowUs: number): Point[] {
  const past = bucket.points.filter(({ atUs }) => atUs <= nowUs);
  const inside = past.filter(({ atUs }) => atUs >= sinceUs);
  const before = past[past.length - inside.length - 1];
  const first = before ? [{ atUs: sinceUs, value: before.value }] : [];
  const last = inside.at(-1)?.value ?? before?.value ?? state.capacity;
  return [...first, ...inside, { atUs: nowUs, value: last }];
}

const round = (value: number): string => (Math.floor(value * 10 + 1e-6) / 10).toFixed(Number.isInteger(value) ? 0 : 1);
