"use client";

import { useEffect, useState } from "react";
import { useSession } from "../run/hooks";
import { isLoopback, shortLink } from "./links";
import { qrPath } from "./qr-path";

/** At 1920×1080; its quiet zone included. */
const SIZE_PX = 232;
const QUIET_MODULES = 4;

/** Projector mode's corner: the link to what is shown, for whoever in the room has a phone. */
export function QrPanel() {
  const session = useSession();
  const link = shortLink(session);
  const [code, setCode] = useState<{ link: string; size: number; path: string } | null>(null);
  useEffect(() => {
    if (link === null) return;
    let isCurrent = true;
    void import("uqr").then(({ encode }) => {
      const { data, size } = encode(link, { ecc: "M", border: QUIET_MODULES });
      if (isCurrent) setCode({ link, size, path: qrPath(data) });
    });
    return () => {
      isCurrent = false;
    };
  }, [link]);
  const what = session.replays.shown ? "Replay this" : "Watch this run";
  return (
    <aside aria-label="Link for the room" className="qr-panel">
      {link === null ? (
        <p className="text-[18px]">A file has no link: only this browser has it.</p>
      ) : (
        <>
          {code?.link === link && (
            // Dark on light in both themes: not every scanner reads the reverse.
            <svg
              role="img"
              aria-label={`QR code: ${what.toLowerCase()}`}
              width={SIZE_PX}
              height={SIZE_PX}
              viewBox={`0 0 ${code.size} ${code.size}`}
              shapeRendering="crispEdges"
              className="shrink-0 bg-white"
            >
              <path d={code.path} fill="black" />
            </svg>
          )}
          <div className="text-[18px] leading-tight">
            <p className="font-mono break-all">{link}</p>
            {isLoopback(location.hostname) && (
              <p className="mt-2">Only this computer knows this address. Start with HOST=0.0.0.0 and ALLOWED_HOSTS.</p>
            )}
          </div>
        </>
      )}
    </aside>
  );
}
