"use client";

import { useState } from "react";
import type { PatternDescription } from "@/lib/contract";
import { useSession, useStore } from "../run/hooks";
import { Problem } from "../ui/problem";
import { Fields } from "./fields";
import { lackOf } from "./lack";
import { bodyFields, bodyOf } from "./schema-fields";

const RESTART = "restart-redis";
/** Whom a fault hits where its schema names nobody. */
const WHO: Readonly<Record<string, string>> = { client: "bob", owner: "alice" };

/** What may be broken, for real. No question is asked: a run is there to be broken. */
export function Faults() {
  const { pattern } = useSession();
  if (!pattern.faults.length) return null;
  return (
    <section aria-labelledby="faults-heading">
      <h2 id="faults-heading" className="heading mb-2">
        Break it
      </h2>
      {pattern.faults.map((fault) => (
        <Fault key={fault.id} fault={fault} />
      ))}
      <Problem place="faults" />
    </section>
  );
}

function Fault({ fault }: { fault: PatternDescription["faults"][number] }) {
  const session = useSession();
  const { status } = useStore("facts").facts;
  const clock = session.view?.clock;
  const fields = bodyFields(fault.body);
  const [typed, setTyped] = useState<Record<string, string>>({});
  const who = Object.fromEntries(fields.filter(({ initial }) => !initial).map(({ name }) => [name, WHO[name] ?? ""]));
  const restart = fault.id === RESTART;
  const lock =
    restart && session.owner && status === "down"
      ? null
      : (session.lock ??
        lackOf(fault.needs, clock) ??
        // Where there are several, some may be down while the run goes on.
        (restart && session.pattern.nodes === 0 ? "Redis is running." : null));
  return (
    <div className="mb-3 last-of-type:mb-0">
      <button
        type="button"
        className="button w-full"
        disabled={lock !== null}
        title={lock ?? undefined}
        onClick={() => void session.try("faults", "POST", `/faults/${fault.id}`, bodyOf(fields, { ...who, ...typed }))}
      >
        {fault.title}
      </button>
      <Fields
        fields={fields}
        typed={{ ...who, ...typed }}
        disabled={lock !== null}
        onType={(name, value) => setTyped((old) => ({ ...old, [name]: value }))}
      />
      <p className="mt-1 text-[12.5px] text-soft">{fault.summary}</p>
    </div>
  );
}
