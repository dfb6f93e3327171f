/** A crossed ring, around 0,0 within 6: denied, refused, or not as it ought to be. */
export function CrossedRing() {
  return (
    <path
      d="M-4.8 0a4.8 4.8 0 1 0 9.6 0a4.8 4.8 0 1 0-9.6 0M-2.4-2.4l4.8 4.8M2.4-2.4l-4.8 4.8"
      fill="none"
      stroke="var(--deny)"
      strokeWidth="1.6"
    />
  );
}

/** The same in a line of text. */
export function CrossedMark({ className = "" }: { className?: string }) {
  return (
    <svg aria-hidden="true" viewBox="-6 -6 12 12" className={`inline-block h-[0.8em] w-[0.8em] shrink-0 ${className}`}>
      <CrossedRing />
    </svg>
  );
}
