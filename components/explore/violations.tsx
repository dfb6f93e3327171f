"use client";

import { useState } from "react";
import type { ExploredOrder } from "@/lib/contract";
import { countText } from "../run/format";
import { tileText } from "./tiles";

const LISTED = 50;

interface Props {
  orders: readonly ExploredOrder[];
  alphabet: readonly string[];
  onOpen: (index: number) => void;
}

/** The crossed tiles once more, as buttons: for who cannot see or point at tiles. */
export function Violations({ orders, alphabet, onOpen }: Props) {
  const [open, setOpen] = useState(false);
  const broken = open ? orders.flatMap(({ holds }, index) => (holds === false ? [index] : [])) : [];
  if (!orders.some(({ holds }) => holds === false)) return null;
  return (
    <details className="mt-5 border-t border-hair pt-3" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="text-soft">The orders that break, as a list</summary>
      <ul className="mt-2">
        {broken.slice(0, LISTED).map((index) => (
          <li key={index} className="border-t border-hair py-1 first:border-0">
            <button type="button" className="link text-left text-[12.5px]" onClick={() => onOpen(index)}>
              {tileText(index, orders, alphabet)}
            </button>
          </li>
        ))}
      </ul>
      {broken.length > LISTED && (
        <p className="mt-1 text-[12.5px] text-soft">and {countText(broken.length - LISTED)} more</p>
      )}
    </details>
  );
}
