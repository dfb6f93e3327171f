/** All comparisons of this server. An owner has one at a time. */
import { randomInt } from "node:crypto";
import type { RunService } from "../run/service";
import { Comparison } from "./comparison";
import { type ComparisonRequest, prepareLimiters } from "./request";
import { clientNames } from "./schedule";
import { Shelf } from "./shelf";

export class ComparisonService extends Shelf<Comparison> {
  constructor(runs: RunService) {
    super(runs, "comparison");
  }

  /**
   * Opens all runs or none and starts the arrivals; the comparison that the owner had is removed.
   * @throws PlaygroundError 400 or 409 for a bad request, 429 when the server is full, 503 without Redis
   */
  async open(request: ComparisonRequest, owner: string): Promise<Comparison> {
    const { arrivals } = request;
    const seed = request.seed ?? randomInt(2 ** 31);
    const limiters = prepareLimiters(request, seed, clientNames(arrivals.clients), this.runs);
    const calls = limiters.map((limiter) => limiter.calls);
    return this.put(
      owner,
      limiters.map(({ run }) => run),
      (id, runs) => new Comparison({ id, owner, seed, arrivals, runs, calls }),
    );
  }
}
