/** The learner's own race while it is put together: who does what, one after the other. */
import type { OwnAction, OwnActors } from "../step/order-text";

export const LEAST_ACTORS = 2;
export const MOST_ACTORS = 6;
export const MOST_ACTIONS = 8;

export type RaceDraft = readonly { id: string; actions: readonly OwnAction[] }[];

const LETTERS = "ABCDEF";

/** Two actors do the same: the smallest race there is. */
export function firstDraft(action: OwnAction): RaceDraft {
  return [...LETTERS.slice(0, LEAST_ACTORS)].map((id) => ({ id, actions: [action] }));
}

/** One more actor, with the first letter that is free; at most six. */
export function withActor(draft: RaceDraft, action: OwnAction): RaceDraft {
  const id = [...LETTERS].find((letter) => !draft.some((actor) => actor.id === letter));
  return id === undefined || draft.length >= MOST_ACTORS ? draft : [...draft, { id, actions: [action] }];
}

export function withAction(draft: RaceDraft, id: string, action: OwnAction): RaceDraft {
  return draft.map((actor) =>
    actor.id === id && actor.actions.length < MOST_ACTIONS ? { ...actor, actions: [...actor.actions, action] } : actor,
  );
}

/** An actor who has nothing left to do leaves the race. */
export function withoutAction(draft: RaceDraft, id: string, index: number): RaceDraft {
  return draft
    .map((actor) => (actor.id === id ? { ...actor, actions: actor.actions.filter((_, i) => i !== index) } : actor))
    .filter(({ actions }) => actions.length > 0);
}

export function actorsOf(draft: RaceDraft): OwnActors {
  return Object.fromEntries(draft.map(({ id, actions }) => [id, [...actions]]));
}

/** "take client alice, cost 2". */
export function actionText({ action, body }: OwnAction): string {
  const fields = Object.entries(body).map(([name, value]) => `${name} ${String(value)}`);
  return [action, fields.join(", ")].join(" ").trim();
}
