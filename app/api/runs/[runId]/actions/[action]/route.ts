import { callerOf, ownRun } from "@/lib/api/caller";
import { jsonBody, query, refuseOthers, route } from "@/lib/api/http";
import { anyBody, noQuery } from "@/lib/api/schemas";

const act = route<{ runId: string; action: string }>(async (request, { runId, action }) => {
  const { run } = ownRun(runId, callerOf(request));
  query(request, noQuery);
  return Response.json(await run.act(action, await jsonBody(request, anyBody)));
});

export const { GET, PUT, PATCH, DELETE } = refuseOthers("POST");
export { act as POST };
