/** The panels of cache-aside, drawn from the folded state. */
import type { FlowLane, FlowPanel, Panel, SeriesPanel, StatPanel } from "../../contract";
import { endsAfter, hitRateOf, perSecondAt, readsOf, tookAtMost } from "./meters";
import { type Readers, waitingOf } from "./readers";
import type { State } from "./stage";

const SPAN_MS = 12_000;
const BEAT_US = 250_000;
/** Parts of the ring. */
const PARTS = 40;

const many = (n: number): string => n.toLocaleString("en");

/** What the panels show when the run's clock reads `nowUs`. */
export function panels(state: State, nowUs: number): Panel[] {
  return [flow(state, nowUs), meters(state, nowUs), queries(state, nowUs)];
}

function flow({ readers, meters, ttlMs, down }: State, nowUs: number): FlowPanel {
  const { wave, instances, hot } = readers;
  const waiting = waitingOf(readers);
  const keys = Object.keys(wave.keys).length;
  const endUs = meters.endsUs[hot.key];
  const leftMs = endUs !== undefined && endUs > nowUs && !down ? (endUs - nowUs) / 1000 : null;
  return {
    kind: "flow",
    title: "Readers since it was last quiet",
    columns: [
      {
        title: "App instances",
        count: wave.readers,
        unit: wave.readers === 1 ? "reader" : "readers",
        note: wave.failed ? `${many(wave.failed)} without an answer` : `${instances.length} instances`,
      },
      {
        title: down ? "Redis is down" : "Redis",
        count: wave.hits,
        unit: wave.hits === 1 ? "hit" : "hits",
        note: waiting ? `${many(waiting)} waiting` : wave.waited ? `${many(wave.waited)} had to wait` : "",
      },
      {
        title: "PostgreSQL",
        count: wave.selects,
        unit: wave.selects === 1 ? "SELECT" : "SELECTs",
        note: keys ? `for ${many(keys)} ${keys === 1 ? "key" : "keys"}` : "",
      },
    ],
    lanes: lanesOf(readers),
    more: Math.max(0, wave.readers - readers.readers.length),
    legend: {
      asks: "asks the cache",
      hit: "answered by the cache",
      query: "SELECT",
      ...(wave.waited ? { waits: "waits for the loader" } : {}),
      ...(wave.failed ? { failed: "no answer" } : {}),
    },
    ring: { key: hot.key, leftMs, ofMs: ttlMs, ends: endsAfter(meters, nowUs, ttlMs, PARTS) },
  };
}

function lanesOf({ instances, readers }: Readers): FlowLane[] {
  const lanes: FlowLane[] = instances.map((actor) => ({ actor, dots: [] }));
  for (const [id, instance, at, mark] of readers)
    lanes[instance]?.dots.push({ id, at: at ? "database" : "cache", mark });
  return lanes.sort((a, b) => a.actor.localeCompare(b.actor, "en", { numeric: true }));
}

function meters({ meters }: State, nowUs: number): StatPanel {
  const [p50, p99, rate] = [tookAtMost(meters, 0.5), tookAtMost(meters, 0.99), hitRateOf(meters)];
  const ms = (value: number | null) => (value === null ? { value: "–" } : { value: many(value), unit: "ms" });
  const { lastMs, mostMs } = meters.stale;
  return {
    kind: "stat",
    title: "Reads, queries, and how old the answers are",
    items: [
      { label: "hit rate", ...(rate === null ? { value: "–" } : { value: String(rate), unit: "%" }) },
      { label: "SELECTs in the last second", value: many(perSecondAt(meters, nowUs)) },
      { label: "median read", ...ms(p50) },
      { label: `99th percentile of ${many(readsOf(meters))}`, ...ms(p99) },
      { label: `last answer out of date by${mostMs ? `, at most ${many(mostMs)} ms` : ""}`, ...ms(lastMs) },
    ],
  };
}

function queries({ beats }: State, nowUs: number): SeriesPanel {
  const sinceUs = nowUs - SPAN_MS * 1000;
  const points = [{ atUs: sinceUs, value: 0 }];
  let level = 0;
  const step = (atUs: number, value: number) => {
    points.push({ atUs, value: level }, { atUs, value });
    level = value;
  };
  for (const [beat, selects] of beats) {
    const fromUs = beat * BEAT_US;
    if (fromUs < sinceUs || fromUs > nowUs) continue;
    if (level > 0 && fromUs > (points.at(-1)?.atUs ?? 0) + BEAT_US) step((points.at(-1)?.atUs ?? 0) + BEAT_US, 0);
    step(fromUs, selects);
  }
  const endUs = (points.at(-1)?.atUs ?? 0) + BEAT_US;
  if (level > 0 && endUs < nowUs) step(endUs, 0);
  return {
    kind: "series",
    title: "SELECTs",
    unit: "per quarter of a second",
    spanMs: SPAN_MS,
    max: Math.max(4, ...points.map(({ value }) => value)),
    lines: [{ actor: "PostgreSQL", points: [...points, { atUs: nowUs, value: level }] }],
  };
}
