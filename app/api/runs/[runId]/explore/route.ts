import { callerOf, ownRun } from "@/lib/api/caller";
import { jsonBody, query, refuseOthers, route } from "@/lib/api/http";
import { exploreScenario, waitQuery } from "@/lib/api/schemas";
import { services } from "@/lib/run/accessor";

const view = route<{ runId: string }>(async (_request, { runId }) =>
  Response.json(services().explorations.get(services().runs.get(runId).run.id)),
);

const explore = route<{ runId: string }>(async (request, { runId }) => {
  const owned = ownRun(runId, callerOf(request));
  const { wait } = query(request, waitQuery);
  const { explorations } = services();
  const begun = await explorations.start(owned, await jsonBody(request, exploreScenario));
  if (wait) return Response.json(await explorations.finished(runId));
  return Response.json(begun, { status: 202 });
});

export const { PUT, PATCH, DELETE } = refuseOthers("GET", "POST");
export { explore as POST, view as GET };
