"use client";

import { useEffect, useSyncExternalStore } from "react";
import { useSession, useStore } from "../run/hooks";
import { Scroll } from "../ui/scroll";
import { encodeOrder } from "./alphabet";
import { Findings } from "./findings";
import { Headline } from "./headline";
import { openOrder } from "./open-order";
import { ShortestOrder } from "./shortest";
import { Tiles } from "./tiles";
import { Violations } from "./violations";

/** Every order of a race: how many of them break it, each as a tile, and the shortest of those that do. */
export function OrdersPane() {
  const session = useSession();
  const { facts } = useStore("facts");
  const found = session.orders;
  useSyncExternalStore(found.subscribe, found.snapshot, () => 0);
  useEffect(() => {
    void found.load();
  }, [found]);
  const { exploration, orders } = found;
  if (!exploration) return <Nothing starting={found.starting} problem={found.problem} />;
  const packed = facts.order === null ? null : encodeOrder(facts.order, exploration.alphabet);
  const index = packed === null ? -1 : orders.findIndex(({ order }) => order === packed);
  const open = (at: number) => {
    const tile = orders[at];
    if (tile) openOrder(session, exploration, tile);
  };
  return (
    <Scroll label="Orders" className="orders-pane h-full overflow-y-auto px-5 py-5">
      <Headline exploration={exploration} problem={found.problem} />
      <div className="mt-4">
        <Tiles orders={orders} alphabet={exploration.alphabet} current={index < 0 ? null : index} onOpen={open} />
      </div>
      <Findings exploration={exploration} current={index < 0 ? null : index} />
      {exploration.shortest && <ShortestOrder exploration={exploration} shortest={exploration.shortest} />}
      <Violations orders={orders} alphabet={exploration.alphabet} onOpen={open} />
    </Scroll>
  );
}

function Nothing({ starting, problem }: { starting: boolean; problem: string | null }) {
  const { pattern } = useSession();
  const races = pattern.scenarios.filter(({ race }) => race !== null);
  return (
    <Scroll label="Orders" className="orders-pane h-full overflow-y-auto px-5 py-5">
      <h2 className="text-[15px] font-semibold">Every order</h2>
      <p className="mt-1.5 text-soft">
        Runs a race in every order that its commands can take, each on real Redis, and shows which of them break it.
      </p>
      <div role="status" className="mt-3">
        {starting && "Beginning…"}
        {problem !== null && <p className="border-l-2 border-deny pl-2 text-deny">{problem}</p>}
      </div>
      {!starting && races.map(({ id, title }) => <Start key={id} id={id} title={title} />)}
    </Scroll>
  );
}

function Start({ id, title }: { id: string; title: string }) {
  const session = useSession();
  const lock = session.step.lock;
  return (
    <button
      type="button"
      className="button mt-2 w-full"
      disabled={lock !== null}
      title={lock ?? undefined}
      onClick={() => void session.orders.start(id)}
    >
      {title}
    </button>
  );
}
