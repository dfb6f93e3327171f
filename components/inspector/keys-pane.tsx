"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import type { InspectedKey } from "@/lib/contract";
import type { WireValue } from "@/lib/events";
import { atNode, countText, ttlText, valueText } from "../run/format";
import { useSession, useStore } from "../run/hooks";
import { CopyButton } from "../ui/copy-button";
import { Problem } from "../ui/problem";
import { Scroll } from "../ui/scroll";

const AT_MOST_EVERY_MS = 500;

/** The run's keys as they are now, read by an observer: type, value, TTL, memory. Not at the playhead: Redis has only a now. */
export function KeysPane() {
  const session = useSession();
  const store = useStore("slow");
  const [read, setRead] = useState<{ keys: InspectedKey[]; atMs: number } | null>(null);
  const [, setTick] = useState(0);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const seq = store.log.lastSeq;

  const load = useCallback(async () => {
    const answer = await session.try<{ keys: InspectedKey[] }>("keys", "GET", "/keys");
    if (answer) setRead({ keys: answer.keys, atMs: performance.now() });
  }, [session]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new event is what asks for another look
  useEffect(() => {
    timer.current ??= setTimeout(() => {
      timer.current = null;
      void load();
    }, AT_MOST_EVERY_MS);
  }, [seq, load]);
  useEffect(() => {
    void load();
    const ticking = setInterval(() => setTick((n) => n + 1), 200);
    return () => {
      clearInterval(ticking);
      if (timer.current !== null) clearTimeout(timer.current);
      timer.current = null;
    };
  }, [load]);

  const frozen = store.isFrozen;
  const ageMs = read && !frozen ? performance.now() - read.atMs : 0;
  return (
    <Scroll label="Keys" className="h-full overflow-y-auto px-4 py-3">
      <p className="text-[12.5px] text-soft">The keys in this run's Redis now, wherever the playhead stands.</p>
      <Problem place="keys" />
      {read?.keys.length === 0 && <p className="mt-4">There is no key. An empty Redis is a fresh start.</p>}
      <ul>
        {read?.keys.map((key) => (
          <KeyItem key={atNode(key.node, key.key)} of={key} ageMs={ageMs} />
        ))}
      </ul>
    </Scroll>
  );
}

/** A member of a sorted set with its score. */
const scored = ([member, score]: WireValue[]) => [valueText(member ?? null), score ?? null] as const;

function KeyItem({ of, ageMs }: { of: InspectedKey; ageMs: number }) {
  const session = useSession();
  const leftMs = of.ttlMs < 0 ? of.ttlMs : Math.max(0, of.ttlMs - ageMs);
  const pairs =
    typeof of.value === "object" && of.value !== null && !Array.isArray(of.value)
      ? Object.entries(of.value)
      : Array.isArray(of.value)
        ? of.value.map((item, i) =>
            of.kind === "zset" && Array.isArray(item) ? scored(item) : ([String(i), item] as const),
          )
        : [["value", of.value] as const];
  return (
    <li className="mt-4 border-t border-hair pt-3">
      <div className="flex items-baseline justify-between gap-3">
        <h2 className="min-w-0 font-mono text-[13px] font-semibold [overflow-wrap:anywhere]">
          {atNode(of.node, of.key)}
        </h2>
        <CopyButton
          className="link shrink-0 text-[12.5px]"
          title={of.cli}
          text={() => of.cli}
          copied="copied"
          onRefused={() =>
            session.setProblem("keys", `The browser does not let this page copy. The command is: ${of.cli}`)
          }
        >
          copy as redis-cli
        </CopyButton>
      </div>
      <p className="mt-0.5 text-[12.5px] text-soft">
        {of.kind}
        {of.length !== null && ` of ${countText(of.length)}`}
        {of.encoding !== null && `, ${of.encoding}`}
        {of.memoryBytes !== null && `, ${countText(of.memoryBytes)} bytes`}
        {of.ttlMs < 0 ? `, ${ttlText(of.ttlMs)}` : leftMs === 0 ? ", TTL over" : `, expires in ${ttlText(leftMs)}`}
      </p>
      <dl className="mt-1.5 grid grid-cols-[auto_1fr] gap-x-4 font-mono text-[12px]">
        {pairs.map(([name, value]) => (
          <div key={name} className="col-span-2 grid grid-cols-subgrid">
            <dt className="text-soft">{name}</dt>
            <dd className="[overflow-wrap:anywhere]">{valueText(value)}</dd>
          </div>
        ))}
      </dl>
    </li>
  );
}
