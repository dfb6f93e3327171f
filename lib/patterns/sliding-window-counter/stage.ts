/** The picture of the window counter: two windows side by side, and how much of the first one still counts. Browser-safe. */
import { defineStage } from "../../contract";
import { type WindowView, windowPanels } from "../../families/rate-limiting/window-panels";
import {
  emptyWindows,
  foldWindows,
  KEY_PREFIX,
  type ReadContent,
  type WindowClient,
  type WindowState,
} from "../../families/rate-limiting/window-state";
import { inSeconds, sayTake } from "../../families/rate-limiting/words";

/** A counter of one window (`index`), or the hash of two (`startUs`). */
type Content = { index: number; count: number } | { startUs: number; current: number; previous: number };
type State = WindowState<Content>;

/** How much of the axis lies ahead, in windows: the current window may have just begun. */
const FUTURE = 0.75;

export const stage = defineStage<State>({
  initial: emptyWindows<Content>,
  fold: (state, event) =>
    foldWindows(state, event, readCounts, (now, client, nowUs) => viewOf(now, client, nowUs).used),
  panels: (state, nowUs, focus) =>
    windowPanels(
      state,
      nowUs,
      focus,
      {
        title: `Two windows of ${state.windowMs / 1000} s for each client`,
        kind: state.variant === "as-written" ? "a counter" : "a hash",
        future: FUTURE,
      },
      (client) => viewOf(state, client, nowUs),
    ),
  say: (event) => sayTake({ keyPrefix: KEY_PREFIX, unit: ["place", "places"], gone: "it counts no longer" }, event),
});

const readCounts: ReadContent<Content> = ({ key, kind, value }) => {
  if (kind === "string") {
    const index = Number(key.split(":").at(-1));
    return Number.isFinite(index) && Number.isFinite(Number(value)) ? { index, count: Number(value) } : null;
  }
  if (kind !== "hash" || typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const [startUs, current, previous] = [Number(value.startUs), Number(value.current), Number(value.previous)];
  return Number.isFinite(startUs) ? { startUs, current, previous } : null;
};

function viewOf(state: State, client: WindowClient<Content>, nowUs: number): WindowView {
  const windowUs = state.windowMs * 1000;
  const skewUs = state.variant === "safe" ? 0 : (ownSkewMs(state, client.client) ?? 0) * 1000;
  // Where the window begins on the run's own clock, by the clock that the variant asks.
  const startUs = Math.floor((nowUs + skewUs) / windowUs) * windowUs - skewUs;
  const countOf = (fromUs: number) =>
    client.keys.reduce(
      (sum, { content }) => sum + countedFrom(content, Math.round((fromUs + skewUs) / windowUs), windowUs),
      0,
    );
  const [current, previous] = [countOf(startUs), countOf(startUs - windowUs)];
  const weight = 1 - (nowUs - startUs) / windowUs;
  const share = Math.round(weight * 100);
  return {
    frames: [
      { fromUs: startUs - windowUs, toUs: startUs, label: `${previous} before, counts ${share} %`, weight },
      { fromUs: startUs, toUs: startUs + windowUs, label: `${current} in this window`, weight: 1 },
    ],
    used: previous * weight + current,
    usedText: "estimated in the last window",
    leavingUs: null,
    next: `a new window in ${inSeconds(startUs + windowUs - nowUs)}`,
  };
}

/** What this key says of the window with this index. */
function countedFrom(content: Content, index: number, windowUs: number): number {
  if ("index" in content) return content.index === index ? content.count : 0;
  const current = Math.round(content.startUs / windowUs);
  return index === current ? content.current : index === current - 1 ? content.previous : 0;
}

const ownSkewMs = (state: State, client: string): number | undefined =>
  Object.hasOwn(state.skewMs, client) ? state.skewMs[client] : undefined;
