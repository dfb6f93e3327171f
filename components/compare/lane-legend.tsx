import { numberText } from "../run/format";
import { AnswerMark } from "./answer-mark";
import type { Reading } from "./lane-picture";

/** How to read the lanes, as they are drawn just now. */
export function CompareLegend({ reading: { isSingle, barMs }, hasFailed }: { reading: Reading; hasFailed: boolean }) {
  return (
    <span className="flex flex-wrap items-center gap-x-5 gap-y-1">
      <span className="flex items-center gap-2">
        {isSingle ? <AnswerMark letter="y" /> : <Bar fill="var(--surface)" stroke="var(--surface)" />}
        admitted, above the line
      </span>
      <span className="flex items-center gap-2">
        {isSingle ? (
          <AnswerMark letter="n" />
        ) : (
          <Bar fill="color-mix(in srgb, var(--deny) 16%, var(--bg))" stroke="var(--deny)" />
        )}
        denied, below it
      </span>
      {hasFailed && (
        <span className="flex items-center gap-2">
          {isSingle ? <AnswerMark letter="x" /> : <Bar fill="var(--edge)" stroke="var(--edge)" />}
          no answer
        </span>
      )}
      <span className="flex items-center gap-2">
        <svg aria-hidden="true" width="1em" height="1em" viewBox="-6 -6 12 12" className="shrink-0">
          {isSingle ? (
            <circle r="5" fill="none" stroke="var(--ink)" strokeWidth="1.3" />
          ) : (
            <path d="M-3-5.5h6v11h-6z" fill="var(--ink)" />
          )}
        </svg>
        {isSingle ? "ringed: not all answered alike" : "not all answered alike"}
      </span>
      {!isSingle && <span>a bar counts {numberText(barMs, 0)} ms</span>}
    </span>
  );
}

function Bar({ fill, stroke }: { fill: string; stroke: string }) {
  return (
    <svg aria-hidden="true" width="0.6em" height="1em" viewBox="-3.5 -6 7 12" className="shrink-0">
      <path d="M-2.75-5.25h5.5v10.5h-5.5z" fill={fill} stroke={stroke} strokeWidth="1.2" />
    </svg>
  );
}
