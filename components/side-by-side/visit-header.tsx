"use client";

import Link from "next/link";
import { useState } from "react";
import { FAMILIES, type Family } from "@/lib/contract";
import { Hint } from "../ui/hint";
import { ModeLamp } from "../ui/mode-lamp";
import type { Theme } from "../ui/theme";
import { ThemeSwitch } from "../ui/theme-switch";
import { useChanges } from "./hooks";
import type { Visit } from "./visit";

/** As on a pattern's page: where one is, what is shown, and what concerns the whole page. */
export function VisitHeader({ visit, family, theme }: { visit: Visit; family: Family; theme: Theme }) {
  return (
    <header className="compare-head flex min-h-11 flex-wrap items-center gap-x-5 gap-y-1 border-b border-hair px-4 py-1.5 text-[13px] present:hidden">
      <Link href="/" className="font-semibold">
        Redis Patterns
      </Link>
      <nav aria-label="Breadcrumb" className="text-soft">
        <ol className="flex gap-1.5">
          <li>
            <Link href={`/#${family}`} className="hover:text-ink">
              {FAMILIES[family]}
            </Link>
          </li>
          <li aria-hidden="true">/</li>
          <li aria-current="page">Compare</li>
        </ol>
      </nav>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-soft md:ml-auto">
        <VisitMode visit={visit} />
        <ShareButton visit={visit} />
        <ThemeSwitch initial={theme} />
        <button type="button" className="quiet" onClick={() => visit.setPresent(true)}>
          Present <Hint>p</Hint>
        </button>
      </div>
    </header>
  );
}

/** LIVE while requests go out, WATCHING when they are somebody else's, OVER afterwards. */
export function VisitMode({ visit }: { visit: Visit }) {
  const { view, isRunning, connected } = useChanges(visit);
  if (!view) return null;
  const mode = !isRunning ? "OVER" : view.owner ? "LIVE" : "WATCHING";
  const isLit = isRunning && connected;
  return (
    <span className="flex items-center gap-3">
      {isRunning && !connected && <span>reconnecting…</span>}
      <ModeLamp mode={mode} isLit={isLit} />
    </span>
  );
}

function ShareButton({ visit }: { visit: Visit }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(visit.shareUrl());
      setCopied(true);
      setTimeout(() => setCopied(false), 2000);
    } catch {
      visit.report("The browser does not let this page copy. The address bar holds the same link.");
    }
  };
  return (
    <button
      type="button"
      className="quiet w-[46px] text-left"
      title="Copies a link: others watch this comparison by it, or find the same set-up"
      onClick={copy}
    >
      {copied ? "Copied" : "Share"}
    </button>
  );
}
