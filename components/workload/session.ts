/** One visit to the page of caching strategies: all that it shows is what the API said last. */
import type { CreatedWorkload, PatternDescription, WorkloadView } from "@/lib/contract";
import { call } from "../run/api";
import { Observable } from "../run/observable";
import { type Shown, shown } from "../side-by-side/variants";
import { Visit, type VisitKind } from "../side-by-side/visit";
import { fullBuckets } from "./measures";
import { obstacle, requestOf, type Setup, setupOf } from "./setup";
import { formatWorkloadUrl, parseWorkloadUrl } from "./setup-url";
import { markIndices } from "./strategies";

const PATH = "/api/workloads";

const WORKLOAD: VisitKind<WorkloadView, Setup> = {
  path: PATH,
  askEveryMs: 500,
  words: {
    opening: "The strategies are being started.",
    running: "The workload is running.",
    watching: "You are watching someone else's workload.",
  },
  parse: parseWorkloadUrl,
  format: formatWorkloadUrl,
  obstacle,
  start: async (setup, patterns) => (await call<CreatedWorkload>("POST", PATH, requestOf(setup, patterns))).workloadId,
  idOf: ({ workloadId }) => workloadId,
  setupOf: (view, _, before) => setupOf(view, before),
};

export type ShownStrategy = Shown<WorkloadView["strategies"][number]> & {
  /** Of its hue and shape. */
  mark: number;
};

/** What the visitor points at: a moment of all charts, and a strategy that stands out. */
class Pointer extends Observable {
  /** Number of the stretch of time; null: the latest. */
  at: number | null = null;
  /** Number of the strategy. */
  focus: number | null = null;

  point(at: number | null): void {
    if (at === this.at) return;
    this.at = at;
    this.tell();
  }

  toggle(strategy: number): void {
    this.focus = this.focus === strategy ? null : strategy;
    this.tell();
  }

  /** False: there was nothing to clear. */
  clear(): boolean {
    if (this.at === null && this.focus === null) return false;
    this.at = this.focus = null;
    this.tell();
    return true;
  }
}

export class WorkloadSession extends Visit<WorkloadView, Setup> {
  readonly pointer = new Pointer();

  constructor(patterns: readonly PatternDescription[], search: string) {
    super(WORKLOAD, patterns, search);
  }

  /** The strategies that run; before the first start, those that are chosen. */
  strategies(): ShownStrategy[] {
    const { view, setup, patterns, isGone } = this;
    const all = shown(view?.strategies, setup.strategies, patterns, isGone);
    const marks = markIndices(
      all.map(({ id }) => id),
      patterns,
    );
    return all.map((one, i) => ({ ...one, mark: marks[i] ?? i }));
  }

  /** Points at the stretch of time that this moment is in. */
  pointAt(atS: number | null): void {
    const { view, pointer } = this;
    const last = (view ? fullBuckets(view) : 0) - 1;
    pointer.point(!view || atS === null || last < 0 ? null : Math.min(last, Math.floor((atS * 1000) / view.bucketMs)));
  }

  /** Points at the stretch of time after the one that is pointed at, or before it; first at the latest. */
  step(by: 1 | -1): void {
    const last = (this.view ? fullBuckets(this.view) : 0) - 1;
    if (last < 0) return;
    const { at } = this.pointer;
    this.pointer.point(at === null ? last : Math.min(last, Math.max(0, at + by)));
  }

  protected override forget(): void {
    super.forget();
    this.pointer.clear();
  }

  protected override onAsked(answered: boolean): void {
    this.connected = answered;
  }
}
