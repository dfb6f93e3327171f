/**
 * Who has a lock, and who believes to have it: two things, and what a lock is about. A lease ends in Redis when its time is
 * over; its owner goes on believing until it gives the lock back, is told that it is lost, or dies. Browser-safe, JSON, bounded.
 */

export interface Tenure {
  /** In the order of acquisition, from 1. */
  n: number;
  owner: string;
  resource: string;
  token: string;
  /** Fencing token; 0 where none is minted. */
  fence: number;
  /** The call in which it was acquired. */
  action: number | null;
  fromUs: number;
  /** When the lease ends or ended by itself, as far as Redis has told. */
  leaseEndUs: number;
  /** How else the lease ended, or that it was seen to expire. */
  ended: { atUs: number; how: "released" | "expired" | "deleted" | "gone" } | null;
  /** When its owner stopped believing. */
  doneUs: number | null;
}

export interface Tenures {
  /** Oldest first. */
  list: Tenure[];
  count: number;
  /** Owners of one resource at the same time, at the worst moment. */
  most: number;
}

const MAX_TENURES = 128;

export const noTenures = (): Tenures => ({ list: [], count: 0, most: 0 });

export type Acquisition = Pick<Tenure, "owner" | "resource" | "token" | "fence" | "action" | "fromUs" | "leaseEndUs">;

export function acquired(tenures: Tenures, acquisition: Acquisition): Tenure {
  tenures.count += 1;
  const tenure: Tenure = { n: tenures.count, ...acquisition, ended: null, doneUs: null };
  const { list } = tenures;
  // Those that are over first; who believes is remembered for as long as there is room.
  if (list.length >= MAX_TENURES)
    list.splice(
      Math.max(
        0,
        list.findIndex(({ doneUs }) => doneUs !== null),
      ),
      1,
    );
  list.push(tenure);
  tenures.most = Math.max(tenures.most, believersOf(tenures, tenure.resource).length);
  return tenure;
}

export const byToken = ({ list }: Tenures, token: unknown): Tenure | undefined =>
  list.findLast((tenure) => tenure.token === token);
/** The one that this call acquired or, of a call that acquired none, the newest of its actor. */
export const byCall = ({ list }: Tenures, action: number | null, owner: string, resource: string): Tenure | undefined =>
  (action === null ? undefined : list.findLast((tenure) => tenure.action === action)) ??
  list.findLast((tenure) => tenure.owner === owner && tenure.resource === resource);

export const believersOf = ({ list }: Tenures, resource: string): Tenure[] =>
  list.filter((tenure) => tenure.doneUs === null && tenure.resource === resource);

/** The one whose lease Redis has not ended. */
export const leaseOf = ({ list }: Tenures, resource: string): Tenure | undefined =>
  list.findLast((tenure) => tenure.ended === null && tenure.resource === resource);

export const resourcesOf = ({ list }: Tenures): string[] => [...new Set(list.map(({ resource }) => resource))];

/** Of the resource that has the most owners now. */
export const ownersNow = (tenures: Tenures): number =>
  Math.max(0, ...resourcesOf(tenures).map((resource) => believersOf(tenures, resource).length));

/** Its owner gives it back, is told, or dies. */
export function believesNoMore(tenure: Tenure | undefined, atUs: number): void {
  if (tenure && tenure.doneUs === null) tenure.doneUs = atUs;
}

export function leaseEnds(tenure: Tenure | undefined, atUs: number, how: NonNullable<Tenure["ended"]>["how"]): void {
  if (!tenure || tenure.ended) return;
  tenure.ended = { atUs, how };
}

/** When the lease was over, however it ended; in the future while it lasts. */
export const leaseEndOf = ({ ended, leaseEndUs }: Tenure): number =>
  ended ? Math.min(ended.atUs, leaseEndUs) : leaseEndUs;

/** By what the protected row orders its owners. */
export const rankOf = ({ fence, n }: Tenure): number => fence || n;
