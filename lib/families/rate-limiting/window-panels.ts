/** The panels that all window limiters share; each says itself what its frames are and what is used up. */
import type { Panel, WindowRow } from "../../contract";
import type { Point } from "../history";
import type { SeenKey, WindowClient, WindowState } from "./window-state";
import { inSeconds } from "./words";

const MAX_LINES = 4;

/** What a pattern knows of one client at one moment. */
export type WindowView = Pick<WindowRow, "frames" | "used" | "usedText" | "leavingUs" | "next">;

/** @param future how much of the axis lies ahead, in windows */
export function windowPanels<Content>(
  state: WindowState<Content>,
  nowUs: number,
  focus: string | null,
  { title, kind, future }: { title: string; kind: string; future: number },
  view: (client: WindowClient<Content>) => WindowView,
): Panel[] {
  const pastMs = state.windowMs * 1.25;
  const sinceUs = nowUs - pastMs * 1000;
  const shown = state.clients.length ? state.clients : [nobody<Content>()];
  const focused = state.clients.find(({ client }) => client === focus);
  const lines = state.clients.filter((client, i) => client === focused || i < MAX_LINES).slice(-MAX_LINES);
  return [
    {
      kind: "windows",
      title,
      pastMs,
      futureMs: state.windowMs * future,
      limit: state.limit,
      legend: { yes: "admitted", no: "denied", redis: "TTL reached 0; key deleted by Redis" },
      rows: shown.map((client) => ({
        actor: client.client,
        marks: client.marks.filter(({ atUs }) => atUs >= sinceUs),
        ...view(client),
        caption: caption(state, client, nowUs, kind),
      })),
    },
    {
      kind: "series",
      title: "In use",
      unit: `of ${state.limit}`,
      spanMs: pastMs,
      max: Math.max(state.limit, ...lines.flatMap(({ points }) => points.map(({ value }) => value))),
      lines: lines.map((client) => ({
        actor: client.client,
        points: pointsSince(client, sinceUs, nowUs, view(client).used),
      })),
    },
  ];
}

const nobody = <Content>(): WindowClient<Content> => ({
  client: "",
  keys: [],
  last: null,
  tookUs: 0,
  touchedSeq: 0,
  admitted: 0,
  denied: 0,
  marks: [],
  points: [],
});

function caption<Content>(
  state: WindowState<Content>,
  { client, keys }: WindowClient<Content>,
  nowUs: number,
  kind: string,
): string {
  if (state.down) return "Redis is down: what it held is gone";
  if (!client) return "no key yet: an empty window";
  if (keys.length === 0) return `no key of ${client}'s is there: an empty window`;
  return keys.map((key) => `${key.key}, ${kind}, ${ttl(key, nowUs)}`).join("; ");
}

function ttl({ expiresUs }: SeenKey<unknown>, nowUs: number): string {
  if (expiresUs === null) return "without a TTL";
  return nowUs > expiresUs
    ? "its TTL is over; Redis has not deleted it yet"
    : `expires in ${inSeconds(expiresUs - nowUs)}`;
}

/** What was in use over the span, held until it changes and drawn to both edges. */
function pointsSince({ points }: WindowClient<unknown>, sinceUs: number, nowUs: number, used: number): Point[] {
  const past = points.filter(({ atUs }) => atUs <= nowUs);
  const inside = past.filter(({ atUs }) => atUs >= sinceUs);
  const before = past[past.length - inside.length - 1];
  return [{ atUs: sinceUs, value: before?.value ?? 0 }, ...inside, { atUs: nowUs, value: used }];
}
