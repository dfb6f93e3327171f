"use client";

import { type ReactNode, useState } from "react";
import { useSession } from "../run/hooks";

interface Props {
  text: () => string;
  /** Said for two seconds after it worked. */
  copied: string;
  className: string;
  children: ReactNode;
}

/** Puts a text on the clipboard, and says so. */
export function CopyButton({ text, copied, className, children }: Props) {
  const session = useSession();
  const [done, setDone] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      setDone(true);
      setTimeout(() => setDone(false), 2000);
    } catch {
      session.setProblem("run", "The browser does not let this page copy. The address bar holds the same link.");
    }
  };
  return (
    <button type="button" className={className} onClick={copy}>
      {done ? copied : children}
    </button>
  );
}
