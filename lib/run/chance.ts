/** Random numbers and ids as pattern code gets them: out of the CSPRNG when it runs live, out of a seed when it must repeat. */
import { randomInt, randomUUID } from "node:crypto";
import type { PatternContext } from "../contract";
import { seededRandom } from "./random";

type Chance = Pick<PatternContext, "random" | "uuid">;

/** 2^48 - 1: the widest range that crypto.randomInt takes. */
const RANDOM_STEPS = 281_474_976_710_655;

export const trueChance: Chance = {
  random: () => randomInt(RANDOM_STEPS) / RANDOM_STEPS,
  uuid: randomUUID,
};

export function seededChance(seed: number): Chance {
  const random = seededRandom(seed);
  const byte = () => Math.floor(random() * 256);
  return {
    random,
    uuid() {
      const bytes = Uint8Array.from({ length: 16 }, byte);
      // RFC 9562, version 4: what they are made of is not told apart from the real ones.
      bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
      bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
      const hex = Buffer.from(bytes).toString("hex");
      return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
    },
  };
}
