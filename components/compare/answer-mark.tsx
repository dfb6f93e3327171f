import { CrossedRing } from "../ui/crossed-mark";
import type { Letter } from "./answer-log";

export const ANSWERS: Record<Letter, string> = { y: "admitted", n: "denied", x: "no answer" };

/** One answer as the lanes draw it: a filled dot, a crossed ring, an empty square. */
export function AnswerMark({ letter }: { letter: Letter }) {
  return (
    <svg aria-hidden="true" width="0.95em" height="0.95em" viewBox="-6 -6 12 12" className="inline-block shrink-0">
      {letter === "y" && <circle r="4.8" fill="var(--surface)" />}
      {letter === "n" && <CrossedRing />}
      {letter === "x" && <path d="M-4-4h8v8h-8z" fill="none" stroke="var(--edge)" strokeWidth="1.5" />}
    </svg>
  );
}
