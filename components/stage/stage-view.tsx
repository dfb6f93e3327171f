"use client";

import type { Panel } from "@/lib/contract";
import { useSession, useStore } from "../run/hooks";
import { Cards } from "./cards";
import { Flow } from "./flow";
import { Lanes } from "./lanes";
import { Leases } from "./leases";
import { Ledger } from "./ledger";
import { Nodes } from "./nodes";
import { Series } from "./series";
import { Stat } from "./stat";
import { Tank } from "./tank";
import { Tape } from "./tape";
import { Windows } from "./windows";

/** Panels that tell the story: they come first. */
const FIRST: ReadonlySet<Panel["kind"]> = new Set(["windows", "flow", "ledger", "nodes", "leases", "cards", "tape"]);

/** All panels of the pattern's stage at the playhead. What tells the story first; vessels and curves side by side; lanes and numbers across. */
export function StageView() {
  const session = useSession();
  const store = useStore("events", "clock", "playhead", "facts");
  const picture = store.picture();
  const panels = store.stage.panels(picture.state, picture.nowUs, session.focus);
  const scale = session.present ? 1.6 : 1;
  const first = panels.filter(({ kind }) => FIRST.has(kind));
  const beside = panels.filter((panel) => panel.kind === "tank" || panel.kind === "series");
  const hasTank = beside.some(({ kind }) => kind === "tank");
  const least = first.some(({ kind }) => kind === "flow") ? "min-h-[124px]" : "min-h-[175px]";
  const across = panels.filter((panel) => panel.kind === "lanes" || panel.kind === "stat");
  const draw = (panel: Panel) => {
    switch (panel.kind) {
      case "tank":
        return <Tank key={panel.title} panel={panel} />;
      case "series":
        return <Series key={panel.title} panel={panel} nowUs={picture.nowUs} scale={scale} />;
      case "flow":
        return <Flow key={panel.title} panel={panel} scale={scale} />;
      case "windows":
        return <Windows key={panel.title} panel={panel} nowUs={picture.nowUs} scale={scale} />;
      case "ledger":
        // Whose fact it is changes with the title: the panel stays.
        return <Ledger key={`ledger ${first.indexOf(panel)}`} panel={panel} nowUs={picture.nowUs} scale={scale} />;
      case "nodes":
        return <Nodes key={panel.title} panel={panel} nowUs={picture.nowUs} scale={scale} />;
      case "leases":
        return <Leases key={panel.title} panel={panel} nowUs={picture.nowUs} scale={scale} />;
      case "cards":
        return <Cards key={panel.title} panel={panel} scale={scale} />;
      case "lanes":
        return <Lanes key={panel.title} panel={panel} nowUs={picture.nowUs} scale={scale} />;
      case "tape":
        return <Tape key={panel.title} panel={panel} scale={scale} />;
      case "stat":
        return <Stat key={panel.title} panel={panel} />;
    }
  };
  return (
    <div className="flex flex-1 flex-col gap-5 present:gap-5">
      {first.map(draw)}
      {beside.length > 0 && (
        // Drawings take what room there is, from the least that is legible: what they drew last must not hold it open.
        <div
          className={`flex ${least} flex-1 gap-8 max-md:flex-col md:[contain:size] ${hasTank ? "present:min-h-[262px]" : ""}`}
        >
          {beside.map(draw)}
        </div>
      )}
      {across.map((panel) => (
        <div key={panel.title} className="border-t border-hair pt-3 present:pt-5">
          {draw(panel)}
        </div>
      ))}
    </div>
  );
}
