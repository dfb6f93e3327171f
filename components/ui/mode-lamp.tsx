/** What one is looking at, in capitals, with a lamp that is lit while it moves. */
export function ModeLamp({ mode, isLit }: { mode: string; isLit: boolean }) {
  return (
    <span
      role="status"
      aria-label="Mode"
      className="flex w-[7.2em] items-center gap-2 font-semibold tracking-wide text-ink"
    >
      <svg aria-hidden="true" width="9" height="9" viewBox="-5 -5 10 10" className="shrink-0">
        <circle
          r={isLit ? 4.5 : 3.7}
          fill={isLit ? "var(--actor-2)" : "none"}
          stroke={isLit ? "none" : "var(--edge)"}
          strokeWidth="1.6"
        />
      </svg>
      {mode}
    </span>
  );
}
