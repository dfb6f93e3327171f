"use client";

import { type ReactNode, useState } from "react";

const SAID_FOR_MS = 2000;

export interface CopyButtonProps {
  text: () => string;
  /** Said for a while after it worked. */
  copied: string;
  /** The browser has no clipboard for this page, or does not let it. */
  onRefused: () => void;
  className: string;
  title?: string;
  children: ReactNode;
}

/** Puts a text on the clipboard, and says so. */
export function CopyButton({ text, copied, onRefused, className, title, children }: CopyButtonProps) {
  const [done, setDone] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      setDone(true);
      setTimeout(() => setDone(false), SAID_FOR_MS);
    } catch {
      onRefused();
    }
  };
  return (
    <button type="button" className={className} title={title} onClick={copy}>
      {done ? copied : children}
    </button>
  );
}
