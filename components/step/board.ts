/**
 * A stepped run as a board: one column a step, with the command that went, its reply, what it changed in Redis and what came
 * of it. A fold of the trace up to the playhead, so that scrubbing back shows the board, and the gate, as they were.
 */
import { type Choice, readChoice } from "@/lib/choices";
import type { GateView } from "@/lib/contract";
import type { EventOf, RunEvent, WireValue } from "@/lib/events";
import { atNode, commandText, queryText, rowsText, valueText } from "../run/format";
import { changeText, type SeenKey, type SeenTable, tableChangeText } from "./key-change";

export interface BoardCommand {
  text: string;
  /** Empty until answered. */
  reply: string;
  failed: boolean;
}

export interface BoardResult {
  actor: string;
  text: string;
  /** `value`: neither a yes nor a no. */
  outcome: "yes" | "no" | "value" | "failed";
}

export interface BoardStep {
  choice: string;
  kind: Choice["kind"];
  /** Whose step it was; null when time passed or a node restarted. */
  actor: string | null;
  commands: BoardCommand[];
  /** What happened to keys in Redis, a few words each. */
  changes: Map<string, string>;
  /** Actions that ended in this step. */
  results: BoardResult[];
  /** How far the clock went. */
  passedUs: number;
  /** The invariant broke here. */
  breaks: boolean;
  text: string;
  /** Of its step event: where the playhead goes to see this. */
  seq: number;
}

export interface Board {
  /** Seq of the event with which stepping began; null before it. */
  startSeq: number | null;
  /** Commands that nobody in particular sent before the start. */
  before: string[];
  steps: BoardStep[];
  gate: GateView[];
  choices: string[];
  order: string[];
  text: string;
  /** How far the clock has gone since the start. */
  passedUs: number;
}

interface Draft extends Pick<BoardStep, "commands" | "changes" | "results" | "passedUs" | "breaks"> {
  /** Something that begins a step has happened; what comes before that still belongs to the last step. */
  isBegun: boolean;
}

const emptyDraft = (): Draft => ({
  commands: [],
  changes: new Map(),
  results: [],
  passedUs: 0,
  breaks: false,
  isBegun: false,
});

export function boardOf(events: readonly RunEvent[]): Board {
  const fold = new BoardFold();
  for (const event of events) fold.add(event);
  return fold.board;
}

/** The key that all changes are about; null when there are several, or none yet. */
export function onlyKeyOf(steps: readonly BoardStep[]): string | null {
  const keys = new Set(steps.flatMap(({ changes }) => [...changes.keys()]));
  const [key] = keys;
  return key !== undefined && keys.size === 1 ? key : null;
}

class BoardFold {
  readonly board: Board = {
    startSeq: null,
    before: [],
    steps: [],
    gate: [],
    choices: [],
    order: [],
    text: "",
    passedUs: 0,
  };
  private draft = emptyDraft();
  private readonly commands = new Map<number, BoardCommand>();
  private keys = new Map<string, SeenKey>();
  private tables = new Map<string, SeenTable>();
  /** Name of each key's latest notification. */
  private notified = new Map<string, string>();
  private isBroken = false;

  add(event: RunEvent): void {
    switch (event.type) {
      case "run":
        if (event.status === "reset") this.forget();
        break;
      case "command":
        this.begin(event.seq, commandText(event));
        break;
      case "query":
        this.begin(event.seq, queryText(event));
        break;
      case "reply":
      case "rows":
        this.answer(event);
        break;
      case "key":
        this.notified.set(nameOf(event), event.event);
        this.place().changes.set(nameOf(event), event.event);
        break;
      case "observation":
        for (const key of event.keys) this.observe(key);
        for (const table of event.tables ?? []) this.observeTable(table);
        break;
      case "result":
        this.place().results.push(resultOf(event));
        break;
      case "clock":
        this.draft.isBegun = true;
        this.draft.passedUs += event.deltaUs;
        break;
      case "verdict":
        if (event.holds === false && !this.isBroken) this.place().breaks = true;
        this.isBroken = event.holds === false;
        break;
      case "step":
        this.step(event);
        break;
    }
  }

  private begin(seq: number, text: string): void {
    const command = { text, reply: "", failed: false };
    this.draft.isBegun = true;
    this.draft.commands.push(command);
    this.commands.set(seq, command);
  }

  private answer(event: EventOf<"reply"> | EventOf<"rows">): void {
    const command = this.commands.get(event.ref);
    if (!command) return;
    command.failed = event.error !== undefined;
    command.reply = event.error ?? (event.type === "reply" ? valueText(event.value) : rowsText(event));
  }

  private observe(key: SeenKey): void {
    const name = nameOf(key);
    const before = this.keys.get(name);
    this.keys.set(name, key);
    const text = changeText(before, key, this.notified.get(name));
    // What is seen says more than the notification that came before it.
    if (text !== null) this.place().changes.set(name, text);
  }

  private observeTable(table: SeenTable): void {
    const text = tableChangeText(this.tables.get(table.table), table);
    this.tables.set(table.table, table);
    if (text !== null) this.place().changes.set(table.table, text);
  }

  private step(event: EventOf<"step">): void {
    const { board, draft } = this;
    if (event.choice === "") {
      board.startSeq = event.seq;
      board.before = draft.commands.map(({ text }) => text);
      board.steps = [];
      board.passedUs = 0;
    } else {
      const choice = readChoice(event.choice);
      const { isBegun: _, ...rest } = draft;
      board.steps.push({
        ...rest,
        choice: event.choice,
        kind: choice.kind,
        actor: "actor" in choice ? choice.actor : null,
        text: event.text,
        seq: event.seq,
      });
      board.passedUs += draft.passedUs;
    }
    this.draft = emptyDraft();
    board.gate = event.gate;
    board.choices = event.choices;
    board.order = event.schedule;
    board.text = event.text;
  }

  /** Where an event belongs that begins no step: it may come late. */
  private place(): Pick<Draft, "changes" | "results" | "breaks"> {
    const last = this.board.steps.at(-1);
    return this.draft.isBegun || !last ? this.draft : last;
  }

  /** Redis was emptied: the same steps come again. Rows and gate stay until they do. */
  private forget(): void {
    this.board.steps = [];
    this.board.order = [];
    this.board.choices = [];
    this.board.passedUs = 0;
    this.draft = emptyDraft();
    this.keys = new Map();
    this.tables = new Map();
    this.notified = new Map();
    this.isBroken = false;
  }
}

/** Several nodes may have a key of one name. */
const nameOf = ({ key, node }: { key: string; node?: number | undefined }): string => atNode(node, key);

function resultOf({ actor, value, error }: EventOf<"result">): BoardResult {
  if (error !== undefined) return { actor, text: error, outcome: "failed" };
  const flag = firstFlag(value);
  if (!flag) return { actor, text: valueText(value) || "done", outcome: "value" };
  const [name, is] = flag;
  if (name === "allowed") return { actor, text: is ? "allowed" : "denied", outcome: is ? "yes" : "no" };
  return { actor, text: `${is ? "" : "not "}${name}`, outcome: is ? "yes" : "no" };
}

/** A result that is or has a yes or no says the rest of the story better than all of its fields. */
function firstFlag(value: WireValue | undefined): [string, boolean] | null {
  if (typeof value === "boolean") return ["done", value];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const found = Object.entries(value).find(([, field]) => typeof field === "boolean");
  return found ? [found[0], found[1] === true] : null;
}
