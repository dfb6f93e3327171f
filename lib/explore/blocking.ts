/** Commands that wait for an item: sent with nothing there, they would hold their connection and every order after it. */
import type { Redis } from "ioredis";
import { awaitedKeys } from "../run/blocking";

export async function wouldBlock(redis: Redis, name: string, args: readonly string[]): Promise<boolean> {
  return (await redis.exists(...awaitedKeys(name, args))) === 0;
}
