/** A workload as the API tells it to its owner and to others. */
import type { CreatedWorkload, WorkloadView } from "../contract";
import { services } from "../run/accessor";
import type { Workload } from "../workload/workload";
import type { Caller } from "./caller";
import { createdRun } from "./run-views";

export function createdWorkload({ id, seed, workload, runs }: Workload): CreatedWorkload {
  return { workloadId: id, seed, workload, runs: runs.map(createdRun) };
}

/** @param caller who asks */
export function workloadView(workload: Workload, caller: Caller): WorkloadView {
  return { ...workload.view(), owner: services().workloads.mayAct(workload, caller.owner, caller.bearer) };
}
