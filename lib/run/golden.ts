/**
 * The canonical shape of a trace: who sent which commands on which keys, what came of each call, and the verdict. Two plays of
 * one story from one seed have the same shape, so that it can be kept in a file and compared.
 *
 * Left out, because they differ from play to play by nature:
 * - times, latencies, values and arguments other than keys (they hold times, random members and ids), numbers in results
 *   beside a decision (`remaining` and `retryAfterMs` follow the clock);
 * - how calls of one actor that are under way together interleave: replies come in packets of any size, so commands are
 *   listed call by call, in the order of the calls;
 * - how a script came to Redis: the first callers send its hash and are told NOSCRIPT, however many they are;
 * - notifications, observations and verdicts on the way: their moments are the observer's;
 * - sentences with a time in them, and those that count what somebody lost whom Redis cut off: the kernel's buffers decide;
 * - where a story has very many actors or lines, who did what: which one of a herd is the first is chance, what they do is not.
 */
import { Command } from "ioredis";
import type { EventOf, RunEvent, Verdict, WireValue } from "../events";

type CommandEvent = EventOf<"command">;
type SentEvent = CommandEvent | EventOf<"query">;
type ReplyEvent = EventOf<"reply"> | EventOf<"rows">;

/** Longer runs of digits are clocks, window numbers or process ids. */
const CLOCK_DIGITS = /\d{6,}/g;
/** What a secret's label shows of it; its number is the same in every play. */
const SHOWN = /(?<=\b[a-z]\d+)·\w{6}/g;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const TIMED = /\b(within|in) [\d.,]+ (ms|s)\b|\bat one moment\b|\bcut it off\b|\bkill -9\b/;
/** A word that a result says, rather than an id or a text. */
const WORD = /^[a-z][a-z-]{0,23}$/;
/** So many equal steps of one call are told by their number. */
const MANY_STEPS = 40;
/** What a statement is about. */
const TABLE = /\b(?:FROM|INTO|UPDATE|JOIN)\s+(\w+)/gi;
/** More lines than this, or calls of more actors, are counted by kind. */
const MANY_LINES = 60;
const MANY_ACTORS = 12;
/** In a kind of line: which row, which instance, which of many. */
const NUMBERS = /\d+(?!\d|\.lua)/g;
/** Redis' own errors begin with a code. */
const ERROR_CODE = /^([A-Z]{2,}) /;

/**
 * @param inOrder of a race, in which one step follows another: who took them
 * @returns one line per run of equal calls, by actor (of very many one per kind, with its number); then the verdict
 */
export function goldenShape(events: readonly RunEvent[], verdict: Verdict, inOrder = false): string[] {
  const replies = new Map(
    events.flatMap((event) => (event.type === "reply" || event.type === "rows" ? [[event.ref, event] as const] : [])),
  );
  const commands = events
    .filter((event) => event.type === "command" || event.type === "query")
    .filter((event) => !isNoScript(replies, event));
  const results = events.filter((event) => event.type === "result");
  const died = new Set(
    events.flatMap((event) => (event.type === "actor" && event.status === "crashed" ? [event.actor] : [])),
  );
  const actors = [...new Set([...commands, ...results].map(({ actor }) => actor))].sort();
  const told = actors.map((actor) => ({
    actor,
    lines: [
      ...callsOf(actor, commands, results, replies),
      ...stepsOf(
        commands.filter((event) => event.actor === actor && event.action === null),
        replies,
      ),
    ],
  }));
  const byActor = told.flatMap(({ actor, lines }) => [
    ...runs(lines).map((line) => `${actor}: ${line}`),
    ...(died.has(actor) ? [`${actor} crashed`] : []),
  ]);
  const byKind = () => [
    ...kinds(told.flatMap(({ lines }) => lines)),
    ...[...died].sort().map((actor) => `${actor} crashed`),
  ];
  return [
    ...(actors.length > MANY_ACTORS || byActor.length > MANY_LINES ? byKind() : byActor),
    ...events.flatMap((event) => (event.type === "fault" ? [`fault ${event.fault} on ${event.target}`] : [])),
    ...(inOrder ? [`order: ${orderOf(commands).join(" ")}`] : []),
    verdictLine(verdict),
  ];
}

/** Whose step came after whose; a MULTI is one, and what no action sent (SUBSCRIBE of a listening connection) is none. */
function orderOf(commands: readonly SentEvent[]): string[] {
  return commands
    .filter((event) => event.action !== null && (event.type === "query" || !event.batch || event.batch.index === 0))
    .map(({ actor }) => actor);
}

function isNoScript(replies: ReadonlyMap<number, ReplyEvent>, { seq }: SentEvent): boolean {
  return replies.get(seq)?.error?.startsWith("NOSCRIPT") ?? false;
}

/** Each call as one text, in the order in which they were made. */
function callsOf(
  actor: string,
  commands: readonly SentEvent[],
  results: readonly EventOf<"result">[],
  replies: ReadonlyMap<number, ReplyEvent>,
): string[] {
  const byCall = new Map<number, SentEvent[]>();
  for (const event of commands)
    if (event.actor === actor && event.action !== null)
      byCall.set(event.action, [...(byCall.get(event.action) ?? []), event]);
  const ended = new Map(results.filter((event) => event.actor === actor).map((event) => [event.action, event]));
  const numbers = [...new Set([...byCall.keys(), ...ended.keys()])].sort((a, b) => a - b);
  return numbers.map((number) => {
    const result = ended.get(number);
    const steps = runs(stepsOf(byCall.get(number) ?? [], replies), MANY_STEPS).join(", ") || "nothing";
    return `${result?.name ?? "call without an end"}: ${steps} -> ${result ? outcomeOf(result) : "open"}`;
  });
}

/** Commands with their keys; those of a MULTI in one. */
function stepsOf(commands: readonly SentEvent[], replies: ReadonlyMap<number, ReplyEvent>): string[] {
  const steps: string[] = [];
  let queued: string[] | null = null;
  let asked = null as AskedNodes | null;
  for (const event of commands) {
    const reply = replies.get(event.seq);
    if (event.type === "command" && event.node !== undefined) {
      const text = commandText(event);
      if (asked?.text !== text) {
        asked = { text, at: [], place: steps.length };
        steps.push(text);
      }
      asked.at.push([event.node, errorOf(reply)]);
      steps[asked.place] = nodesText(asked);
      continue;
    }
    asked = null;
    if (event.type === "query") steps.push(queryText(event) + errorOf(reply));
    else if (event.name === "MULTI") queued = [];
    else if (event.name === "EXEC" && queued) {
      const refused = reply?.type === "reply" && reply.error === undefined && reply.value === null ? " refused" : "";
      steps.push(`MULTI(${queued.join(", ")})${refused || errorOf(reply)}`);
      queued = null;
    } else (queued ?? steps).push(commandText(event) + errorOf(reply));
  }
  return queued ? [...steps, `MULTI(${queued.join(", ")}) unfinished`] : steps;
}

/** The same command for one node after another. */
interface AskedNodes {
  text: string;
  /** Which node, and what was wrong with its answer. */
  at: [node: number, error: string][];
  /** Among the steps. */
  place: number;
}

/** "SET lock at 1 2 3 4(no answer) 5". */
const nodesText = ({ text, at }: AskedNodes): string =>
  `${text} at ${at
    .toSorted(([a], [b]) => a - b)
    .map(([node, error]) => (error ? `${node}(${error.trim()})` : node))
    .join(" ")}`;

/** "SELECT users". */
function queryText({ sql }: EventOf<"query">): string {
  const tables = new Set([...sql.matchAll(TABLE)].map(([, table]) => table));
  return [/^\w+/.exec(sql)?.[0].toUpperCase() ?? "?", ...tables].join(" ");
}

function commandText({ name, args, script }: CommandEvent): string {
  const keys = script
    ? args.slice(2, 2 + Number(args[1]))
    : new Command(name.toLowerCase(), args).getKeys().map((key) => String(key));
  return [script ?? name, ...keys.map(masked)].join(" ");
}

function errorOf(reply: ReplyEvent | undefined): string {
  if (!reply) return " unanswered";
  return reply.error === undefined ? "" : ` ${failure(reply.error)}`;
}

function failure(error: string): string {
  const [, code] = ERROR_CODE.exec(error) ?? [];
  if (code) return code;
  if (/has crashed/.test(error)) return "crashed";
  // Which of ioredis' words it is depends on when the loss is noticed.
  if (/connection|max retries|writeable|ECONN/i.test(error)) return "no answer";
  return masked(error);
}

function outcomeOf({ value, error }: EventOf<"result">): string {
  if (error !== undefined) return failure(error);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return plain(value);
  const fields = Object.entries(value);
  const decided = fields.flatMap(([field, of]) => {
    if (typeof of === "boolean") return [of ? field : `not ${field}`];
    return typeof of === "string" && WORD.test(of) ? [`${field} ${of}`] : [];
  });
  if (decided.length) return decided.join(", ");
  const numbers = fields.flatMap(([field, of]) =>
    typeof of === "number" && !field.endsWith("Ms") ? [`${field} ${of}`] : [],
  );
  return numbers.join(", ") || "done";
}

const plain = (value: WireValue | undefined): string =>
  typeof value === "boolean" || typeof value === "number" ? String(value) : "done";

function verdictLine({ holds, text }: Verdict): string {
  const word = holds === null ? "open" : holds ? "holds" : "breaks";
  return TIMED.test(text) ? `verdict: ${word}` : `verdict: ${word}: ${masked(text)}`;
}

const masked = (text: string): string => text.replace(SHOWN, "").replace(UUID, "#").replace(CLOCK_DIGITS, "#");

/** Equal but for their numbers, with how many there are. */
function kinds(lines: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const kind = line.replace(NUMBERS, "#");
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, times]) => `${times} x ${kind}`);
}

/** Equal ones in a row as one, with their number, where there are at least so many. */
function runs(lines: readonly string[], atLeast = 2): string[] {
  const counted: { line: string; times: number }[] = [];
  for (const line of lines) {
    const last = counted.at(-1);
    if (last?.line === line) last.times += 1;
    else counted.push({ line, times: 1 });
  }
  return counted.flatMap(({ line, times }) => (times >= atLeast ? [`${times} x ${line}`] : Array(times).fill(line)));
}
