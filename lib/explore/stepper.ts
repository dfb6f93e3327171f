/**
 * Plays a race one step at a time: every actor stands at its gate until it is chosen, and after each step the stepper waits
 * until that actor stands there again, sleeps, or is done. So the order of all commands is the order of the choices.
 */
import { crashOf, readChoice, restartOf, TICK } from "../choices";
import type { Body, GateView, Params, Race } from "../contract";
import type { WireValue } from "../events";
import { waitsForList, waitsForStream } from "../run/blocking";
import type { Gate, WaitingStep } from "../run/gate";

/** Where a race is played: a stepped run, a live one, or one order of an exploration. */
export interface StepHost {
  /** The connected gate of this actor, open. @param reaches the nodes that it gets a connection to; absent: all */
  gate(actor: string, reaches?: readonly number[]): Promise<Gate>;
  act(action: string, body: Body, actor: string): Promise<WireValue>;
  /** The actor's process dies. */
  crash(actor: string): void;
  /** A node crashes and is back, empty. */
  restart(node: number): Promise<void>;
  /** Resolves when everybody who listens has heard what Redis has sent until now. */
  hear(): Promise<void>;
  nowUs(): number;
  /** Time passes; Redis sees it too. */
  moveTo(us: number): Promise<void>;
  /** When the next key dies, ms from now; null when none does. */
  nextExpiryMs(): Promise<number | null>;
  /** Would this command wait for somebody else's? */
  wouldBlock(name: string, args: readonly string[]): Promise<boolean>;
}

/** Code that has neither sent, slept nor ended by then waits for something that no step can bring. */
const LOST_AFTER_MS = 5000;
/** So much past a deadline a tick goes. */
const PAST_DEADLINE_US = 1000;
const CANNOT_BE_STEPPED = new Set(["wait", "subscribe", "psubscribe", "monitor"]);
export const BEFORE = "before";

interface Sleeper {
  dueUs: number;
  wake(): void;
}

interface Lane {
  id: string;
  gate: Gate;
  sleepers: Sleeper[];
  /** Its code has returned; what it sent and did not wait for may still stand at the gate. */
  hasReturned: boolean;
  end: "done" | "crashed" | null;
  /** Told when it comes to the gate, sleeps or ends. */
  onStop: (() => void) | null;
}

export class Stepper {
  private readonly lanes = new Map<string, Lane>();
  readonly schedule: string[] = [];

  constructor(
    private readonly host: StepHost,
    private readonly race: Race,
    private readonly params: Params,
  ) {}

  /** Does what comes before, then brings every actor to its first step. */
  async begin(): Promise<void> {
    const { host, race, params } = this;
    await race.before?.({
      params,
      act: (action, body) => host.act(action, body, BEFORE),
      sleep: async (ms) => host.moveTo(host.nowUs() + ms * 1000),
    });
    for (const id of Object.keys(race.actors)) {
      const gate = await host.gate(id, race.reaches?.[id]);
      gate.hold();
      this.lanes.set(id, { id, gate, sleepers: [], hasReturned: false, end: null, onStop: null });
    }
    for (const lane of this.lanes.values()) {
      lane.gate.onParked = () => lane.onStop?.();
      void this.run(lane);
      await this.stopped(lane);
      await this.host.hear();
    }
  }

  get isOver(): boolean {
    return [...this.lanes.values()].every(({ end }) => end !== null);
  }

  /** Waits on the race's clock, for the code of this actor. Others (the lane before the race) do not wait. */
  sleep(actor: string, ms: number): Promise<void> {
    const lane = this.lanes.get(actor);
    if (!lane || lane.end) return Promise.resolve();
    return new Promise((wake) => {
      lane.sleepers.push({ dueUs: this.host.nowUs() + Math.max(0, ms) * 1000, wake });
      lane.onStop?.();
    });
  }

  /** Every step that is possible now: actors, then time if there is something to wait for, then deaths and restarts. */
  async choices(): Promise<string[]> {
    if (this.isOver) return [];
    const actors = await this.actorsToGo();
    const more = (await this.nextDeadlineUs()) === null ? [] : [TICK];
    return [...actors, ...more, ...this.alive().map(({ id }) => crashOf(id)), ...this.restarts()];
  }

  /** Actors whose next command can go now, without blocking. */
  async actorsToGo(): Promise<string[]> {
    const able: string[] = [];
    for (const lane of this.alive()) {
      const [step] = lane.gate.waiting;
      if (step && !(await this.blocks(step))) able.push(lane.id);
    }
    return able;
  }

  /** Who can still die. */
  alive(): Lane[] {
    return [...this.lanes.values()].filter(({ end }) => end === null);
  }

  /** Restarts that can still happen: one of the race's, once. */
  restarts(): string[] {
    if (this.schedule.some((choice) => readChoice(choice).kind === "restart")) return [];
    return (this.race.restarts ?? []).map(restartOf);
  }

  /** Takes a step. What was not in `choices` must not be asked for. */
  async take(choice: string): Promise<void> {
    this.schedule.push(choice);
    const read = readChoice(choice);
    if (read.kind === "tick") await this.tick();
    else if (read.kind === "restart") await this.host.restart(read.node);
    else if (read.kind === "crash") await this.kill(this.lane(read.actor));
    else {
      const lane = this.lane(read.actor);
      await lane.gate.releaseStep();
      endWhenNothingIsLeft(lane);
      await this.stopped(lane);
    }
    // Messages come over other connections: each is told now, when nobody is on the way, so that an order has one outcome.
    await this.host.hear();
  }

  async gateViews(): Promise<GateView[]> {
    const views: GateView[] = [];
    for (const lane of this.lanes.values()) {
      const [step] = lane.gate.waiting;
      const dueUs = lane.sleepers.length ? Math.min(...lane.sleepers.map((sleeper) => sleeper.dueUs)) : null;
      const blocked = step && !lane.end && (await this.blocks(step));
      const status = lane.end ?? (step ? (blocked ? "blocked" : "waiting") : "asleep");
      const commands = lane.end ? [] : (step ?? []).map(({ text }) => text);
      views.push({ actor: lane.id, status, commands, dueUs: lane.end ? null : dueUs });
    }
    return views;
  }

  /** Lets nobody go on: for an order that is given up. */
  async abandon(): Promise<void> {
    for (const lane of this.alive()) await this.kill(lane);
  }

  /** The gates are open again, for whoever comes after the race. */
  release(): void {
    for (const { gate } of this.lanes.values()) {
      gate.onParked = null;
      gate.open();
    }
  }

  /** When the next sleeper wakes or key dies; null when nothing waits for time. */
  async nextDeadlineUs(): Promise<number | null> {
    const keyMs = await this.host.nextExpiryMs();
    const deadlines = [
      ...this.alive().flatMap(({ sleepers }) => sleepers.map(({ dueUs }) => dueUs)),
      ...(keyMs === null ? [] : [this.host.nowUs() + keyMs * 1000]),
    ];
    return deadlines.length ? Math.min(...deadlines) : null;
  }

  private async run(lane: Lane): Promise<void> {
    const actor = this.race.actors[lane.id];
    try {
      await actor?.({
        params: this.params,
        act: (action, body) => this.host.act(action, body, lane.id),
        sleep: (ms) => this.sleep(lane.id, ms),
      });
    } catch {
      // What its action died of stands in the trace as the action's result.
    }
    lane.hasReturned = true;
    endWhenNothingIsLeft(lane);
    lane.onStop?.();
  }

  /** Resolves when the lane waits for a choice again, or for nothing any more. */
  private async stopped(lane: Lane): Promise<void> {
    // Code that goes on after a reply does so in microtasks; by the next turn of the loop all of it stands at the gate.
    await immediate();
    while (!this.isStill(lane)) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve, reject) => {
        lane.onStop = resolve;
        timer = setTimeout(
          () => reject(new Error(`${lane.id} waits for something that is neither Redis nor its context's sleep.`)),
          LOST_AFTER_MS,
        );
      }).finally(() => {
        clearTimeout(timer);
        lane.onStop = null;
      });
      await immediate();
    }
  }

  private isStill({ gate, sleepers, end }: Lane): boolean {
    return end !== null || gate.waitingCount > 0 || sleepers.length > 0;
  }

  private async tick(): Promise<void> {
    const deadlineUs = await this.nextDeadlineUs();
    if (deadlineUs === null) return;
    await this.host.moveTo(deadlineUs + PAST_DEADLINE_US);
    const nowUs = this.host.nowUs();
    for (const lane of this.alive()) {
      const due = lane.sleepers.filter(({ dueUs }) => dueUs <= nowUs);
      if (!due.length) continue;
      lane.sleepers = lane.sleepers.filter(({ dueUs }) => dueUs > nowUs);
      for (const { wake } of due) wake();
      await this.stopped(lane);
    }
  }

  private async kill(lane: Lane): Promise<void> {
    lane.end = "crashed";
    this.host.crash(lane.id);
    for (const { wake } of lane.sleepers.splice(0)) wake();
    await immediate();
  }

  private async blocks(step: readonly WaitingStep[]): Promise<boolean> {
    for (const { name, args } of step) {
      // A query is one autocommit statement: it waits for nobody.
      if (name === null) continue;
      const command = name.toLowerCase();
      if (waitsForStream(command, args) || CANNOT_BE_STEPPED.has(command))
        throw new Error(`${name.toUpperCase()} waits for others in a way that cannot be stepped.`);
      // Within a MULTI a blocking command does not block.
      if (step.length === 1 && waitsForList(command)) return this.host.wouldBlock(command, args);
    }
    return false;
  }

  private lane(id: string): Lane {
    const lane = this.lanes.get(id);
    if (!lane) throw new RangeError(`there is no actor ${id}`);
    return lane;
  }
}

function endWhenNothingIsLeft(lane: Lane): void {
  if (lane.hasReturned && lane.gate.waitingCount === 0) lane.end ??= "done";
}

const immediate = () => new Promise<void>((resolve) => setImmediate(resolve));
