/** The key that does the same as this control; for the eye only, the sheet of keys says it in words. */
export function Hint({ children }: { children: React.ReactNode }) {
  return (
    <span aria-hidden="true" className="key">
      {children}
    </span>
  );
}
