/** What is drawn of a workload: one value per strategy and stretch of time, on axes that all strategies share. */
import type { WorkloadBucket, WorkloadView } from "@/lib/contract";
import { msText, numberText } from "../run/format";
import { axisStep } from "../stage/scale";

export interface Measure {
  id: "hits" | "queries" | "staleness" | "writes";
  title: string;
  /** What its values are, in a few words. */
  note: string;
  /** Null: there was nothing to measure. */
  value(bucket: WorkloadBucket, widthMs: number): number | null;
  text(value: number): string;
  /** `log`: each level is ten times the one below, so that 0.5 ms and 1 s can be read from one axis. */
  scale: "linear" | "log";
  /** The axis reaches so far at least. */
  least: number;
}

/** 850 ms, 4.9 s; exact where it is small. */
export function durationText(ms: number): string {
  if (ms >= 1000) return `${numberText(ms / 1000)} s`;
  return ms === 0 || ms >= 100 ? `${numberText(ms, 0)} ms` : `${Number(msText(ms))} ms`;
}

export const percentText = (share: number): string => `${numberText(share * 100, 0)} %`;

export const MEASURES: readonly Measure[] = [
  {
    id: "hits",
    title: "Hit rate",
    note: "reads without the database",
    value: ({ reads, hits }) => (reads ? hits / reads : null),
    text: percentText,
    scale: "linear",
    least: 1,
  },
  {
    id: "queries",
    title: "Database queries",
    note: "a second",
    value: ({ queries }, widthMs) => (queries * 1000) / widthMs,
    text: (perSecond) => `${numberText(perSecond, 0)}/s`,
    scale: "linear",
    least: 10,
  },
  {
    id: "staleness",
    title: "Staleness",
    note: "how far the worst read is behind",
    value: ({ reads, stalestMs }) => (reads ? stalestMs : null),
    text: durationText,
    scale: "linear",
    least: 100,
  },
  {
    id: "writes",
    title: "Write latency",
    note: "median, by powers of ten",
    value: ({ writeMs }) => writeMs,
    text: durationText,
    scale: "log",
    least: 100,
  },
];

/** More labels have no room. */
const MAX_DECADES = 4;

export interface History {
  /** The middle of each stretch, seconds since the start. */
  atS: number[];
  /** How it is called: "7.5 s" is where it begins. */
  labels: string[];
  /** By strategy, then by stretch. */
  values: (number | null)[][];
}

const NOTHING: WorkloadBucket = {
  reads: 0,
  hits: 0,
  queries: 0,
  staleReads: 0,
  stalestMs: 0,
  writeMs: null,
  failed: 0,
};

type Seen = Pick<WorkloadView, "workload" | "status" | "elapsedMs" | "bucketMs" | "strategies">;

/** Stretches that cannot change any more; what is answered after the last operation is in the totals only. */
export function fullBuckets({ workload, status, elapsedMs, bucketMs }: Seen): number {
  const all = Math.ceil((workload.seconds * 1000) / bucketMs);
  return status === "done" || status === "counting" ? all : Math.min(all, Math.floor(elapsedMs / bucketMs));
}

export function historyOf(view: Seen, { value }: Pick<Measure, "value">): History {
  const { bucketMs, workload, strategies } = view;
  const starts = Array.from({ length: fullBuckets(view) }, (_, i) => i * bucketMs);
  const widthOf = (startMs: number) => Math.min(bucketMs, workload.seconds * 1000 - startMs);
  return {
    atS: starts.map((startMs) => (startMs + widthOf(startMs) / 2) / 1000),
    labels: starts.map((startMs) => `${numberText(startMs / 1000)} s`),
    values: strategies.map(({ buckets }) => starts.map((startMs, i) => value(buckets[i] ?? NOTHING, widthOf(startMs)))),
  };
}

/** The axis' levels, the lowest first: round, and reaching a little beyond all values. */
export function levelsOf(values: History["values"], { scale, least }: Pick<Measure, "scale" | "least">): number[] {
  const known = values.flat().filter((value) => value !== null);
  const most = known.reduce((max, value) => Math.max(max, value), least);
  if (scale === "linear") {
    const step = axisStep(most, 2);
    return Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, i) => i * step);
  }
  const lowest = Math.floor(Math.log10(known.reduce((min, value) => Math.min(min, value), least / 100)) + 1e-9);
  const decades = Math.ceil(Math.log10(most) - 1e-9) - lowest;
  const step = Math.ceil(decades / MAX_DECADES);
  return Array.from({ length: Math.ceil(decades / step) + 1 }, (_, i) => Number(`1e${lowest + i * step}`));
}

/** How high a value stands on the axis: 0 at the bottom, 1 at the top. */
export function heightOf(value: number, levels: readonly number[], scale: Measure["scale"]): number {
  const [bottom, top] = [levels[0] ?? 0, levels.at(-1) ?? 1];
  if (scale === "linear") return (value - bottom) / (top - bottom);
  return Math.log(Math.max(value, bottom) / bottom) / Math.log(top / bottom);
}

/** Each strategy's value at this stretch of time, or its latest; those that have one. */
export function shownAt({ values }: Pick<History, "values">, at: number | null): { strategy: number; value: number }[] {
  return values.flatMap((of, strategy) => {
    const value = at === null ? of.findLast((one) => one !== null) : of[at];
    return value === undefined || value === null ? [] : [{ strategy, value }];
  });
}

export interface MeasuredHistory {
  measure: Measure;
  /** Null before the start. */
  history: History | null;
}

/** "3.5 s. Hit rate: Cache-aside 91 %, …; Database queries: …" @param names of the strategies */
export function momentText(rows: readonly MeasuredHistory[], names: readonly string[], at: number): string {
  const said = rows.flatMap(({ measure, history }) => {
    const values = history ? shownAt(history, at) : [];
    const each = values.map(({ strategy, value }) => `${names[strategy]} ${measure.text(value)}`);
    return each.length ? [`${measure.title}: ${each.join(", ")}`] : [];
  });
  return `${rows[0]?.history?.labels[at] ?? ""}. ${said.join("; ")}`;
}

/** Where labels go that want to stand at `wanted`: as near as may be, `gap` apart, between 0 and `room`. */
export function spread(wanted: readonly number[], gap: number, room: number): number[] {
  const apart = Math.min(gap, room / Math.max(1, wanted.length - 1));
  const order = wanted.map((y, i) => ({ y, i })).sort((a, b) => a.y - b.y || a.i - b.i);
  const placed: number[] = new Array(wanted.length);
  let least = 0;
  for (const { y, i } of order) {
    placed[i] = Math.max(y, least);
    least = (placed[i] as number) + apart;
  }
  let most = room;
  for (const { i } of order.reverse()) {
    placed[i] = Math.min(placed[i] as number, most);
    most = (placed[i] as number) - apart;
  }
  return placed;
}
