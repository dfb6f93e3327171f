/** All workloads of this server. An owner has one at a time. */
import { randomInt } from "node:crypto";
import { under } from "../comparison/request";
import { Shelf } from "../comparison/shelf";
import type { Params, Workload as WorkloadSettings } from "../contract";
import { PlaygroundError } from "../run/playground-error";
import type { PreparedRun, RunService } from "../run/service";
import { Workload } from "./workload";

export interface WorkloadRequest {
  strategies: readonly { pattern: string; variant: string; params?: Params | undefined }[];
  workload: WorkloadSettings;
  seed?: number | undefined;
}

export class WorkloadService extends Shelf<Workload> {
  constructor(runs: RunService) {
    super(runs, "workload");
  }

  /**
   * Opens all runs or none and starts the operations; the workload that the owner had is removed.
   * @throws PlaygroundError 400 or 409 for a bad request, 429 when the server is full, 503 without Redis or database
   */
  async open({ strategies, workload, seed = randomInt(2 ** 31) }: WorkloadRequest, owner: string): Promise<Workload> {
    const prepared = strategies.map((wanted, i) => this.prepare(wanted, seed, i));
    return this.put(owner, prepared, (id, runs) => new Workload({ id, owner, seed, workload, runs }));
  }

  private prepare(wanted: WorkloadRequest["strategies"][number], seed: number, i: number): PreparedRun {
    return under(`strategies.${i}`, () => {
      const prepared = this.runs.prepare({ ...wanted, seed });
      const { pattern, variant } = prepared;
      if (!pattern.rows)
        throw new PlaygroundError(400, "invalid", `pattern: "${pattern.id}" caches no rows`, { field: "pattern" });
      const wantedActions = [pattern.rows.read(1, 0), pattern.rows.write(1, 1, 0)].map(({ action }) => action);
      if (wantedActions.some((action) => !variant.actions[action]))
        throw new PlaygroundError(409, "not_in_variant", `variant: "${variant.title}" cannot read and write rows`, {
          field: "variant",
        });
      return prepared;
    });
  }
}
