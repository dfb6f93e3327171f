/** Makes an order that breaks shorter: fewer switches, then fewer steps, for as long as it still breaks. */
import { readChoice, TICK } from "../choices";
import type { Schedule } from "../contract";
import type { RunEvent } from "../events";
import { isShorter, switchesIn } from "./schedule";
import type { Chooser, Outcome, Track } from "./track";

const MAX_REPLAYS = 300;

/** Runs exactly this order. @throws Error when it is not possible */
export async function replayed(
  track: Track,
  schedule: Schedule,
  keep = false,
): Promise<Outcome & { events: RunEvent[] }> {
  let i = 0;
  const outcome = await track.play((able, { tick, strikes }) => {
    const choice = schedule[i++];
    const isPossible =
      choice !== undefined && (able.includes(choice) || (choice === TICK && tick) || strikes.includes(choice));
    return isPossible ? choice : null;
  }, keep);
  if (outcome.schedule.length !== schedule.length)
    throw new Error(`The order ${schedule.join(" ")} could not be replayed beyond step ${outcome.schedule.length}.`);
  return outcome;
}

export async function shrink(track: Track, from: Schedule): Promise<Schedule> {
  let best = from;
  let replays = 0;
  for (let improved = true; improved; ) {
    improved = false;
    for (const wish of shorterWishes(best)) {
      if (replays++ >= MAX_REPLAYS) return best;
      const { verdict, ended, schedule } = await track.play(roughly(wish));
      if (verdict.holds !== false || !ended || !isShorter(schedule, best)) continue;
      best = schedule;
      improved = true;
      break;
    }
  }
  return best;
}

/** Orders that would be shorter, if they are possible: a turn moved to its actor's one before it, a tick or death left out. */
function shorterWishes(schedule: Schedule): Schedule[] {
  const wishes: Schedule[] = [];
  for (const [i, choice] of schedule.entries()) {
    const without = schedule.toSpliced(i, 1);
    if (readChoice(choice).kind !== "command") wishes.push(without);
    for (let at = 0; at <= without.length; at++) if (at !== i) wishes.push(without.toSpliced(at, 0, choice));
  }
  return wishes.filter((wish) => switchesIn(wish) < switchesIn(schedule) || wish.length < schedule.length);
}

/** Follows a wish where it is possible and leaves out what is not. */
function roughly(wish: Schedule): Chooser {
  const left = [...wish];
  let last: string | undefined;
  return (able, { tick, strikes }) => {
    const possible = [...able, ...(tick ? [TICK] : []), ...strikes];
    const at = left.findIndex((choice) => possible.includes(choice));
    const wished = at < 0 ? undefined : left.splice(0, at + 1).at(-1);
    last = wished ?? (last !== undefined && able.includes(last) ? last : (able[0] ?? TICK));
    return last;
  };
}
