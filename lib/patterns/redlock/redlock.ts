/**
 * Redlock, as Salvatore Sanfilippo published it: the same key with the same random value on N independent nodes, all asked
 * at once, none waited for longer than nodeTimeoutMs. A majority is the lock, for as long as is left of the lease when the
 * asking is done. It breaks when a node forgets its vote, or its clock runs ahead; and nothing stops an owner that is late.
 */
import type { PatternContext } from "../../contract";
import type { ExtendBody, ExtendResult, ReleaseBody, ReleaseResult } from "../../families/locks/lock";
import type { QuorumBody, QuorumResult, RedlockParams } from "./redlock-params";

interface Scripts {
  releaseAsWritten(key: string, value: string): Promise<0 | 1>;
  extendAsWritten(key: string, value: string, ttlMs: number): Promise<0 | 1>;
}
export type Context = PatternContext<Scripts>;
type Vote = (node: Context["nodes"][number]) => Promise<unknown>;

/** How much faster than ours a node's clock may run, as a part of the lease; and 2 ms for what Redis rounds. */
const DRIFT = 0.01;
const ROUNDING_MS = 2;

/** How many say yes in time. Who refuses, is down or too late has said no. */
const votesOf = (ctx: Context, { nodeTimeoutMs }: RedlockParams, vote: Vote): Promise<number> =>
  new Promise((resolve) => {
    let yes = 0;
    let open = ctx.nodes.length;
    const hear = (answer: unknown) => {
      if (answer === "OK" || answer === 1) yes += 1;
      open -= 1;
      if (open === 0) resolve(yes);
    };
    for (const node of ctx.nodes) vote(node).then(hear, hear);
    void ctx.sleep(nodeTimeoutMs).then(() => resolve(yes));
  });

const quorumOf = ({ nodes }: Context) => Math.floor(nodes.length / 2) + 1;

/** What is left of a lease that began to be asked for at `sinceMs`. */
const validityOf = (ctx: Context, ttlMs: number, sinceMs: number) =>
  ttlMs - (ctx.now() - sinceMs) - Math.ceil(ttlMs * DRIFT + ROUNDING_MS);

/** Asks once. */
export async function acquire(ctx: Context, params: RedlockParams, body: QuorumBody): Promise<QuorumResult> {
  const { resource, ttlMs = params.ttlMs } = body;
  const quorum = quorumOf(ctx);
  const token = `${ctx.actor}:${ctx.uuid()}`;
  const sinceMs = ctx.now();
  const votes = await votesOf(ctx, params, (node) => node.set(`lock:${resource}`, token, "PX", ttlMs, "NX"));
  const validityMs = validityOf(ctx, ttlMs, sinceMs);
  if (votes >= quorum && validityMs > 0)
    return { acquired: true, token, fencingToken: null, votes, quorum, validityMs };
  // On all of them: one that did not answer may have voted all the same.
  await release(ctx, params, { resource, token });
  return { acquired: false, token: null, fencingToken: null, votes, quorum, validityMs: null };
}

export async function extend(ctx: Context, params: RedlockParams, body: ExtendBody): Promise<ExtendResult> {
  const { resource, token, ttlMs = params.ttlMs } = body;
  const sinceMs = ctx.now();
  const votes = await votesOf(ctx, params, (node) => node.extendAsWritten(`lock:${resource}`, token, ttlMs));
  const validityMs = validityOf(ctx, ttlMs, sinceMs);
  const extended = votes >= quorumOf(ctx) && validityMs > 0;
  return { extended, ttlMs: extended ? validityMs : null };
}

export async function release(ctx: Context, params: RedlockParams, body: ReleaseBody): Promise<ReleaseResult> {
  const { resource, token } = body;
  const votes = await votesOf(ctx, params, (node) => node.releaseAsWritten(`lock:${resource}`, token));
  return { released: votes >= quorumOf(ctx) };
}
