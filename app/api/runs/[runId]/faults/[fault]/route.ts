import { callerOf, ownRun } from "@/lib/api/caller";
import { jsonBody, refuseOthers, route } from "@/lib/api/http";
import { anyBody } from "@/lib/api/schemas";

const pull = route<{ runId: string; fault: string }>(async (request, { runId, fault }) => {
  const { run } = ownRun(runId, callerOf(request));
  return Response.json({ fault, text: await run.pullFault(fault, await jsonBody(request, anyBody), "person") });
});

export const { GET, PUT, PATCH, DELETE } = refuseOthers("POST");
export { pull as POST };
