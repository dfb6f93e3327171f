import { actionAnswer } from "@/lib/api/action-answer";
import { callerOf, ownRun } from "@/lib/api/caller";
import { jsonBody, query, refuseOthers, route } from "@/lib/api/http";
import { actionQuery, anyBody } from "@/lib/api/schemas";

const act = route<{ runId: string; action: string }>(async (request, { runId, action }) => {
  const { run } = ownRun(runId, callerOf(request));
  const { http = false } = query(request, actionQuery);
  const value = await run.act(action, await jsonBody(request, anyBody));
  return actionAnswer(run, action, value, http);
});

export const { GET, PUT, PATCH, DELETE } = refuseOthers("POST");
export { act as POST };
