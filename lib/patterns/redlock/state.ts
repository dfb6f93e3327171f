/** What the picture of Redlock is drawn from. Browser-safe, JSON, bounded. */
import type { NodeMessage } from "../../contract";
import type { OwnerLane } from "../../families/locks/lease-panel";
import { emptyLedger, type Ledger } from "../../families/locks/ledger";
import { type Nodes, newNodes } from "./nodes";
import { type Round, type VoteReading, voteReader } from "./votes";

export interface State {
  ledger: Ledger<VoteReading>;
  nodes: Nodes;
  lanes: OwnerLane[];
  messages: NodeMessage[];
  /** The latest request for votes of each owner, by its id among the ledger's: newest last. */
  latest: string[];
  ttlMs: number;
  /** The row that was worked on last. */
  resource: string | null;
}

export const initial = (): State => ({
  ledger: emptyLedger(voteReader),
  nodes: newNodes(),
  lanes: [],
  messages: [],
  latest: [],
  ttlMs: 5000,
  resource: null,
});

/** The latest request of each owner: newest last. */
export const roundsOf = ({ latest, ledger }: State): Round[] => latest.flatMap((id) => ledger.read.rounds[id] ?? []);

export const nodeId = (node: number): string => `node ${node}`;
