"use client";

import { type ReactNode, type ToggleEvent, useId, useRef, useState } from "react";

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
    style.right = `${Math.max(8, innerWidth - right)}px`;
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
        className="inset-auto m-0 w-[min(360px,calc(100vw-16px))] rounded-md border border-edge bg-bg p-4 text-[13px] text-ink"
      >
        {open && children(() => panel.current?.hidePopover())}
      </div>
    </>
  );
}
