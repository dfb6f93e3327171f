/**
 * What happens to a service's listening connection from outside: the network takes it, and gives it back. Taken away, it is
 * really gone (its socket is destroyed), and the service does not try again before it may.
 */
import type { PatternContext } from "../../contract";

export type ListenResult = { listening: boolean };

const CUT_OFF = "cut off";
export const isCutOff = ({ memory }: PatternContext): boolean => memory.has(CUT_OFF);

export async function disconnect(ctx: PatternContext): Promise<ListenResult> {
  ctx.memory.set(CUT_OFF, true);
  await ctx.hangUp();
  return { listening: ctx.listening };
}

/** @param listen how a service of this variant listens */
export const reconnectWith =
  (listen: (ctx: PatternContext) => Promise<void>) =>
  async (ctx: PatternContext): Promise<ListenResult> => {
    ctx.memory.delete(CUT_OFF);
    await listen(ctx);
    return { listening: ctx.listening };
  };

/** Forgets one copy of the service's own, or all of them. */
export function drop({ memory }: PatternContext, key: string | null): void {
  if (key !== null) memory.delete(key);
  else for (const known of [...memory.keys()]) if (known.startsWith("user:")) memory.delete(known);
}
