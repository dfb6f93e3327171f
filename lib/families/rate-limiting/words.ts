/** A take's result, read and told: the same reading for sentences, pictures and verdicts. */
import type { EventOf, RunEvent, WireValue } from "../../events";

export interface Take {
  client: string;
  cost: number;
  allowed: boolean;
  remaining: number | null;
  retryAfterMs: number | null;
  resetMs: number | null;
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
    resetMs: asNumber(value.resetMs),
  };
}

/** What a limiter's key is called, what it counts, and what it means that the key is gone. */
export interface Vocabulary {
  keyPrefix: string;
  unit: readonly [one: string, many: string];
  gone: string;
}

/** One sentence for the live region and captions; null for what is not worth one. */
export function sayTake({ keyPrefix, unit, gone }: Vocabulary, event: RunEvent): string | null {
  const counted = (count: number) => `${count === 0 ? "no" : count} ${unit[count === 1 ? 0 : 1]}`;
  if (event.type === "key" && event.event === "expired" && event.key.startsWith(keyPrefix))
    return `Redis deleted ${event.key}, whose time was over: ${gone}.`;
  if (event.type === "fault") return event.text;
  if (event.type !== "result") return null;
  const take = takeOf(event);
  if (!take) return event.error === undefined ? null : `${String(event.body.client)}'s take failed: ${event.error}`;
  const left = take.remaining === null ? "" : `; ${counted(take.remaining)} left`;
  if (take.allowed) return `${take.client} was admitted${left}.`;
  const asked = take.cost > 1 ? ` ${counted(take.cost)}` : "";
  return `${take.client} was denied${asked}${left}${waitText(take, ", ")}.`;
}

/** What a mark on a lane says of this take. */
export function markText(take: Take): string {
  return take.allowed ? "admitted" : `denied${waitText(take, ", ")}`;
}

function waitText({ retryAfterMs }: Take, before: string): string {
  return retryAfterMs === null ? "" : `${before}told to wait ${milliseconds(retryAfterMs)}`;
}

export const asNumber = (value: WireValue | undefined): number | null => (typeof value === "number" ? value : null);
export const milliseconds = (ms: number): string => `${ms.toLocaleString("en")} ms`;

/** "3.2 s", never less than 0. */
export function inSeconds(us: number): string {
  return `${(Math.max(0, us) / 1e6).toFixed(us < 100e6 ? 1 : 0)} s`;
}
