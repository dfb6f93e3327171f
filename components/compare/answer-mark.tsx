import type { Letter } from "./answer-log";

export const ANSWERS: Record<Letter, string> = { y: "admitted", n: "denied", x: "no answer" };

/** One answer as the lanes draw it: a filled dot, a crossed ring, an empty square. */
export function AnswerMark({ letter }: { letter: Letter }) {
  return (
    <svg aria-hidden="true" width="0.95em" height="0.95em" viewBox="-6 -6 12 12" className="inline-block shrink-0">
      {letter === "y" && <circle r="4.8" fill="var(--surface)" />}
      {letter === "n" && (
        <path
          d="M-4.8 0a4.8 4.8 0 1 0 9.6 0a4.8 4.8 0 1 0-9.6 0M-2.6-2.6l5.2 5.2M2.6-2.6l-5.2 5.2"
          fill="none"
          stroke="var(--deny)"
          strokeWidth="1.5"
        />
      )}
      {letter === "x" && <path d="M-4-4h8v8h-8z" fill="none" stroke="var(--edge)" strokeWidth="1.5" />}
    </svg>
  );
}
