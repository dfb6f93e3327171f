/** A run as the API tells it to its owner and to others. */
import type { CreatedRun, RunView } from "../contract";
import { services } from "../run/accessor";
import type { Run } from "../run/run";
import type { OwnedRun } from "../run/service";
import type { Caller } from "./caller";

export function createdRun({ run, token }: OwnedRun): CreatedRun {
  return {
    runId: run.id,
    token,
    watchUrl: `/patterns/${run.pattern.id}?run=${run.id}`,
    pattern: run.pattern.id,
    variant: run.variant.id,
    params: run.params,
    seed: run.seed,
    ...(services().env.EXPOSE_RUN_REDIS ? { redis: urlsOf(run) } : {}),
  };
}

function urlsOf({ server, nodes }: Run): NonNullable<CreatedRun["redis"]> {
  return { url: server.url, ...(nodes ? { nodes: nodes.lab.servers.map(({ url }) => url) } : {}) };
}

/** @throws PlaygroundError 404 */
export function runView(id: string, { owner, bearer }: Caller): RunView {
  const owned = services().runs.get(id);
  return { ...owned.run.view(), owner: services().runs.mayAct(owned, owner, bearer) };
}

export function runList(
  owner: string | null,
): { runId: string; pattern: string; variant: string; createdAt: number }[] {
  if (owner === null) return [];
  return services()
    .runs.ofOwner(owner)
    .filter(({ role }) => role === "own")
    .map(({ run, createdAt }) => ({ runId: run.id, pattern: run.pattern.id, variant: run.variant.id, createdAt }));
}
