import type { Exploration, ExploredOrder } from "@/lib/contract";
import type { RunSession } from "../run/session";
import { decodeOrder } from "./alphabet";

/** Shows an explored order as a stepped run, the playhead before its first step. */
export function openOrder(session: RunSession, { scenario, alphabet }: Exploration, tile: ExploredOrder): void {
  void session.step.begin({ scenario, actors: null }, decodeOrder(tile.order, alphabet), true);
}
