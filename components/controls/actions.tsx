"use client";

import { useState } from "react";
import type { PatternDescription } from "@/lib/contract";
import { useSession, useStore } from "../run/hooks";
import { Hint } from "../ui/hint";
import { Problem } from "../ui/problem";
import { ClientPicker } from "./client-picker";
import { Fields } from "./fields";
import { withLatest } from "./latest-answer";
import { bodyFields, bodyOf, fieldTitle, namesOf } from "./schema-fields";

const BURST = 20;

/** What the learner may do by hand: one form per action of the pattern. */
export function Actions() {
  const { pattern } = useSession();
  return (
    <section aria-labelledby="act-heading">
      <h2 id="act-heading" className="heading mb-2">
        Act
      </h2>
      {pattern.actions
        // What is done to somebody has its button among the faults.
        .filter(({ id }) => !pattern.faults.some((fault) => fault.id === id))
        .map((action) => (
          <Action key={action.id} action={action} />
        ))}
      <Problem place="actions" />
    </section>
  );
}

function Action({ action }: { action: PatternDescription["actions"][number] }) {
  const session = useSession();
  const { variant } = useStore("facts").facts;
  const names = namesOf(action.body, action.actorField ?? "");
  const [client, setClient] = useState(names[0] ?? "");
  const [typed, setTyped] = useState<Record<string, string>>({});
  const fields = bodyFields(action.body, action.actorField === null ? [] : [action.actorField]);
  const has = session.pattern.variants.find(({ id }) => id === variant)?.actions.includes(action.id) ?? true;
  const lock = session.lock ?? (has ? null : "This variant has no such action.");
  const disabled = lock !== null;
  const run = (times: number) => {
    const who = action.actorField === null ? {} : { [action.actorField]: client };
    const filled = withLatest(fields, typed, session.store.log, action.actorField === null ? null : client);
    void session.act(action.id, { ...who, ...bodyOf(fields, filled) }, times);
  };
  return (
    <div className="mt-3 first-of-type:mt-0">
      {action.actorField !== null && (
        <ClientPicker
          label={fieldTitle(action.actorField)}
          names={names}
          value={client}
          disabled={disabled}
          onChange={(next) => {
            setClient(next);
            session.setFocus(next);
          }}
        />
      )}
      <Fields
        fields={fields}
        typed={typed}
        disabled={disabled}
        fromAnswers
        onType={(name, value) => setTyped((old) => ({ ...old, [name]: value }))}
      />
      <button
        type="button"
        data-shortcut={action.primary ? "primary" : undefined}
        className={`button mt-2.5 w-full ${action.primary ? "button-main" : ""}`}
        disabled={disabled}
        title={lock ?? action.summary}
        onClick={() => run(1)}
      >
        {action.title}
        {action.primary && <Hint>Space</Hint>}
      </button>
      {action.primary && (
        <button
          type="button"
          data-shortcut="burst"
          className="button mt-1.5 w-full"
          disabled={disabled}
          title={lock ?? `The same ${BURST} times, all at once.`}
          onClick={() => run(BURST)}
        >
          Burst of {BURST}
          <Hint>b</Hint>
        </button>
      )}
      {!has && <p className="mt-1 text-[12.5px] text-soft">{lock}</p>}
    </div>
  );
}
