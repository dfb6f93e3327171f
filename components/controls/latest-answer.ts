/** What an answer gave and a later body asks for: the token that releases a lock, the id of a session. */
import type { RunEvent } from "@/lib/events";
import type { BodyField } from "./schema-fields";

/** Events looked at, newest first. */
const REACH = 5000;

interface Log {
  readonly lastSeq: number;
  at(seq: number): RunEvent | null | undefined;
}

/** Text that must be written and has no default: left empty, it is taken from the latest answer that has such a field. */
export const isFromAnswer = ({ kind, initial, required }: BodyField): boolean =>
  kind === "text" && initial === "" && required;

/**
 * What was typed, and for fields left empty what the latest answers gave.
 * @param actor whose answers come first; null: anybody's
 */
export function withLatest(
  fields: readonly BodyField[],
  typed: Readonly<Record<string, string>>,
  log: Log,
  actor: string | null,
): Record<string, string> {
  const filled = { ...typed };
  for (const field of fields)
    if (isFromAnswer(field) && !typed[field.name]) {
      const answer = latest(field.name, log, actor) ?? (actor === null ? null : latest(field.name, log, null));
      if (answer !== null) filled[field.name] = answer;
    }
  return filled;
}

function latest(field: string, log: Log, actor: string | null): string | null {
  for (let seq = log.lastSeq; seq > Math.max(0, log.lastSeq - REACH); seq--) {
    const event = log.at(seq);
    if (event?.type !== "result" || (actor !== null && event.actor !== actor)) continue;
    const { value } = event;
    const answer = typeof value === "object" && value !== null && !Array.isArray(value) ? value[field] : undefined;
    if (typeof answer === "string") return answer;
  }
  return null;
}
