/** The picture of the lock: leases that run out, who believes to have it, and what the protected row says. Browser-safe. */
import { defineStage, ownerOf, type Panel } from "../../contract";
import { leasesPanel, type OwnerLane, ownerLane, renewed } from "../../families/locks/lease-panel";
import { emptyLedger, foldLedger, type Ledger } from "../../families/locks/ledger";
import { answered, finishWait, foldOwner, hasTokens, markStep, rowItems } from "../../families/locks/owner-lanes";
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
      answered(ownerLane(state.lanes, event.actor, event.atUs), event.atUs, ledger.tenures.count > before);
    if (asked?.does === "extend" && event.type === "reply" && event.value === 1)
      renewed(ownerLane(state.lanes, ownerOf(event.actor), event.atUs), event.serverUs[1]);
    if (event.type === "actor") foldOwner(state.lanes, event);
    if (event.type === "result" && (event.name === "acquire" || event.name === "work")) finishWait(state.lanes, event);
    if (step) {
      state.resource = step.resource;
      markStep(state.lanes, ledger.tenures, step);
    }
    return state;
  },
  panels,
  say,
});

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
        ...rowItems(row, hasTokens(tenures), several),
      ],
    },
  ];
}
