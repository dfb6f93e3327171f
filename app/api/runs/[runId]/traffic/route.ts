import { callerOf, ownRun } from "@/lib/api/caller";
import { jsonBody, refuseOthers, route } from "@/lib/api/http";
import { startTraffic } from "@/lib/api/schemas";

const start = route<{ runId: string }>(async (request, { runId }) => {
  const { run } = ownRun(runId, callerOf(request));
  const { action, body, ...wanted } = await jsonBody(request, startTraffic);
  run.mustBeIdle();
  run.traffic.start({ ...wanted, ...run.desk.trafficCall(wanted.client, action, body ?? {}) });
  return Response.json({ traffic: run.traffic.list() });
});

export const { GET, PUT, PATCH, DELETE } = refuseOthers("POST");
export { start as POST };
