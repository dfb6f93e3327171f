/** The picture of the counter: what it stands at beside what was acknowledged, and what each service read and wrote. */
import { defineStage, type Panel } from "../../contract";
import type { EventOf, RunEvent } from "../../events";
import { addMark, addPoint, type Mark, type Point } from "../../families/history";
import { KEY } from "./add";
import { book, type Call, emptyTally, extraOf, isAtRest, lostOf, type Tally } from "./tally";

const SPAN_MS = 12_000;
const MAX_SERVICES = 12;
/** Side by side under the numbers, still to be read from the last row. */
const MAX_IN_HAND = 4;

interface Service {
  service: string;
  touchedSeq: number;
  /** What it has read and not yet written back, or has last written. */
  inHand: string;
  marks: Mark[];
}

interface State {
  tally: Tally;
  /** How the books stood when the counter was last at rest. */
  lost: number;
  extra: number;
  services: Service[];
  /** What the counter stood at over time. */
  points: Point[];
}

const initial = (tally = emptyTally()): State => ({ tally, lost: 0, extra: 0, services: [], points: [] });

export const stage = defineStage<State>({
  initial: () => initial(),
  fold(before, event) {
    const value = before.tally.value;
    // Forgotten by the books as soon as its result is there.
    const call = event.type === "result" ? before.tally.calls[event.action] : undefined;
    const tally = book(before.tally, event);
    const state = tally === before.tally ? before : initial(tally);
    if (state === before && tally.value !== value)
      addPoint(state.points, { atUs: event.atUs, value: tally.value }, state.points.at(-1)?.value ?? 0);
    if (event.type === "command" || event.type === "reply") {
      const open = openCallOf(tally, event);
      if (open) serviceOf(state, event.actor, event.seq).inHand = inHand(open);
    }
    if (event.type === "result" && event.name === "add") foldResult(state, event, call);
    if (isAtRest(tally)) [state.lost, state.extra] = [lostOf(tally), extraOf(tally)];
    return state;
  },
  panels,
  say,
});

/** The newest add of an actor that is on its way. */
function openCallOf({ calls }: Tally, { actor }: EventOf<"command" | "reply">): Call | undefined {
  return Object.values(calls).findLast((call) => call.actor === actor);
}

function foldResult(state: State, event: EventOf<"result">, call: Call | undefined): void {
  const service = serviceOf(state, event.actor, event.seq);
  const atUs = event.decidedUs?.[1] ?? event.atUs;
  const told = toldIn(event);
  service.inHand = told === null ? "failed" : written(call, told);
  addMark(service.marks, {
    id: event.seq,
    atUs,
    outcome: told === null ? "no" : "yes",
    count: 1,
    text: told === null ? `failed: ${event.error ?? "no answer"}` : `${written(call, told)}${refusals(call)}`,
  });
}

function serviceOf(state: State, name: string, seq: number): Service {
  let service = state.services.find((known) => known.service === name);
  if (!service) {
    if (state.services.length >= MAX_SERVICES) {
      const quiet = state.services.reduce((a, b) => (b.touchedSeq < a.touchedSeq ? b : a));
      state.services.splice(state.services.indexOf(quiet), 1);
    }
    service = { service: name, touchedSeq: seq, inHand: "", marks: [] };
    state.services.push(service);
  }
  service.touchedSeq = seq;
  return service;
}

/** What an add on its way has read, and whether its write is out. */
function inHand({ read, maybeWritten, sum }: Call): string {
  if (read === null) return maybeWritten ? "adding" : "reading";
  return maybeWritten && sum !== null ? `read ${read}, writing ${sum}` : `read ${read}`;
}

/** INCRBY reads nothing into the app server: it is told the sum. */
const written = (call: Call | undefined, told: number): string =>
  call?.read == null ? `told ${told}` : `read ${call.read}, wrote ${told}`;
const refusals = (call: Call | undefined): string =>
  call?.refused ? `, after EXEC was refused ${call.refused === 1 ? "once" : `${call.refused} times`}` : "";

function panels({ tally, lost, extra, services, points }: State, nowUs: number, focus: string | null): Panel[] {
  const focused = services.find(({ service }) => service === focus);
  const shown = services.filter((service, i) => service === focused || i < MAX_IN_HAND).slice(-MAX_IN_HAND);
  const sinceUs = nowUs - SPAN_MS * 1000;
  const past = points.filter(({ atUs }) => atUs <= nowUs);
  const inside = past.filter(({ atUs }) => atUs >= sinceUs);
  const before = past[past.length - inside.length - 1]?.value ?? 0;
  return [
    {
      kind: "series",
      title: `What ${KEY} stands at`,
      unit: tally.down
        ? "Redis is down: what it held is gone"
        : "a string without a TTL: the run owns it and removes it",
      spanMs: SPAN_MS,
      max: Math.max(4, ...inside.map(({ value }) => value), before),
      lines: [
        {
          actor: KEY,
          points: [{ atUs: sinceUs, value: before }, ...inside, { atUs: nowUs, value: inside.at(-1)?.value ?? before }],
        },
      ],
    },
    {
      kind: "stat",
      title: "The counter and its books",
      items: [
        { label: "in Redis", value: tally.down ? "gone" : String(tally.value) },
        { label: "acknowledged", value: String(tally.acknowledged) },
        extra ? { label: "too many", value: String(extra) } : { label: "lost", value: String(lost) },
        { label: "outcome unknown", value: String(tally.unknown) },
      ],
    },
    {
      kind: "stat",
      title: "What each service holds in hand",
      items: shown.length
        ? shown.map(({ service, inHand }) => ({ label: service, value: inHand || "nothing" }))
        : [{ label: "no service yet", value: "nothing" }],
    },
    {
      kind: "lanes",
      title: "Adds",
      spanMs: SPAN_MS,
      lanes: services.map(({ service, marks }) => ({
        actor: service,
        marks: marks.filter(({ atUs }) => atUs >= sinceUs),
      })),
      legend: { yes: "acknowledged", no: "failed" },
    },
  ];
}

function say(event: RunEvent): string | null {
  switch (event.type) {
    case "fault":
      return event.text;
    case "result": {
      if (event.name !== "add") return null;
      const told = toldIn(event);
      return told === null
        ? `${event.actor}'s add failed: ${event.error ?? "no answer"}`
        : `${event.actor} added ${String(event.body.by)} and was told ${told}.`;
    }
    default:
      return null;
  }
}

/** What an add was told; null when it failed. */
function toldIn({ value }: EventOf<"result">): number | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) && typeof value.value === "number"
    ? value.value
    : null;
}
