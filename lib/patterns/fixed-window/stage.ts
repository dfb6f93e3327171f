/** The picture of the fixed window: where it began, when it ends, and how full it is. Browser-safe. */
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

/** What the counter says. */
type State = WindowState<number>;

/** How much of the axis lies ahead, in windows: enough to see most windows end. */
const FUTURE = 0.75;

export const stage = defineStage<State>({
  initial: emptyWindows<number>,
  fold: (state, event) => foldWindows(state, event, readCount, (now, client, nowUs) => viewOf(now, client, nowUs).used),
  panels: (state, nowUs, focus) =>
    windowPanels(
      state,
      nowUs,
      focus,
      { title: "The window of each client", kind: "a counter", future: FUTURE },
      (client) => viewOf(state, client, nowUs),
    ),
  say: (event) => sayTake({ keyPrefix: KEY_PREFIX, unit: ["place", "places"], gone: "the window is over" }, event),
});

const readCount: ReadContent<number> = ({ kind, value }) => {
  const count = Number(value);
  return kind === "string" && Number.isFinite(count) ? count : null;
};

function viewOf(state: State, client: WindowClient<number>, nowUs: number): WindowView {
  const windowUs = state.windowMs * 1000;
  const counter = client.keys[0];
  const none = { frames: [], used: 0, usedText: "counted in this window", leavingUs: null };
  if (!counter) return { ...none, next: "the next request opens a window" };
  if (counter.expiresUs === null)
    return {
      ...none,
      used: counter.content,
      frames: [{ fromUs: 0, toUs: nowUs + windowUs, label: "a window without an end", weight: 1 }],
      next: "no TTL: this window never ends",
    };
  if (nowUs > counter.expiresUs) return { ...none, next: "over: the next request opens a window" };
  const begunUs = counter.expiresUs - windowUs;
  return {
    ...none,
    used: counter.content,
    frames: [{ fromUs: begunUs, toUs: counter.expiresUs, label: `this window, ${state.windowMs / 1000} s`, weight: 1 }],
    next: `a new window in ${inSeconds(counter.expiresUs - nowUs)}`,
  };
}
