/** The theme's colours and sizes as a canvas needs them: resolved. */
import { resolveColours } from "../ui/colours";

const COLOURS = {
  admitted: "var(--surface)",
  denied: "var(--deny)",
  deniedFill: "color-mix(in srgb, var(--deny) 16%, var(--bg))",
  failed: "var(--edge)",
  arrivals: "color-mix(in srgb, var(--soft) 70%, var(--bg))",
  ink: "var(--ink)",
  soft: "var(--soft)",
  hair: "var(--hair)",
  edge: "var(--edge)",
  moment: "color-mix(in srgb, var(--lit) 70%, var(--bg))",
  stretch: "color-mix(in srgb, var(--lit) 38%, var(--bg))",
  bg: "var(--bg)",
} as const;

export type Palette = Record<keyof typeof COLOURS, string> & { font: string; smallPx: number };

export function readPalette(element: HTMLElement): Palette {
  const probe = document.createElement("span");
  probe.style.fontSize = "var(--stage-small)";
  element.append(probe);
  const { fontFamily, fontSize } = getComputedStyle(probe);
  probe.remove();
  return { ...resolveColours(element, COLOURS), font: fontFamily, smallPx: Number.parseFloat(fontSize) };
}
