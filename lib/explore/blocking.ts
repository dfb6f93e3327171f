/** Commands that wait for an item: sent with nothing there, they would hold their connection and every order after it. */
import type { Redis } from "ioredis";

/** The keys that a blocking command waits for, by its name in lower case. */
function awaited(name: string, args: readonly string[]): readonly string[] {
  switch (name) {
    case "blmove":
    case "brpoplpush":
      return args.slice(0, 1);
    case "blmpop":
    case "bzmpop":
      // timeout, number of keys, keys, which end
      return args.slice(2, 2 + Number(args[1]));
    default:
      // keys, timeout
      return args.slice(0, -1);
  }
}

export async function wouldBlock(redis: Redis, name: string, args: readonly string[]): Promise<boolean> {
  return (await redis.exists(...awaited(name, args))) === 0;
}
