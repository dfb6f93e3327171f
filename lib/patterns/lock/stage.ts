/** The picture of the lock: leases that run out, who believes to have it, and what the protected row says. Browser-safe. */
import { defineStage, ownerOf, type Panel } from "../../contract";
import type { EventOf } from "../../events";
import { addMark } from "../../families/history";
import { begin, finish, leasesPanel, type OwnerLane, ownerLane, renewed } from "../../families/locks/lease-panel";
import { emptyLedger, foldLedger, type Ledger } from "../../families/locks/ledger";
import type { Row, Step } from "../../families/locks/row-books";
import { ownersNow, resourcesOf, type Tenure } from "../../families/locks/tenures";
import { type LeaseReading, leaseReader } from "./leases";
import { say } from "./say";

interface State {
  ledger: Ledger<LeaseReading>;
  lanes: OwnerLane[];
  /** The row that was worked on last. */
  resource: string | null;
}

const initial = (): State => ({ ledger: emptyLedger(leaseReader), lanes: [], resource: null });

export const stage = defineStage<State>({
  initial,
  fold(state, event) {
    if (event.type === "run" && (event.status === "started" || event.status === "reset"))
      return { ...initial(), ledger: foldLedger(state.ledger, leaseReader, event).ledger };
    const asked = event.type === "reply" ? state.ledger.read.sent[event.ref] : undefined;
    const before = state.ledger.tenures.count;
    const { ledger, step } = foldLedger(state.ledger, leaseReader, event);
    state.ledger = ledger;
    if (asked?.does === "acquire" && event.type === "reply" && event.error === undefined)
      answered(ownerLane(state.lanes, event.actor, event.atUs), event, ledger.tenures.count > before);
    if (asked?.does === "extend" && event.type === "reply" && event.value === 1)
      renewed(ownerLane(state.lanes, ownerOf(event.actor), event.atUs), event.serverUs[1]);
    if (event.type === "actor") foldActor(state, event);
    if (event.type === "result" && (event.name === "acquire" || event.name === "work")) finishWait(state, event);
    if (step) foldStep(state, step);
    return state;
  },
  panels,
  say,
});

/** Redis has let it in, or refused it. */
function answered(lane: OwnerLane, { atUs }: EventOf<"reply">, letIn: boolean): void {
  if (letIn) {
    finish(lane.waits, atUs);
    lane.refused = 0;
  } else {
    begin(lane.waits, atUs);
    lane.refused += 1;
  }
}

/** Whoever has an answer waits no more. */
function finishWait({ lanes }: State, { actor, atUs }: EventOf<"result">): void {
  const lane = lanes.find(({ owner }) => owner === actor);
  if (!lane) return;
  finish(lane.waits, atUs);
  lane.refused = 0;
}

function foldActor(state: State, { actor, status, atUs }: EventOf<"actor">): void {
  const lane = state.lanes.find(({ owner }) => owner === actor);
  if (!lane) return;
  if (status === "held") begin(lane.pauses, atUs);
  if (status === "released" || status === "crashed") finish(lane.pauses, atUs);
  if (status === "crashed") finish(lane.waits, atUs);
  lane.crashed = status === "crashed" || (lane.crashed && status !== "connected");
}

function foldStep(state: State, step: Step): void {
  const { seq, atUs, owner, resource, kind, accepted, outranked, rank, balance } = step;
  state.resource = resource;
  if (kind === "read" && accepted) return;
  const token = rank === null ? "" : `${nameOfRank(state, rank)}: `;
  const text = outranked
    ? `${token}accepted after ${nameOfRank(state, outranked.rank)} of ${outranked.owner} had been seen`
    : accepted
      ? `${token}wrote ${balance ?? "?"}`
      : `${token}rejected at the ${kind}`;
  addMark(ownerLane(state.lanes, owner, atUs).marks, {
    id: seq,
    atUs,
    outcome: outranked ? "wrong" : accepted ? "yes" : "no",
    count: 1,
    text,
  });
}

const hasTokens = ({ ledger }: State): boolean => ledger.tenures.list.some(({ fence }) => fence > 0);
const nameOfRank = (state: State, rank: number): string => (hasTokens(state) ? `token ${rank}` : `no. ${rank}`);

function panels(state: State, nowUs: number, focus: string | null): Panel[] {
  const { tenures, books } = state.ledger;
  const several = resourcesOf(tenures).length > 1;
  const nameOf = ({ fence, n, resource }: Tenure) =>
    `${several ? `${resource} ` : ""}${fence ? `token ${fence}` : `no. ${n}`}`;
  const row = books.rows[state.resource ?? ""] ?? Object.values(books.rows)[0];
  const owners = ownersNow(tenures);
  return [
    leasesPanel(tenures, state.lanes, nowUs, focus, nameOf),
    {
      kind: "stat",
      title: "Owners of the lock",
      items: [
        { label: "owners right now", value: String(owners), ...(owners > 1 ? { alarm: true } : {}) },
        { label: "most at once", value: String(tenures.most), ...(tenures.most > 1 ? { alarm: true } : {}) },
        ...rowItems(row, hasTokens(state), several),
      ],
    },
  ];
}

function rowItems(row: Row | undefined, tokens: boolean, several: boolean) {
  if (!row || row.start === null || row.balance === null)
    return [{ label: "the protected row", value: "not read yet" }];
  const { resource, balance, start, acceptedSum, highest, rejected, late } = row;
  const due = start + acceptedSum;
  return [
    {
      label: several ? `balance, ${resource}` : "balance",
      value: String(balance),
      ...(balance === due ? {} : { alarm: true }),
    },
    { label: "start + accepted", value: String(due) },
    {
      label: tokens ? "highest token" : "newest owner",
      value: highest ? `${tokens ? "" : "no. "}${highest}` : "none",
    },
    { label: "rejected", value: String(rejected) },
    { label: "written late", value: String(late), ...(late ? { alarm: true } : {}) },
  ];
}
