"use client";

import { useState } from "react";
import { TRAFFIC_SHAPES } from "@/lib/contract";
import { actorHue } from "../run/actors";
import { numberText } from "../run/format";
import { useSession, useStore } from "../run/hooks";
import { ActorMark } from "../ui/actor-mark";
import { Problem } from "../ui/problem";
import { ClientPicker } from "./client-picker";
import { namesOf } from "./schema-fields";

/** Requests that the server makes on behalf of a client, seeded, at a rate. */
export function Traffic() {
  const session = useSession();
  const { traffic, actors } = useStore("facts").facts;
  const { actions, trafficAction } = session.pattern;
  const repeated = actions.find(({ id }) => id === trafficAction);
  const names = repeated ? namesOf(repeated.body, repeated.actorField ?? "") : [];
  const [client, setClient] = useState(names[0] ?? "");
  const [shape, setShape] = useState<string>("poisson");
  const [rate, setRate] = useState("3");
  const [seconds, setSeconds] = useState("30");
  const disabled = session.lock !== null;
  if (trafficAction === null) return null;
  const send = (body: { client: string; shape: string; rate: number; seconds: number }) => {
    session.store.seek(null);
    void session.try("traffic", "POST", "/traffic", body);
  };
  return (
    <section aria-labelledby="traffic-heading">
      <h2 id="traffic-heading" className="heading mb-2">
        Traffic
      </h2>
      {[...traffic].map(([name, { shape: kind, rate: perSecond }]) => (
        <div key={name} className="mb-1.5 flex items-center gap-1.5">
          <ActorMark index={actors.get(name)?.index} />
          <span style={{ color: actorHue(actors.get(name)?.index) }}>{name}</span>
          <span className="ml-auto text-soft">
            {kind} {numberText(perSecond)}/s
          </span>
          <button
            type="button"
            className="quiet link"
            disabled={disabled}
            aria-label={`Stop ${name}'s traffic`}
            onClick={() => send({ client: name, shape: kind, rate: perSecond, seconds: 0 })}
          >
            stop
          </button>
        </div>
      ))}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          send({ client, shape, rate: Number(rate), seconds: Number(seconds) });
        }}
      >
        <ClientPicker label="client" names={names} value={client} onChange={setClient} disabled={disabled} />
        <label className="mt-1.5 flex items-center justify-between gap-2">
          shape
          <select
            className="field w-[110px]"
            disabled={disabled}
            value={shape}
            onChange={(e) => setShape(e.target.value)}
          >
            {TRAFFIC_SHAPES.map((kind) => (
              <option key={kind}>{kind}</option>
            ))}
          </select>
        </label>
        <div className="mt-1.5 flex justify-between gap-2">
          <label className="flex items-center gap-1.5">
            <input
              type="number"
              className="field w-[58px] text-right"
              aria-label="Requests per second"
              min={0.1}
              max={20_000}
              step="any"
              disabled={disabled}
              value={rate}
              onChange={(e) => setRate(e.target.value)}
            />
            <span className="text-soft">/s</span>
          </label>
          <label className="flex items-center gap-1.5">
            <span className="text-soft">for</span>
            <input
              type="number"
              className="field w-[48px] text-right"
              aria-label="Seconds"
              min={1}
              max={600}
              disabled={disabled}
              value={seconds}
              onChange={(e) => setSeconds(e.target.value)}
            />
            <span className="text-soft">s</span>
          </label>
        </div>
        <button type="submit" className="button mt-2 w-full" disabled={disabled} title={session.lock ?? undefined}>
          Start traffic
        </button>
      </form>
      <Problem place="traffic" />
    </section>
  );
}
