"use client";

import { type ReactNode, type ToggleEvent, useId, useRef, useState } from "react";

const EDGE_PX = 8;
const WIDTH_PX = 360;

interface Props {
  /** Of the button, and of what it opens. */
  label: string;
  title: string;
  className: string;
  disabled?: boolean;
  children: (close: () => void) => ReactNode;
}

/** A button and what it opens: a native popover, so that Esc, a click beside it and stacking are the browser's own. */
export function Popover({ label, title, className, disabled, children }: Props) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const place = (event: ToggleEvent<HTMLDivElement>) => {
    setOpen(event.newState === "open");
    if (event.newState !== "open" || !button.current) return;
    const { top, bottom, right } = button.current.getBoundingClientRect();
    const { style } = event.currentTarget;
    const below = top < innerHeight / 2;
    style.top = below ? `${bottom + 6}px` : "auto";
    style.bottom = below ? "auto" : `${innerHeight - top + 6}px`;
    const width = Math.min(WIDTH_PX, innerWidth - 2 * EDGE_PX);
    style.width = `${width}px`;
    // Under the button's right end; on a narrow window as far to the left as the panel still fits.
    style.right = `${Math.max(EDGE_PX, Math.min(innerWidth - right, innerWidth - EDGE_PX - width))}px`;
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className={className}
        title={title}
        disabled={disabled}
        aria-expanded={open}
        popoverTarget={id}
      >
        {label}
      </button>
      <div
        ref={panel}
        id={id}
        popover="auto"
        role="dialog"
        aria-label={label}
        onBeforeToggle={place}
        className="inset-auto m-0 rounded-md border border-edge bg-bg p-4 text-[13px] text-ink"
      >
        {open && children(() => panel.current?.hidePopover())}
      </div>
    </>
  );
}
