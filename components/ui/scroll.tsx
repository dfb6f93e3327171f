import type { ComponentProps } from "react";

/** A part of the page that scrolls by itself: named, and reachable by keyboard, so that arrows can scroll it. */
export function Scroll({ label, ...rest }: { label: string } & ComponentProps<"section">) {
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
  return <section aria-label={label} tabIndex={0} {...rest} />;
}
