/** Panels of the queue: who has which job, what each worker did, and the figures. */
import type { NodeBox, NodeMessage, NodesPanel, Panel } from "../../contract";
import { AGAIN_BOX, DEAD_BOX, DONE_BOX, LOST_BOX, QUEUE_BOX, type State } from "./stage-state";
import { type Books, nameOf, type SeenWorker } from "./state";
import { counted, digits, inPlace, percentile } from "./words";

const SPAN_MS = 15_000;
const SHOWN_US = 2_500_000;
const MAX_BOXES = 5;
const MAX_LANES = 6;
const NAMED = 3;
const RATE_SECONDS = 5;
/** More jobs a second than that nobody follows with the eye: moves are counted, and boxes drawn anew four times a second. */
const MANY_PER_SECOND = 20;
const EVERY_MS = 250;

export function panels(state: State, nowUs: number, focus: string | null): Panel[] {
  const { books } = state;
  const drawn = drawnOf(books.workers, focus, MAX_BOXES);
  const sinceUs = nowUs - SPAN_MS * 1000;
  return [
    nodes(state, drawn, nowUs),
    { kind: "stat", title: "Figures", items: figures(books, nowUs) },
    {
      kind: "lanes",
      title: books.workers.length > MAX_LANES ? "What these workers did" : "What each worker did",
      spanMs: SPAN_MS,
      lanes: drawnOf(books.workers, focus, MAX_LANES).map(({ id }) => ({
        actor: id,
        marks: (state.marks[id] ?? []).filter(({ atUs }) => atUs >= sinceUs),
      })),
      legend: { yes: "done", no: "stopped by its key", wrong: "lost, or done twice", redis: "heartbeat over" },
    },
  ];
}

/** Those to look at: the selected one, the dead ones that still have something, then the first ones. */
function drawnOf(workers: readonly SeenWorker[], focus: string | null, max: number): SeenWorker[] {
  if (workers.length <= max) return [...workers];
  const weight = ({ id, status, jobs }: SeenWorker) =>
    id === focus ? 0 : status === "dead" && jobs.length > 0 ? 1 : status === "dead" || status === "stopped" ? 3 : 2;
  const first = new Set(
    workers
      .map((worker, at) => ({ worker, at }))
      .sort((a, b) => weight(a.worker) - weight(b.worker) || a.at - b.at)
      .slice(0, max)
      .map(({ worker }) => worker),
  );
  return workers.filter((worker) => first.has(worker));
}

function nodes(state: State, drawn: readonly SeenWorker[], nowUs: number): NodesPanel {
  const { books, messages } = state;
  const rest = books.workers.length - drawn.length;
  const others = books.workers.filter((worker) => !drawn.includes(worker));
  const busy = others.filter(({ jobs }) => jobs.length > 0).length;
  const boxes: NodeBox[] = [
    queueBox(books, nowUs),
    ...(books.keeps ? [againBox(books, nowUs)] : []),
    ...drawn.map((worker) => workerBox(books, worker, nowUs)),
    doneBox(books),
    ...(books.keeps ? [deadBox(books)] : []),
    lostBox(books),
  ];
  const ids = new Set(boxes.map(({ id }) => id));
  const isMany = perSecond(books, nowUs) > MANY_PER_SECOND;
  const moves = isMany ? "; moves are counted, not drawn" : "";
  const counts = rest > 0 ? `; ${counted(rest, "more worker")} not drawn, ${digits(busy)} of them at work` : "";
  return {
    kind: "nodes",
    title: `Who has which job${counts}${moves}`,
    nodes: boxes,
    links: drawn.flatMap(({ id, status }) => [
      { from: QUEUE_BOX, to: id, state: status === "dead" ? "cut" : "up" },
      ...(books.keeps ? [{ from: id, to: AGAIN_BOX, state: "up" as const }] : []),
      { from: id, to: DONE_BOX, state: status === "dead" ? ("cut" as const) : ("up" as const) },
    ]),
    messages: isMany ? [] : latest(messages, nowUs).filter(({ from, to }) => ids.has(from) && ids.has(to)),
    majority: null,
    ...(isMany ? { everyMs: EVERY_MS } : {}),
    legend: { arrived: "a job moves", ...(books.stopped > 0 ? { refused: "stopped by its key" } : {}) },
  };
}

/** Of each way the latest, while it is fresh. */
function latest(messages: readonly NodeMessage[], nowUs: number): NodeMessage[] {
  const ways = new Map<string, NodeMessage>();
  for (const message of messages)
    if (nowUs - message.atUs < SHOWN_US) ways.set([message.from, message.to].sort().join(" "), message);
  return [...ways.values()];
}

function queueBox(books: Books, nowUs: number): NodeBox {
  const { queue, jobs, down } = books;
  const depth = inPlace(books, "queue");
  const next = queue.slice(0, NAMED).flatMap((id) => jobs[id] ?? []);
  const more = depth - next.length;
  const [first] = next;
  const waits = `${counted(depth, "job")} wait${depth === 1 ? "s" : ""}`;
  const names = next.length === 1 && first ? nameOf(first) : next.map(({ n }) => `job ${n}`).join(", ");
  return {
    id: QUEUE_BOX,
    row: "queue",
    label: "queue:email",
    actor: null,
    state: down ? "down" : first ? `${waits}, the next one for ${seconds(nowUs - first.sinceUs)}` : "empty",
    tone: down ? "bad" : "plain",
    facts: [{ label: "next", value: first ? `${names}${more > 0 ? `, and ${digits(more)} more` : ""}` : "nothing" }],
    ring: null,
  };
}

function againBox(books: Books, nowUs: number): NodeBox {
  const jobs = Object.values(books.jobs).filter(({ place }) => place === "delayed");
  const [first] = jobs.toSorted((a, b) => (a.dueUs ?? 0) - (b.dueUs ?? 0));
  const leftMs = first?.dueUs ? Math.max(0, (first.dueUs - nowUs) / 1000) : 0;
  return {
    id: AGAIN_BOX,
    row: "queue",
    label: "delayed:email",
    actor: null,
    state: jobs.length > 0 ? `${counted(jobs.length, "job")} wait for another attempt` : "empty",
    tone: "plain",
    facts: [{ label: "next", value: first ? `${nameOf(first)}, attempt ${first.attempts + 1}` : "nothing" }],
    ring: first ? { ttlMs: leftMs, ofMs: books.backoffMs * 2 ** (first.attempts - 1), label: "back-off" } : null,
  };
}

function workerBox(books: Books, worker: SeenWorker, nowUs: number): NodeBox {
  const { id, status, jobs, done } = worker;
  const job = books.jobs[jobs[0] ?? ""];
  const workedMs = job ? (nowUs - job.sinceUs) / 1000 : 0;
  const isDead = status === "dead";
  const words = { waits: "waits for a job", works: "works", stopping: "stopping", stopped: "stopped", dead: "dead" };
  const has = job ? nameOf(job) : "no job";
  return {
    id,
    row: "workers",
    label: id,
    actor: id,
    state: job && !isDead ? `works, ${seconds(nowUs - job.sinceUs)}` : words[status === "works" ? "waits" : status],
    tone: isDead ? "bad" : status === "stopped" ? "off" : job ? "good" : "plain",
    facts: [
      {
        label: books.keeps ? `processing:${id}` : "in its memory",
        value: books.keeps || !isDead ? has : "nothing is left",
      },
      books.keeps ? { label: "heartbeat", value: heartbeat(worker, nowUs) } : { label: "done", value: digits(done) },
    ],
    // From half to one and a half of the average.
    ring:
      job && !isDead && books.workMs > 0
        ? { ttlMs: Math.max(0, books.workMs * 1.5 - workedMs), ofMs: books.workMs * 1.5, label: "left" }
        : null,
  };
}

function heartbeat({ beatEndsUs, status }: SeenWorker, nowUs: number): string {
  if (beatEndsUs === null) return status === "stopped" ? "said goodbye" : "none";
  const left = beatEndsUs - nowUs;
  return left > 0 ? `${seconds(left)} left` : "over";
}

const doneBox = ({ done, twice, stopped }: Books): NodeBox => ({
  id: DONE_BOX,
  row: "ends",
  label: "Done",
  actor: null,
  state: `${counted(done, "job")}, ${counted(done + twice, "email")} sent`,
  tone: twice > 0 ? "bad" : "plain",
  facts: [
    {
      label: "second ones",
      value: twice > 0 ? `${digits(twice)} sent` : stopped > 0 ? `${digits(stopped)} stopped by the key` : "none",
    },
  ],
  ring: null,
});

function deadBox({ jobs, dead }: Books): NodeBox {
  const letters = Object.values(jobs).filter(({ place }) => place === "dead");
  return {
    id: DEAD_BOX,
    row: "ends",
    label: "dead:email",
    actor: null,
    state: counted(dead, "dead letter"),
    tone: "plain",
    facts: [{ label: "the latest", value: letters.length > 0 ? letters.slice(-NAMED).map(nameOf).join(", ") : "none" }],
    ring: null,
  };
}

function lostBox({ lost, lostJobs }: Books): NodeBox {
  return {
    id: LOST_BOX,
    row: "ends",
    label: "Lost",
    actor: null,
    state: lost > 0 ? `${counted(lost, "job")}, nowhere any more` : "none",
    tone: lost > 0 ? "bad" : "plain",
    facts: lost > 0 ? [{ label: "the latest", value: lostJobs.slice(-NAMED).map(nameOf).join(", ") }] : [],
    ring: null,
  };
}

function figures(books: Books, nowUs: number) {
  const times = (title: string, values: readonly number[]) => {
    const [p50, p99] = [percentile(values, 0.5) ?? 0, percentile(values, 0.99) ?? 0];
    const [per, digits, unit] = p99 < 1e6 ? [1000, 0, "ms"] : [1e6, 1, "s"];
    const value = `${(p50 / per).toFixed(digits)} / ${(p99 / per).toFixed(digits)}`;
    return { label: `${title} p50 / p99`, ...(values.length > 0 ? { value, unit } : { value: "–" }) };
  };
  return [
    { label: "depth of the queue", value: digits(inPlace(books, "queue")) },
    times("wait", books.waitsUs),
    times("work", books.worksUs),
    { label: `done, last ${RATE_SECONDS} s`, value: perSecond(books, nowUs).toFixed(1), unit: "/s" },
    { label: "in work", value: digits(inPlace(books, "work")) },
    { label: "lost", value: digits(books.lost), alarm: books.lost > 0 },
  ];
}

function perSecond(books: Books, nowUs: number): number {
  const since = Math.floor(nowUs / 1e6) - RATE_SECONDS;
  const lately = books.perSecond.filter(({ second }) => second >= since);
  return lately.reduce((sum, { done }) => sum + done, 0) / RATE_SECONDS;
}

const seconds = (us: number): string => `${(Math.max(0, us) / 1e6).toFixed(1)} s`;
