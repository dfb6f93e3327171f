/** Messages as they went out, by PUBLISH or into the stream. Browser-safe. */
import type { EventOf } from "../../events";

const MAX_KEY = 40;
const MAX_LABEL = 14;

export interface Message {
  /** From 1, in the order in which they were sent. */
  n: number;
  channel: string;
  /** Tells its text from others; not the text itself, which may be long. */
  key: string;
  label: string;
  publisher: string;
  sentSeq: number;
  /** Null while nobody knows whether Redis has it. */
  ackedSeq: number | null;
  failed: boolean;
  /** Of PUBLISH. */
  receivers: number | null;
  /** Of the stream's entry. */
  id: string | null;
}

/** What this command publishes; null when it does not. */
export function publicationOf({ name, script, args }: EventOf<"command">): { channel: string; text: string } | null {
  // Script, number of keys, stream; then channel and message.
  const [channel, text] = script?.startsWith("publish-") ? args.slice(3) : name === "PUBLISH" ? args : [];
  return channel === undefined || text === undefined ? null : { channel, text };
}

export const messageOf = (
  n: number,
  { channel, text }: { channel: string; text: string },
  { seq, actor }: EventOf<"command">,
): Message => ({
  n,
  channel,
  key: textKey(text),
  label: labelOf(text),
  publisher: actor,
  sentSeq: seq,
  ackedSeq: null,
  failed: false,
  receivers: null,
  id: null,
});

export function textKey(text: string): string {
  if (text.length <= MAX_KEY) return text;
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return `${text.slice(0, MAX_KEY - 12)}#${hash}`;
}

/** What it begins with. */
export function labelOf(text: string): string {
  const start = text.slice(0, 80).replace(/\s*\.{3,}.*$/su, "");
  return start.length > MAX_LABEL ? `${start.slice(0, MAX_LABEL - 1)}…` : start;
}
