"use client";

import { useState } from "react";
import { clockText, countText } from "../run/format";
import { useSession, useStore } from "../run/hooks";
import { SPEEDS } from "../run/playhead";
import { TraceMenu } from "./trace-menu";
import { Track } from "./track";

/** Where in the run one looks, and how to go elsewhere. */
export function Timeline() {
  const session = useSession();
  const store = useStore("slow", "playhead", "facts");
  const [recent, setRecent] = useState(false);
  const { live, playing, speed, seq } = store.playhead;
  const ended = store.facts.status === "ended";
  const mine = (move: () => void) => () => {
    session.detach();
    move();
  };
  const at = live ? store.log.lastSeq : seq;
  const all = store.marks.violations.length;
  const passed = store.marks.violationsUpTo(at);
  const where = all === 0 ? "there is none so far" : `${countText(passed)} of ${countText(all)} are behind`;
  return (
    <section aria-label="Timeline" className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-1.5">
      <div className="flex items-center gap-1">
        <Control label="Step back" hint="j" onClick={mine(() => store.step(-1))} path="M9 2L4 6l5 4zM3 2v8" />
        {live && !ended ? (
          <Control label="Pause" hint="k" onClick={mine(() => store.togglePause())} path="M3 2v8M9 2v8" wide />
        ) : playing ? (
          <Control label="Pause" hint="k" onClick={mine(() => store.togglePause())} path="M3 2v8M9 2v8" wide />
        ) : (
          <Control label="Play from here" hint="r" onClick={mine(() => store.play())} path="M3 1.5L10 6l-7 4.5z" />
        )}
        <Control label="Step forward" hint="l" onClick={mine(() => store.step(1))} path="M3 2l5 4-5 4zM9 2v8" />
        <button
          type="button"
          aria-label={`Next violation: ${where}`}
          title={`Next violation (n): ${where}`}
          disabled={all === 0}
          className="flex h-7 w-[62px] items-center gap-1.5 rounded-sm px-1.5 text-[12.5px] not-disabled:hover:bg-wash disabled:text-soft"
          onClick={mine(() => store.nextViolation())}
        >
          <svg aria-hidden="true" width="9" height="9" viewBox="-4.5 -4.5 9 9" className={all ? "text-deny" : ""}>
            <path d="M-3.5-3.5l7 7M3.5-3.5l-7 7" stroke="currentColor" strokeWidth={2} />
          </svg>
          {all === 0 ? "none" : `${countText(passed)}/${countText(all)}`}
        </button>
      </div>
      <Track recent={recent} />
      <output aria-label="Position" className="w-[176px] shrink-0 text-right font-mono text-[12px] whitespace-nowrap">
        <Clock /> <span className="text-soft">· event {countText(at)}</span>
      </output>
      <label className="flex items-center gap-1 text-[12.5px]">
        <span className="sr-only">Speed of replay</span>
        <select
          className="field py-0"
          value={speed}
          title="Speed of replay: [ and ]"
          onChange={(event) => store.setSpeed(Number(event.target.value))}
        >
          {SPEEDS.map((each) => (
            <option key={each} value={each}>
              {each}×
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        className="quiet hidden w-[76px] text-left text-[12.5px] md:block"
        aria-pressed={recent}
        title="How much of the run the line shows"
        onClick={() => setRecent(!recent)}
      >
        {recent ? "last minute" : "whole run"}
      </button>
      <TraceMenu />
      <button
        type="button"
        className={`button px-2 py-0.5 text-[12.5px] font-semibold tracking-wide ${live && session.phase.kind === "open" ? "button-main" : ""}`}
        aria-pressed={live}
        onClick={() => (session.owner ? store.seek(null) : session.rejoin())}
      >
        {ended ? "END" : store.facts.order === null ? "LIVE" : "NOW"}
      </button>
    </section>
  );
}

/** Time since the run began, at the playhead; follows the clock, not only events. */
function Clock() {
  const store = useStore("events", "clock", "playhead");
  const nowUs = store.playhead.live ? store.liveUs() : store.picture().nowUs;
  return <span>{clockText(nowUs - (store.originUs ?? nowUs))}</span>;
}

interface ControlProps {
  label: string;
  hint: string;
  path: string;
  wide?: boolean;
  onClick: () => void;
}

function Control({ label, hint, path, wide, onClick }: ControlProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={`${label} (${hint})`}
      className="grid size-7 place-items-center rounded-sm hover:bg-wash"
      onClick={onClick}
    >
      <svg aria-hidden="true" width="12" height="12" viewBox="0 0 12 12">
        <path d={path} fill={wide ? "none" : "currentColor"} stroke="currentColor" strokeWidth={wide ? 2.5 : 1.4} />
      </svg>
    </button>
  );
}
