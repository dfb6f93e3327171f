"use client";

import { useSession } from "../run/hooks";
import { CopyButton, type CopyButtonProps } from "../ui/copy-button";

/** Puts a link to this page on the clipboard. */
export function CopyLink(props: Omit<CopyButtonProps, "onRefused">) {
  const session = useSession();
  return (
    <CopyButton
      {...props}
      onRefused={() =>
        session.setProblem("run", "The browser does not let this page copy. The address bar holds the same link.")
      }
    />
  );
}
