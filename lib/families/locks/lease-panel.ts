/** The picture of leases, from tenures and what else happened to their owners. Browser-safe, JSON, bounded. */
import type { LaneMark, LeaseBar, LeaseRow, LeasesPanel } from "../../contract";
import { believersOf, leaseEndOf, resourcesOf, type Tenure, type Tenures } from "./tenures";

const PAST_MS = 12_000;
const FUTURE_MS = 6000;
/** Rows that can be read from the last row of a room. */
const MAX_ROWS = 8;
const MAX_OWNERS = 64;
const MAX_SPANS = 24;
const MAX_RENEWALS = 200;

interface Span {
  fromUs: number;
  toUs: number | null;
}

/** What happened to an owner besides its leases. */
export interface OwnerLane {
  owner: string;
  touchedUs: number;
  marks: LaneMark[];
  waits: Span[];
  pauses: Span[];
  renewedUs: number[];
  /** How often it was refused since it began to ask. */
  refused: number;
  crashed: boolean;
}

export function ownerLane(lanes: OwnerLane[], owner: string, atUs: number): OwnerLane {
  const known = lanes.find((lane) => lane.owner === owner);
  if (known) {
    known.touchedUs = atUs;
    return known;
  }
  if (lanes.length >= MAX_OWNERS) {
    const quiet = lanes.reduce((a, b) => (b.touchedUs < a.touchedUs ? b : a));
    lanes.splice(lanes.indexOf(quiet), 1);
  }
  const lane: OwnerLane = {
    owner,
    touchedUs: atUs,
    marks: [],
    waits: [],
    pauses: [],
    renewedUs: [],
    refused: 0,
    crashed: false,
  };
  lanes.push(lane);
  return lane;
}

/** A span begins, unless one lasts. */
export function begin(spans: Span[], fromUs: number): void {
  if (spans.at(-1)?.toUs === null) return;
  spans.push({ fromUs, toUs: null });
  if (spans.length > MAX_SPANS) spans.shift();
}
export function finish(spans: Span[], toUs: number): void {
  const last = spans.at(-1);
  if (last?.toUs === null) last.toUs = toUs;
}

export function renewed({ renewedUs }: OwnerLane, atUs: number): void {
  renewedUs.push(atUs);
  if (renewedUs.length > MAX_RENEWALS) renewedUs.shift();
}

/** @param nameOf what stands on a bar */
export function leasesPanel(
  tenures: Tenures,
  lanes: readonly OwnerLane[],
  nowUs: number,
  focus: string | null,
  nameOf: (tenure: Tenure) => string,
): LeasesPanel {
  const latest = [...lanes].sort((a, b) => b.touchedUs - a.touchedUs);
  const focused = latest.filter(({ owner }) => owner === focus);
  const shown = new Set([...focused, ...latest.filter(({ owner }) => owner !== focus)].slice(0, MAX_ROWS));
  const crowd = resourcesOf(tenures)
    .map((resource) => ({ resource, owners: believersOf(tenures, resource).length }))
    .filter(({ owners }) => owners > 1);
  return {
    kind: "leases",
    title: "Who has the lock",
    pastMs: PAST_MS,
    futureMs: FUTURE_MS,
    rows: lanes
      .filter((lane) => shown.has(lane))
      .map((lane) =>
        rowOf(
          tenures.list.filter(({ owner }) => owner === lane.owner),
          lane,
          nowUs,
          nameOf,
        ),
      ),
    alarm: crowd.length
      ? crowd.map(({ resource, owners }) => `${owners} owners of ${resource} at once`).join(", ")
      : null,
    legend: { yes: "write accepted", wrong: "accepted, and should not have been", no: "rejected" },
  };
}

function rowOf(own: Tenure[], lane: OwnerLane, nowUs: number, nameOf: (tenure: Tenure) => string): LeaseRow {
  const sinceUs = nowUs - PAST_MS * 1000;
  const recent = <T extends Span>(spans: readonly T[]) => spans.filter(({ toUs }) => toUs === null || toUs > sinceUs);
  const bars = own
    .filter((tenure) => Math.max(leaseEndOf(tenure), tenure.doneUs ?? nowUs) > sinceUs && tenure.fromUs <= nowUs)
    .map((tenure) => barOf(tenure, lane, nowUs, nameOf));
  return {
    actor: lane.owner,
    bars,
    waits: recent(lane.waits),
    pauses: recent(lane.pauses),
    marks: lane.marks.filter(({ atUs }) => atUs >= sinceUs && atUs <= nowUs),
    ...stateOf(own.at(-1), lane, nowUs, nameOf),
  };
}

function barOf(tenure: Tenure, { renewedUs }: OwnerLane, nowUs: number, nameOf: (tenure: Tenure) => string): LeaseBar {
  const toUs = leaseEndOf(tenure);
  const untilUs = tenure.doneUs ?? nowUs;
  return {
    id: tenure.n,
    fromUs: tenure.fromUs,
    toUs,
    believedUs: untilUs > toUs ? untilUs : null,
    label: nameOf(tenure),
    end: tenure.ended?.how ?? (toUs > nowUs ? "lasts" : "over"),
    renewedUs: renewedUs.filter((atUs) => atUs >= tenure.fromUs && atUs <= toUs),
  };
}

function stateOf(
  newest: Tenure | undefined,
  { crashed, pauses, waits, refused }: OwnerLane,
  nowUs: number,
  nameOf: (tenure: Tenure) => string,
): Pick<LeaseRow, "state" | "tone"> {
  const seconds = (us: number) => `${(Math.max(0, us) / 1e6).toFixed(1)} s`;
  const standsStill = pauses.at(-1)?.toUs === null ? "stands still" : null;
  if (crashed) return { state: "dead", tone: "off" };
  if (newest && newest.doneUs === null) {
    const leftUs = leaseEndOf(newest) - nowUs;
    const lease =
      leftUs > 0 ? `${nameOf(newest)}, ${seconds(leftUs)} left` : `${nameOf(newest)}, over for ${seconds(-leftUs)}`;
    return { state: [standsStill, lease].filter(Boolean).join(", "), tone: leftUs > 0 ? "good" : "bad" };
  }
  if (standsStill) return { state: standsStill, tone: "off" };
  if (waits.at(-1)?.toUs === null)
    return { state: `waits, refused ${refused === 1 ? "once" : `${refused} times`}`, tone: "plain" };
  return { state: "has no lock", tone: "plain" };
}
