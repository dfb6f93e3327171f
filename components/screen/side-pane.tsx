"use client";

import dynamic from "next/dynamic";
import { useSyncExternalStore } from "react";
import type { LessonText } from "../lesson/lesson-pane";
import { useSession } from "../run/hooks";
import { CodePane } from "../source/code-pane";
import type { HighlightedFile } from "../source/highlighted";
import { Hint } from "../ui/hint";
import { type Tab, Tabs } from "../ui/tabs";
import { LazyWire } from "../wire/lazy-wire";

// Code is what one sees first; the other tabs come when they are opened.
const LessonPane = dynamic(() => import("../lesson/lesson-pane").then((module) => module.LessonPane));
const KeysPane = dynamic(() => import("../inspector/keys-pane").then((module) => module.KeysPane));
const OrdersPane = dynamic(() => import("../explore/orders-pane").then((module) => module.OrdersPane));
const ComparePane = dynamic(() => import("../controls/compare-pane").then((module) => module.ComparePane));

interface Props {
  files: HighlightedFile[];
  lesson: LessonText;
  /** On a narrow window the wire is a tab too. */
  withWire: boolean;
  codeWide: boolean;
  onWiden: (() => void) | null;
}

/** What explains the run: its code, the lesson, its keys, and the comparison with its twin. */
export function SidePane({ files, lesson, withWire, codeWide, onWiden }: Props) {
  const { phase, pattern, orders, replays } = useSession();
  const called = useSyncExternalStore(
    orders.subscribe,
    () => orders.called,
    () => 0,
  );
  const ids = pattern.variants.map(({ id }) => id);
  const tabs: Tab[] = [
    { id: "code", title: "Code", panel: () => <CodePane files={files} /> },
    { id: "lesson", title: "Lesson", panel: () => <LessonPane lesson={lesson} /> },
  ];
  if (phase.kind === "open" && !replays.shown) tabs.push({ id: "keys", title: "Keys", panel: () => <KeysPane /> });
  if (phase.kind === "open" && !replays.shown && pattern.scenarios.some(({ race }) => race))
    tabs.push({ id: "orders", title: "Orders", panel: () => <OrdersPane /> });
  if (ids.includes("as-written") && ids.includes("safe"))
    tabs.push({ id: "compare", title: "Compare", panel: () => <ComparePane /> });
  if (withWire) tabs.push({ id: "wire", title: "Wire", panel: () => <LazyWire /> });
  return (
    <Tabs
      label="Code, lesson and keys"
      tabs={tabs}
      called={{ id: "orders", count: called }}
      end={
        onWiden && (
          <button
            type="button"
            className="quiet text-[12.5px]"
            aria-label={codeWide ? "Narrower" : "Wider"}
            title={codeWide ? "Narrower (c)" : "Wider (c)"}
            aria-pressed={codeWide}
            onClick={onWiden}
          >
            <span aria-hidden="true">{codeWide ? "→←" : "←→"}</span> <Hint>c</Hint>
          </button>
        )
      }
    />
  );
}
