/** Stepped runs: a race on a Redis of its own whose clock stands still, and whose next step is the learner's choice. */
import { readChoice } from "../choices";
import type { Body, Race, Schedule, StepView } from "../contract";
import { checkBody } from "../run/check-body";
import { PlaygroundError, unknownThing } from "../run/playground-error";
import type { Run } from "../run/run";
import { definedOf } from "../run/scenario-player";
import type { OwnedRun, RunService } from "../run/service";
import { refuseIfUnfit } from "../run/traffic-call";
import { RunHost } from "./run-host";
import { raceOf } from "./service";
import { Stepper } from "./stepper";

export interface StepRequest {
  /** Begins with the race of this scenario… */
  scenario?: string | undefined;
  /** …or with the learner's own choice: what each actor does, one after another. */
  actors?: Readonly<Record<string, readonly { action: string; body: Body }[]>> | undefined;
  /** Steps to take at once. */
  schedule?: Schedule | undefined;
}

interface Stepping {
  owned: OwnedRun;
  liveRunId: string;
  race: Race;
  stepper: Stepper;
  /** Steps of one race come one at a time. */
  turn: Promise<unknown>;
}

export class SteppingService {
  /** By the id of the stepped run. */
  private readonly all = new Map<string, Stepping>();

  constructor(private readonly runs: RunService) {
    runs.onEnded((run) => this.all.delete(run.id));
  }

  /**
   * Opens a stepped run beside a live one; the one that its owner had before ends.
   * @throws PlaygroundError 400, 404, 409 or 429
   */
  async begin(live: OwnedRun, { scenario: id, actors, schedule = [] }: StepRequest): Promise<StepView> {
    const { run, owner } = live;
    run.mustBeLive();
    const scenario = id === undefined ? null : raceOf(run, id);
    const race = scenario?.race ?? ownRace(run, actors ?? {});
    for (const earlier of [...this.all.values()].filter((one) => one.owned.owner === owner))
      await this.runs.remove(earlier.owned);
    const { pattern, variant, seed } = run;
    const params = { ...run.params, ...definedOf(scenario?.params) };
    // Begun from a stepped run, it stands beside the same live one.
    const liveRunId = run.stepped?.liveRunId ?? run.id;
    const stepped = { scenario: scenario?.id ?? null, liveRunId };
    const owned = await this.runs.openStepped({ pattern, variant, params, seed }, live, stepped);
    const stepping: Stepping = {
      owned,
      liveRunId,
      race,
      stepper: stepperOf(owned.run, race),
      turn: Promise.resolve(),
    };
    this.all.set(owned.run.id, stepping);
    return this.inTurn(stepping, async () => {
      await enter(stepping, "Everyone stands at the gate. Choose who goes first.");
      for (const choice of schedule) await take(stepping, choice);
      return view(stepping);
    });
  }

  /** @param runId of the stepped run or of the live one beside it. @throws PlaygroundError 404 */
  view(runId: string): Promise<StepView> {
    const stepping = this.of(runId);
    return this.inTurn(stepping, () => view(stepping));
  }

  /** @throws PlaygroundError 409 when this is not possible now */
  step(runId: string, choice: string): Promise<StepView> {
    const stepping = this.of(runId);
    return this.inTurn(stepping, async () => {
      await take(stepping, choice);
      return view(stepping);
    });
  }

  /** Runs all steps but the last again, on an emptied Redis. @throws PlaygroundError 409 when there is none */
  undo(runId: string): Promise<StepView> {
    const stepping = this.of(runId);
    return this.inTurn(stepping, async () => {
      const { owned, race, stepper } = stepping;
      const before = stepper.schedule.slice(0, -1);
      const undone = stepper.schedule.at(-1);
      if (undone === undefined) throw new PlaygroundError(409, "nothing_to_undo", "No step has been taken yet.");
      await stepper.abandon();
      await owned.run.startAfresh(owned.run.params, `Undone: ${undone}. The steps before it run again.`);
      stepping.stepper = stepperOf(owned.run, race);
      await enter(stepping, "Everyone stands at the gate again.");
      for (const choice of before) await take(stepping, choice);
      return view(stepping);
    });
  }

  private of(runId: string): Stepping {
    const found = this.all.get(runId) ?? [...this.all.values()].find(({ liveRunId }) => liveRunId === runId);
    if (!found)
      throw new PlaygroundError(404, "not_stepped", "Nothing is being stepped here: begin with a scenario or actors.");
    return found;
  }

  private inTurn<T>(stepping: Stepping, work: () => Promise<T>): Promise<T> {
    stepping.owned.seenAt = Date.now();
    const mine = stepping.turn.then(work);
    stepping.turn = mine.catch(() => undefined);
    return mine;
  }
}

function stepperOf(run: Run, race: Race): Stepper {
  const stepper = new Stepper(new RunHost(run), race, run.params);
  run.setSleep((actor, ms) => stepper.sleep(actor, ms));
  return stepper;
}

async function enter(stepping: Stepping, text: string): Promise<void> {
  await stepping.stepper.begin();
  await tell(stepping, "", text);
}

async function take(stepping: Stepping, choice: string): Promise<void> {
  const { stepper, owned } = stepping;
  owned.run.mustBeLive();
  const choices = await stepper.choices();
  if (!choices.includes(choice))
    throw new PlaygroundError(
      409,
      "not_possible",
      choices.length
        ? `Step ${stepper.schedule.length + 1}: "${choice}" is not possible now. Possible: ${choices.join(", ")}.`
        : `Step ${stepper.schedule.length + 1}: nobody has anything left to do.`,
      { field: "schedule" },
    );
  await stepper.take(choice);
  await tell(stepping, choice, sentence(choice));
}

/** The gate as it stands, as an event: whoever scrubs back sees it as it was. */
async function tell({ stepper, owned: { run } }: Stepping, choice: string, text: string): Promise<void> {
  await run.settleStep();
  run.trace.judge();
  run.trace.append({
    type: "step",
    choice,
    text,
    schedule: [...stepper.schedule],
    choices: await stepper.choices(),
    gate: await stepper.gateViews(),
  });
}

async function view({ owned: { run }, liveRunId, stepper }: Stepping): Promise<StepView> {
  return {
    runId: run.id,
    liveRunId,
    scenario: run.stepped?.scenario ?? null,
    schedule: [...stepper.schedule],
    choices: await stepper.choices(),
    gate: run.hide(await stepper.gateViews()),
    done: stepper.isOver,
    verdict: run.trace.judge(),
    seq: run.trace.log.lastSeq,
  };
}

function sentence(choice: string): string {
  const read = readChoice(choice);
  switch (read.kind) {
    case "command":
      return `${read.actor} goes.`;
    case "tick":
      return "Time passes to the next deadline.";
    case "crash":
      return `${read.actor} dies.`;
    case "restart":
      return `Node ${read.node} restarts, empty.`;
  }
}

/** A race of the learner's own. @throws PlaygroundError 400, 404 or 409 for the first call that the pattern would refuse */
function ownRace(run: Run, actors: NonNullable<StepRequest["actors"]>): Race {
  const scripts = Object.entries(actors).map(([id, calls]) => {
    const checked = calls.map(({ action, body }) => {
      const spec = run.pattern.actions.find((one) => one.id === action);
      if (!spec) throw unknownThing("action", action);
      if (!run.variant.actions[action])
        throw new PlaygroundError(409, "not_in_variant", `"${run.variant.title}" has no action "${spec.title}".`);
      const parsed = checkBody(spec.body, body) as Body;
      refuseIfUnfit(run, spec, parsed);
      return { action, body: parsed };
    });
    return [id, checked] as const;
  });
  return {
    actors: Object.fromEntries(
      scripts.map(([id, calls]) => [
        id,
        async ({ act }) => {
          for (const { action, body } of calls) await act(action, body);
        },
      ]),
    ),
    breach: () => "break it",
  };
}
