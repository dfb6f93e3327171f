/** Results in words, and the reading of a result that words and pictures share. */
import type { EventOf, RunEvent, WireValue } from "../../events";
import { KEY_PREFIX } from "./bucket";

export interface Take {
  client: string;
  cost: number;
  allowed: boolean;
  remaining: number | null;
  retryAfterMs: number | null;
}

/** @returns what a result says of one take; null when it is not a take or it failed. */
export function takeOf(event: EventOf<"result">): Take | null {
  const { name, value, body } = event;
  if (name !== "take" || typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return {
    client: String(body.client),
    cost: asNumber(body.cost) ?? 1,
    allowed: value.allowed === true,
    remaining: asNumber(value.remaining),
    retryAfterMs: asNumber(value.retryAfterMs),
  };
}

/** One sentence for the live region; null for what is not worth one. */
export function say(event: RunEvent): string | null {
  if (event.type === "key" && event.event === "expired" && event.key.startsWith(KEY_PREFIX))
    return `Redis deleted ${event.key}, whose time was over: a full bucket.`;
  if (event.type === "fault") return event.text;
  if (event.type !== "result") return null;
  const take = takeOf(event);
  if (!take) return event.error === undefined ? null : `${String(event.body.client)}'s take failed: ${event.error}`;
  const left = take.remaining === null ? "" : `; ${tokens(take.remaining)} left`;
  if (take.allowed) return `${take.client} was admitted${left}.`;
  const asked = take.cost > 1 ? ` ${tokens(take.cost)}` : "";
  const wait = take.retryAfterMs === null ? "" : `, told to wait ${milliseconds(take.retryAfterMs)}`;
  return `${take.client} was denied${asked}${left}${wait}.`;
}

export const asNumber = (value: WireValue | undefined): number | null => (typeof value === "number" ? value : null);
export const milliseconds = (ms: number): string => `${ms.toLocaleString("en")} ms`;
const tokens = (count: number): string => (count === 1 ? "1 token" : `${count === 0 ? "no" : count} tokens`);
