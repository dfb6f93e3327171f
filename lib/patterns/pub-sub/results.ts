/** What actions and turns have answered, read back from the trace. */
import type { WireValue } from "../../events";
import type { ReadResult } from "./subscriptions";

export const isRecord = (value: WireValue | undefined): value is Record<string, WireValue> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** @returns null when it is none */
export function readResultOf(value: WireValue | undefined): ReadResult | null {
  if (!isRecord(value) || !Array.isArray(value.heard) || typeof value.lastId !== "string") return null;
  return {
    heard: value.heard.flatMap((one) =>
      isRecord(one) ? [{ channel: String(one.channel), message: String(one.message) }] : [],
    ),
    lastId: value.lastId,
    caughtUp: value.caughtUp === true,
  };
}
