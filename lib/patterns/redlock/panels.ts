/** The panels of Redlock, drawn from the folded state. */
import type { NodeBox, NodeMessage, NodesPanel, Panel } from "../../contract";
import { leasesPanel } from "../../families/locks/lease-panel";
import { hasTokens, rowItems } from "../../families/locks/owner-lanes";
import { resourcesOf, type Tenure } from "../../families/locks/tenures";
import { isCut, type Node } from "./nodes";
import { NODES } from "./redlock-params";
import { nodeId, roundsOf, type State } from "./state";
import { ownersAt, ownsUntilUs, QUORUM, type Round, timesOfTwo } from "./votes";

const MAX_OWNERS = 3;
const SHOWN_US = 4_000_000;

export function panels(state: State, nowUs: number, focus: string | null): Panel[] {
  const { tenures, books, read } = state.ledger;
  const tokens = hasTokens(tenures);
  const several = resourcesOf(tenures).length > 1;
  const nameOf = ({ fence, n, resource }: Tenure) =>
    `${several ? `${resource} ` : ""}${fence ? `token ${fence}` : `no. ${n}`}`;
  const owners = ownersAt(tenures, nowUs);
  const times = timesOfTwo({ ...read, nowUs }, tenures);
  const twoMs = times.reduce((sum, { fromUs, untilUs }) => sum + (untilUs - fromUs) / 1000, 0);
  const row = books.rows[state.resource ?? ""] ?? Object.values(books.rows)[0];
  return [
    nodesPanel(state, nowUs, focus),
    { ...leasesPanel(tenures, state.lanes, nowUs, focus, nameOf), compact: true },
    {
      kind: "stat",
      title: "Owners of the lock",
      items: [
        { label: "owners right now", value: String(owners.length), ...(owners.length > 1 ? { alarm: true } : {}) },
        {
          label: "two majorities at once",
          value: Math.round(twoMs).toLocaleString("en-US"),
          unit: "ms",
          ...(twoMs > 0 ? { alarm: true } : {}),
        },
        ...rowItems(row, tokens, several),
      ],
    },
  ];
}

function nodesPanel(state: State, nowUs: number, focus: string | null): NodesPanel {
  const owners = shownOwners(state, nowUs, focus);
  const ids = new Set(owners);
  const rounds = roundsOf(state);
  const round = rounds.findLast(({ owner }) => owner === focus) ?? rounds.at(-1);
  const resource = round?.resource ?? null;
  return {
    kind: "nodes",
    title: "Who votes for whom",
    nodes: [
      ...owners.map((owner) => ownerBox(state, owner, nowUs)),
      ...state.nodes.list.map((node) => nodeBox(node, resource, state.ttlMs, nowUs)),
    ],
    links: owners.flatMap((owner) =>
      state.nodes.list.map((node) => ({
        from: owner,
        to: nodeId(node.node),
        state: isCut(node, owner) ? ("cut" as const) : ("up" as const),
      })),
    ),
    messages: shownMessages(state, nowUs).filter(({ from, to }) => ids.has(from) || ids.has(to)),
    majority: round ? majorityOf(round) : null,
    legend: { arrived: "a vote", refused: "taken by another", missed: "no answer" },
  };
}

/** The votes that an owner's lock stands on stay on the picture; what else was said goes after a while. */
function shownMessages({ messages, ledger }: State, nowUs: number): NodeMessage[] {
  const owners = new Set(ownersAt(ledger.tenures, nowUs).map(({ owner }) => owner));
  return messages.filter(
    ({ to, atUs, outcome }) => atUs <= nowUs && (nowUs - atUs < SHOWN_US || (outcome === "arrived" && owners.has(to))),
  );
}

/** Whoever the learner asks for, who has the lock, and who asked last. */
function shownOwners(state: State, nowUs: number, focus: string | null): string[] {
  const rounds = roundsOf(state);
  const wanted = [
    ...(focus !== null && rounds.some(({ owner }) => owner === focus) ? [focus] : []),
    ...ownersAt(state.ledger.tenures, nowUs).map(({ owner }) => owner),
    ...rounds.map(({ owner }) => owner).reverse(),
  ];
  // In the order of their names, so that boxes do not change places.
  return [...new Set(wanted)].slice(0, MAX_OWNERS).sort();
}

function majorityOf({ owner, yes, won }: Round): NonNullable<NodesPanel["majority"]> {
  const text = `${owner}: ${yes.length} of ${NODES} votes${won ? ", a majority" : `; ${QUORUM} are needed`}`;
  return { have: yes.length, need: QUORUM, of: NODES, text };
}

function ownerBox(state: State, owner: string, nowUs: number): NodeBox {
  const { ledger, lanes, ttlMs } = state;
  const mine = ledger.tenures.list.findLast((tenure) => tenure.owner === owner);
  const round = roundsOf(state).findLast((one) => one.owner === owner);
  const lane = lanes.find((one) => one.owner === owner);
  const leftMs = mine ? (ownsUntilUs(mine) - nowUs) / 1000 : 0;
  const believes = mine !== undefined && mine.doneUs === null;
  const crashed = lane?.crashed ?? false;
  const votes = round?.yes.toSorted((a, b) => a - b).join(", ") || "none";
  const token = mine?.fence ? ` with token ${mine.fence}` : "";
  const [is, tone] = crashed
    ? (["dead", "off"] as const)
    : believes && leftMs > 0
      ? ([`owner${token}, by votes of ${votes}`, "good"] as const)
      : believes
        ? (["believes to own it; its time is over", "bad"] as const)
        : ([`has no lock; last votes: ${votes}`, "plain"] as const);
  return {
    id: owner,
    row: "owners",
    label: owner,
    actor: owner,
    state: is,
    tone,
    facts: [],
    ring: believes && leftMs > 0 ? { ttlMs: leftMs, ofMs: ttlMs, label: "valid" } : null,
  };
}

function nodeBox(node: Node, resource: string | null, ttlMs: number, nowUs: number): NodeBox {
  const { up, paused, cut, jumpMs, delayMs, votes } = node;
  const vote = resource === null ? undefined : votes[resource];
  const lasting = vote && vote.untilUs > nowUs ? vote : undefined;
  const away = cut.filter((who) => who !== "");
  const state = !up
    ? "down"
    : paused
      ? "stands still"
      : cut.includes("")
        ? "cut off"
        : [
            away.length ? `cut off from ${away.join(", ")}` : "",
            jumpMs ? `clock ${jumpMs > 0 ? "+" : "−"}${Math.abs(jumpMs) / 1000} s` : "",
            delayMs ? `${delayMs} ms slow` : "",
          ]
            .filter(Boolean)
            .join("; ") || "up";
  return {
    id: nodeId(node.node),
    row: "nodes",
    label: nodeId(node.node),
    actor: null,
    state,
    tone: !up || paused || cut.includes("") ? "off" : state === "up" ? "plain" : "bad",
    facts: [{ label: "voted for", value: lasting ? lasting.owner : "nobody" }],
    ring: lasting ? { ttlMs: (lasting.untilUs - nowUs) / 1000, ofMs: ttlMs, label: "left" } : null,
  };
}
