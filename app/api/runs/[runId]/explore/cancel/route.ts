import { callerOf, ownRun } from "@/lib/api/caller";
import { jsonBody, refuseOthers, route } from "@/lib/api/http";
import { noBody } from "@/lib/api/schemas";
import { services } from "@/lib/run/accessor";

const cancel = route<{ runId: string }>(async (request, { runId }) => {
  ownRun(runId, callerOf(request));
  await jsonBody(request, noBody);
  return Response.json(await services().explorations.cancel(runId));
});

export const { GET, PUT, PATCH, DELETE } = refuseOthers("POST");
export { cancel as POST };
