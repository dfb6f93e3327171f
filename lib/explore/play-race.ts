/** A race as a scenario of a live run: in its own order as far as that is possible, then by turns. */
import { TICK } from "../choices";
import type { Race, Schedule } from "../contract";
import type { Run } from "../run/run";
import { RunHost } from "./run-host";
import { Stepper } from "./stepper";

export async function playRace(run: Run, race: Race): Promise<void> {
  const stepper = new Stepper(new RunHost(run), race, run.params);
  run.setSleep((actor, ms) => stepper.sleep(actor, ms));
  const take = async (choice: string) => {
    await stepper.take(choice);
    await run.settleStep();
  };
  try {
    await stepper.begin();
    for (const wish of orderFor(race, run.variant.id)) if ((await stepper.choices()).includes(wish)) await take(wish);
    for (let next = await byTurns(stepper, race); next !== null; next = await byTurns(stepper, race)) await take(next);
  } finally {
    await stepper.abandon();
    stepper.release();
    run.setSleep(null);
  }
}

/** How the race wants to be played; empty where it says nothing of this variant. */
function orderFor({ order = [] }: Race, variant: string): Schedule {
  return isSchedule(order) ? order : (order[variant] ?? []);
}
const isSchedule = (order: NonNullable<Race["order"]>): order is Schedule => Array.isArray(order);

/** Who comes after the last one in the race's list; time, when all sleep; null when nobody can go on. */
async function byTurns(stepper: Stepper, { actors }: Race): Promise<string | null> {
  const able = await stepper.actorsToGo();
  if (!able.length) return (await stepper.nextDeadlineUs()) === null || stepper.isOver ? null : TICK;
  const ids = Object.keys(actors);
  const last = ids.indexOf(stepper.schedule.findLast((choice) => ids.includes(choice)) ?? "");
  const inTurn = [...ids.slice(last + 1), ...ids.slice(0, last + 1)];
  return inTurn.find((id) => able.includes(id)) ?? null;
}
