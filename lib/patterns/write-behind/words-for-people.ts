/** Sentences that verdict and picture share. */
import { measuredIn } from "./durability";
import type { Books, Fall } from "./state";

export const grouped = (n: number): string => n.toLocaleString("en-US");

export const fallText = ({ page, from, to }: Fall): string =>
  `Page ${page} fell from ${grouped(from)} to ${grouped(to)} in the database.`;

/** One sentence, once a mode has been measured. */
export function measuredText(books: Books): string[] {
  const measured = measuredIn(books);
  if (!measured.length) return [];
  const each = measured.map(
    ({ mode, lost, acknowledged }) =>
      `${mode === "no" ? "without an append-only file" : `synced ${mode}`} ${grouped(lost)} of ${grouped(acknowledged)}`,
  );
  return [`Writes that Redis acknowledged and kill -9 took: ${each.join(", ")}.`];
}
