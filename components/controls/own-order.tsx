"use client";

import { useState } from "react";
import type { PatternDescription } from "@/lib/contract";
import { useSession, useStore } from "../run/hooks";
import { Fields } from "./fields";
import {
  actionText,
  actorsOf,
  firstDraft,
  LEAST_ACTORS,
  MOST_ACTIONS,
  MOST_ACTORS,
  type RaceDraft,
  withAction,
  withActor,
  withoutAction,
} from "./race-draft";
import { bodyFields, bodyOf, namesOf } from "./schema-fields";

type ActionSpec = PatternDescription["actions"][number];

/** A race of one's own: choose what each actor does, then who goes next. */
export function OwnOrder() {
  const session = useSession();
  const { variant } = useStore("facts").facts;
  const able = session.pattern.variants.find(({ id }) => id === variant)?.actions;
  const actions = session.pattern.actions.filter(({ id }) => able?.includes(id) ?? true);
  const first = actions.find(({ primary }) => primary) ?? actions[0];
  return first ? <Composer key={actions.map(({ id }) => id).join()} actions={actions} first={first} /> : null;
}

function Composer({ actions, first }: { actions: ActionSpec[]; first: ActionSpec }) {
  const session = useSession();
  const [spec, setSpec] = useState(first);
  const [typed, setTyped] = useState<Record<string, string>>(() => startOf(first));
  const [draft, setDraft] = useState<RaceDraft>(() =>
    firstDraft({ action: first.id, body: bodyOf(bodyFields(first.body), startOf(first)) }),
  );
  const fields = bodyFields(spec.body);
  const action = { action: spec.id, body: bodyOf(fields, typed) };
  const lock = session.step.lock;
  const disabled = lock !== null;
  return (
    <details className="mt-2">
      <summary>Own order</summary>
      <p className="mt-1 text-[12.5px] text-soft">
        What each actor does, one after the other. Then you choose who goes next.
      </p>
      {draft.map(({ id, actions: list }) => (
        <div key={id} className="mt-2 grid grid-cols-[20px_1fr] text-[12.5px]">
          <span className="font-semibold">{id}</span>
          <ul>
            {list.map((one, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the same action may come twice; its place is what it is
              <li key={i} className="flex items-baseline justify-between gap-2">
                <span className="min-w-0 break-words">{actionText(one)}</span>
                <button
                  type="button"
                  className="quiet px-1"
                  aria-label={`Remove ${actionText(one)} from ${id}`}
                  onClick={() => setDraft((old) => withoutAction(old, id, i))}
                >
                  ×
                </button>
              </li>
            ))}
          </ul>
        </div>
      ))}
      <div className="mt-2 border-t border-hair pt-1">
        {actions.length > 1 && (
          <label className="mt-1.5 flex items-center justify-between gap-2">
            action
            <select
              className="field w-[110px]"
              value={spec.id}
              disabled={disabled}
              onChange={(event) => {
                const next = actions.find(({ id }) => id === event.target.value) ?? spec;
                setSpec(next);
                setTyped(startOf(next));
              }}
            >
              {actions.map(({ id, title }) => (
                <option key={id} value={id}>
                  {title}
                </option>
              ))}
            </select>
          </label>
        )}
        <Fields
          fields={fields}
          typed={typed}
          disabled={disabled}
          onType={(name, value) => setTyped((old) => ({ ...old, [name]: value }))}
        />
        <div className="mt-2 flex flex-wrap items-center gap-1.5 text-[12.5px]">
          <span className="text-soft">add to</span>
          {draft.map(({ id, actions: list }) => (
            <button
              key={id}
              type="button"
              className="button px-2 py-0"
              aria-label={`Add ${actionText(action)} to ${id}`}
              disabled={disabled || list.length >= MOST_ACTIONS}
              onClick={() => setDraft((old) => withAction(old, id, action))}
            >
              {id}
            </button>
          ))}
          {draft.length < MOST_ACTORS && (
            <button
              type="button"
              className="button px-2 py-0"
              disabled={disabled}
              onClick={() => setDraft((old) => withActor(old, action))}
            >
              new
            </button>
          )}
        </div>
      </div>
      <button
        type="button"
        className="button mt-2 w-full"
        aria-label="Step own order"
        disabled={disabled || draft.length < LEAST_ACTORS}
        title={lock ?? (draft.length < LEAST_ACTORS ? "A race needs two" : "Begins on a Redis of its own")}
        onClick={() => void session.step.begin({ scenario: null, actors: actorsOf(draft) })}
      >
        Step
      </button>
    </details>
  );
}

function startOf({ actorField, body }: ActionSpec): Record<string, string> {
  return actorField === null ? {} : { [actorField]: namesOf(body, actorField)[0] ?? "" };
}
