/** The books in sentences and figures. Browser-safe. */
import { capital } from "./moves";
import { type Books, nameOf, type Place } from "./state";

export const inPlace = ({ jobs, queue, unfollowed }: Books, place: Place): number =>
  place === "queue" ? queue.length + unfollowed : Object.values(jobs).filter((job) => job.place === place).length;

/** @param share 0 to 1 */
export function percentile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
}

export function figuresOf(books: Books): Record<string, number> {
  const { enqueued, done, dead, lost, twice, stopped, returned, waitsUs, worksUs, workers } = books;
  const ms = (us: number | null) => Math.round((us ?? 0) / 1000);
  return {
    enqueued,
    queued: inPlace(books, "queue"),
    delayed: inPlace(books, "delayed"),
    inWork: inPlace(books, "work"),
    done,
    deadLettered: dead,
    lost,
    unclear: inPlace(books, "unclear"),
    doneTwice: twice,
    duplicatesStopped: stopped,
    returned,
    workers: workers.filter(({ status }) => status === "waits" || status === "works").length,
    waitP50Ms: ms(percentile(waitsUs, 0.5)),
    waitP99Ms: ms(percentile(waitsUs, 0.99)),
    workP50Ms: ms(percentile(worksUs, 0.5)),
    workP99Ms: ms(percentile(worksUs, 0.99)),
  };
}

export function verdictText(books: Books): string {
  const { enqueued, lost, lostJobs, twice, twiceText } = books;
  if (enqueued === 0) return "No job has been enqueued yet.";
  const [first] = lostJobs;
  const faults: string[] = [];
  if (first && lost === 1) faults.push(`1 of ${counted(enqueued, "job")} is lost: ${nameOf(first)}; ${first.why}.`);
  else if (first)
    faults.push(
      `${digits(lost)} of ${counted(enqueued, "job")} are lost: ${namesOf(lostJobs)}; of the first, ${first.why}.`,
    );
  if (twice === 1) faults.push(`${capital(twiceText)}.`);
  else if (twice > 1) faults.push(`${digits(twice)} effects came twice: ${twiceText}.`);
  return faults.length > 0
    ? faults.join(" ")
    : `${whereabouts(books)} None lost, none done twice.${stoppedText(books)}`;
}

const NAMED = 3;
function namesOf(lost: readonly { n: number; payload: string }[]): string {
  const names = lost.slice(0, NAMED).map(nameOf).join(", ");
  return lost.length > NAMED ? `${names} and others` : names;
}

function whereabouts(books: Books): string {
  const parts: [n: number, what: string][] = [
    [books.done, "done"],
    [inPlace(books, "queue"), "queued"],
    [inPlace(books, "delayed"), "waiting for another attempt"],
    [
      Object.values(books.jobs).filter(({ place, effects }) => place === "work" && effects.length === 0).length,
      "in work",
    ],
    [books.dead, "dead-lettered"],
    [inPlace(books, "unclear"), "with a dead worker, outcome unknown"],
  ];
  const told = parts.filter(([n]) => n > 0).map(([n, what]) => `${digits(n)} ${what}`);
  return `${counted(books.enqueued, "job")}: ${told.join(", ")}.`;
}

function stoppedText({ stopped }: Books): string {
  if (stopped === 0) return "";
  return stopped === 1
    ? " One came a second time, and its key stopped it."
    : ` ${digits(stopped)} came a second time, and their keys stopped them.`;
}

export const digits = (n: number): string => n.toLocaleString("en-US");
export const counted = (n: number, word: string): string => `${digits(n)} ${word}${n === 1 ? "" : "s"}`;
