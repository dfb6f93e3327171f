"use client";

import { useEffect, useState } from "react";
import { useSession } from "../run/hooks";

const holdsFile = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;

/** A file may be dropped anywhere on the page; what would happen is said while it hovers. */
export function FileDrop() {
  const { replays } = useSession();
  const [hovers, setHovers] = useState(false);
  useEffect(() => {
    const onDragOver = (event: DragEvent) => {
      if (!holdsFile(event)) return;
      // Without this the browser would leave the page and show the file.
      event.preventDefault();
      setHovers(true);
    };
    const onDragLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) setHovers(false);
    };
    const onDrop = (event: DragEvent) => {
      if (!holdsFile(event)) return;
      event.preventDefault();
      setHovers(false);
      const file = event.dataTransfer?.files[0];
      if (file) void replays.openFile(file);
    };
    addEventListener("dragover", onDragOver);
    addEventListener("dragleave", onDragLeave);
    addEventListener("drop", onDrop);
    return () => {
      removeEventListener("dragover", onDragOver);
      removeEventListener("dragleave", onDragLeave);
      removeEventListener("drop", onDrop);
    };
  }, [replays]);
  if (!hovers) return null;
  return (
    <div className="pointer-events-none fixed inset-3 z-20 grid place-items-center rounded-md border-2 border-dashed border-ink bg-bg/90">
      <p className="text-[17px] font-semibold">Drop a trace (NDJSON) to replay it. It stays in this browser.</p>
    </div>
  );
}
