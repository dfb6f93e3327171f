/**
 * What is claimed of the protected row: see `lib/families/locks/invariant.ts`. Two owners at once are no breach of it: how often
 * and how long is counted, with beginning and end.
 */
import type { Invariant } from "../../contract";
import { type LockState, lockInvariant } from "../../families/locks/invariant";
import type { RedlockParams } from "./redlock-params";
import { timesOfTwo, type VoteReading, voteReader } from "./votes";

const row = lockInvariant<RedlockParams, VoteReading>(voteReader, ["safe"]);

export const invariant: Invariant<RedlockParams, LockState<VoteReading>> = {
  ...row,
  judge(state) {
    const judged = row.judge(state);
    const { tenures, read } = state.ledger;
    const times = timesOfTwo(read, tenures);
    const [longest] = times.toSorted((a, b) => b.untilUs - b.fromUs - (a.untilUs - a.fromUs));
    const totalUs = times.reduce((sum, { fromUs, untilUs }) => sum + untilUs - fromUs, 0);
    const inMs = (us: number) => Math.round(us / 1000);
    return {
      ...judged,
      text:
        totalUs > 0
          ? `${judged.text} Two owners at once for ${inMs(totalUs).toLocaleString("en-US")} ms.`
          : judged.text,
      metrics: {
        ...judged.metrics,
        timesTwoOwners: times.length,
        twoOwnersMs: inMs(totalUs),
        ...(longest ? { twoOwnersFromMs: inMs(longest.fromUs), twoOwnersUntilMs: inMs(longest.untilUs) } : {}),
      },
    };
  },
};
