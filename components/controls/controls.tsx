"use client";

import { useSession } from "../run/hooks";
import { Actions } from "./actions";
import { Faults } from "./faults";
import { Params } from "./params";
import { Scenarios } from "./scenarios";
import { Traffic } from "./traffic";
import { Variants } from "./variants";

/** Everything one can do to the run; when nothing can be done, the reason stands on top. */
export function Controls() {
  const session = useSession();
  const watching = session.phase.kind === "open" && !session.owner;
  return (
    <div className="flex flex-col gap-6 p-4">
      {watching && <p className="border-l-2 border-ink pl-2">{session.lock}</p>}
      <Variants />
      <Params />
      <Actions />
      <Scenarios />
      <Traffic />
      <Faults />
    </div>
  );
}
