/** Many entries at once, some hundred in a write: a stream of 100,000 is there in seconds. */
import type { PatternContext } from "../../contract";
import { type AddManyBody, STREAM, type StreamParams } from "./jobs";

const PER_WRITE = 500;

/** @param isCut whether each XADD keeps the stream at maxLen entries */
export const addManyWith =
  (isCut: boolean) =>
  async ({ redis }: PatternContext, { maxLen }: StreamParams, { type, entries }: AddManyBody) => {
    const how = isCut ? ["MAXLEN", maxLen, "*"] : ["*"];
    for (let added = 0; added < entries; added += PER_WRITE) {
      const write = redis.pipeline();
      for (let n = added + 1; n <= Math.min(entries, added + PER_WRITE); n++)
        write.xadd(STREAM, ...how, "type", type, "payload", `job ${n}`);
      for (const [error] of (await write.exec()) ?? []) if (error) throw error;
    }
    return { added: entries };
  };
