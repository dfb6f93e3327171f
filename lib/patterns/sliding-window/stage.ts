/** The picture of the sliding window: the log that Redis holds, sliding under the window that ends now. Browser-safe. */
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

/** The log as Redis showed it: how many entries, and when the oldest ones were written, µs. */
interface Log {
  count: number;
  oldestUs: number[];
}
type State = WindowState<Log>;

export const stage = defineStage<State>({
  initial: emptyWindows<Log>,
  fold: (state, event) => foldWindows(state, event, readLog, (now, client, nowUs) => viewOf(now, client, nowUs).used),
  panels: (state, nowUs, focus) =>
    windowPanels(
      state,
      nowUs,
      focus,
      { title: `The last ${state.windowMs / 1000} s of each client`, kind: "a sorted set", future: 0 },
      (client) => viewOf(state, client, nowUs),
    ),
  say: (event) => sayTake({ keyPrefix: KEY_PREFIX, unit: ["place", "places"], gone: "an empty log" }, event),
});

/** Entries of the apps' variants have ms for a score, those of the safe one µs. */
const MICROSECONDS_SINCE = 1e14;

const readLog: ReadContent<Log> = ({ kind, value, length }) => {
  if (kind !== "zset" || !Array.isArray(value)) return null;
  const scores = value.flatMap((pair) => (Array.isArray(pair) ? [Number(pair[1])] : [])).filter(Number.isFinite);
  return {
    count: length ?? scores.length,
    oldestUs: scores.map((score) => (score < MICROSECONDS_SINCE ? score * 1000 : score)),
  };
};

/** The window is (now - windowMs, now] on the clock that wrote the log: the app server's, or Redis' own. */
function viewOf(state: State, client: WindowClient<Log>, nowUs: number): WindowView {
  const windowUs = state.windowMs * 1000;
  const skewUs = state.variant === "safe" ? 0 : (ownSkewMs(state, client.client) ?? 0) * 1000;
  const log = client.keys[0]?.content;
  const sinceUs = nowUs + skewUs - windowUs;
  const inside = log?.oldestUs.filter((atUs) => atUs > sinceUs) ?? [];
  const used = log ? log.count - (log.oldestUs.length - inside.length) : 0;
  const oldestUs = inside[0];
  return {
    frames: [{ fromUs: nowUs - windowUs, toUs: nowUs, label: `the window, ${state.windowMs / 1000} s`, weight: 1 }],
    used,
    usedText: "entries in the log",
    leavingUs: oldestUs === undefined ? null : oldestUs - skewUs,
    next: oldestUs === undefined ? "empty" : `oldest leaves in ${inSeconds(oldestUs - sinceUs)}`,
  };
}

const ownSkewMs = (state: State, client: string): number | undefined =>
  Object.hasOwn(state.skewMs, client) ? state.skewMs[client] : undefined;
