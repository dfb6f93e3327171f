import { callerOf, ownRun } from "@/lib/api/caller";
import { jsonBody, query, refuseOthers, route } from "@/lib/api/http";
import { playScenario, waitQuery } from "@/lib/api/schemas";

const play = route<{ runId: string; scenario: string }>(async (request, { runId, scenario }) => {
  const { run } = ownRun(runId, callerOf(request));
  const { wait } = query(request, waitQuery);
  const { pace } = await jsonBody(request, playScenario);
  const outcome = run.play(scenario, wait ? "fast" : (pace ?? "live"));
  if (wait) return Response.json(await outcome);
  // A refusal comes at once; what goes wrong later stands in the trace.
  await Promise.race([outcome, new Promise((resolve) => setTimeout(resolve, 50))]);
  outcome.catch(() => undefined);
  return Response.json({ scenario, status: "started" }, { status: 202 });
});

export const { GET, PUT, PATCH, DELETE } = refuseOthers("POST");
export { play as POST };
