/** What happens to the owners of a lock besides their leases, the same for every picture of one. Browser-safe, JSON, bounded. */
import type { EventOf } from "../../events";
import { addMark } from "../history";
import { begin, finish, type OwnerLane, ownerLane } from "./lease-panel";
import type { Row, Step } from "./row-books";
import type { Tenures } from "./tenures";

/** Its process stands still, goes on, dies, or is there anew. */
export function foldOwner(lanes: OwnerLane[], { actor, status, atUs }: EventOf<"actor">): void {
  const lane = lanes.find(({ owner }) => owner === actor);
  if (!lane) return;
  if (status === "held") begin(lane.pauses, atUs);
  if (status === "released" || status === "crashed") finish(lane.pauses, atUs);
  if (status === "crashed") finish(lane.waits, atUs);
  lane.crashed = status === "crashed" || (lane.crashed && status !== "connected");
}

/** It has been let in, or refused. */
export function answered(lane: OwnerLane, atUs: number, letIn: boolean): void {
  if (letIn) {
    finish(lane.waits, atUs);
    lane.refused = 0;
  } else {
    begin(lane.waits, atUs);
    lane.refused += 1;
  }
}

/** Whoever has an answer waits no more. */
export function finishWait(lanes: OwnerLane[], { actor, atUs }: EventOf<"result">): void {
  const lane = lanes.find(({ owner }) => owner === actor);
  if (!lane) return;
  finish(lane.waits, atUs);
  lane.refused = 0;
}

export const hasTokens = ({ list }: Tenures): boolean => list.some(({ fence }) => fence > 0);

/** What the protected row has said to it. */
export function markStep(lanes: OwnerLane[], tenures: Tenures, step: Step): void {
  const { seq, atUs, owner, kind, accepted, outranked, rank, balance } = step;
  if (kind === "read" && accepted) return;
  const name = (of: number) => (hasTokens(tenures) ? `token ${of}` : `no. ${of}`);
  const token = rank === null ? "" : `${name(rank)}: `;
  const text = outranked
    ? `${token}accepted after ${name(outranked.rank)} of ${outranked.owner} had been seen`
    : accepted
      ? `${token}wrote ${balance ?? "?"}`
      : `${token}rejected at the ${kind}`;
  addMark(ownerLane(lanes, owner, atUs).marks, {
    id: seq,
    atUs,
    outcome: outranked ? "wrong" : accepted ? "yes" : "no",
    count: 1,
    text,
  });
}

/** The protected row, in a few numbers. @param several whether the picture is about more than one */
export function rowItems(row: Row | undefined, tokens: boolean, several: boolean) {
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
