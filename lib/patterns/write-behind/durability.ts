/** What `durability` measures, from the trace: how fast Redis takes writes in a mode, and what of them a kill -9 leaves. */
import type { RunEvent } from "../../events";
import type { Books, Measured } from "./state";

const MAX_MODES = 12;

/** Called with the books as they were before the event. */
export function measure(books: Books, event: RunEvent): void {
  if (event.type === "run" && event.status === "persistence") {
    if (books.measured.length >= MAX_MODES) books.measured.shift();
    const { appendonly: mode = "no" } = event;
    books.measured.push({ mode, page: null, acknowledged: 0, fromUs: 0, toUs: 0, lost: null });
    return;
  }
  const now = books.measured.at(-1);
  if (!now || now.lost !== null) return;
  if (event.type === "command" && event.name === "INCRBY" && now.fromUs === 0) now.fromUs = event.atUs;
  if (event.type === "result" && event.name === "view" && event.error === undefined) {
    now.page = Number(event.body.pageId);
    now.acknowledged += Number(event.body.count);
    now.toUs = event.atUs;
  }
  if (event.type === "observation" && books.returned && !event.tables && now.page !== null) {
    const counter = event.keys.find(({ key }) => key === `pageviews:${now.page}`);
    now.lost = Math.max(0, now.acknowledged - Number(counter?.value ?? 0));
  }
}

export const perSecondOf = ({ acknowledged, fromUs, toUs }: Measured): number =>
  toUs > fromUs ? Math.round((acknowledged * 1e6) / (toUs - fromUs)) : 0;

/** Those that have been killed and are back, in the order in which they were measured. */
export const measuredIn = ({ measured }: Books): (Measured & { lost: number })[] =>
  measured.flatMap((one) => (one.lost === null ? [] : [{ ...one, lost: one.lost }]));
