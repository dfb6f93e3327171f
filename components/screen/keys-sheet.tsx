"use client";

const ID = "keys-sheet";

const KEYS: [string, string][] = [
  ["Space", "the primary action"],
  ["b", "a burst of 20"],
  ["1 … 9", "choose the variant"],
  ["k", "pause, or back to live"],
  ["j, l", "one command back, forward"],
  ["r", "play from the playhead"],
  ["n", "next violation"],
  ["PgUp, PgDn", "the lesson’s moments"],
  ["[ ]", "slower, faster replay"],
  ["/", "filter the wire"],
  ["w, c", "larger wire, wider code"],
  ["p, q", "present, for a projector; its QR code"],
  ["t", "theme: system, light, dark"],
  ["?", "this sheet"],
  ["1 … 9, t", "stepping: who goes next; time passes"],
  ["x, r, u", "stepping: crash one (then 1 … 9); restart a node; undo"],
  ["Esc", "close, leave present, leave a field"],
];

export function openKeys(): void {
  const dialog = document.getElementById(ID);
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
}

/** All keys, in a native dialog: focus, Esc and the backdrop are the browser's own. */
export function KeysSheet() {
  return (
    <dialog
      id={ID}
      aria-labelledby="keys-title"
      className="m-auto w-[min(440px,calc(100vw-32px))] rounded-md border border-edge bg-bg p-6 text-ink present:w-[min(640px,calc(100vw-32px))] present:text-[18px]"
    >
      <div className="flex items-baseline justify-between">
        <h2 id="keys-title" className="text-[17px] font-semibold present:text-[22px]">
          Keys
        </h2>
        <form method="dialog">
          <button type="submit" className="quiet">
            Close <kbd className="key present:text-[18px]">Esc</kbd>
          </button>
        </form>
      </div>
      <dl className="mt-4 grid grid-cols-[88px_1fr] gap-y-1.5 present:grid-cols-[130px_1fr]">
        {KEYS.map(([key, what]) => (
          <div key={key} className="col-span-2 grid grid-cols-subgrid">
            <dt>
              <kbd className="text-[13px] present:text-[18px]">{key}</kbd>
            </dt>
            <dd className="text-soft">{what}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-4 text-[12.5px] text-soft present:text-[18px]">
        On the timeline and in the wire, arrows step, Page keys step by ten there, Home goes to the start, End to the
        live edge.
      </p>
    </dialog>
  );
}
