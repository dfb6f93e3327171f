import { callerOf, ownRun } from "@/lib/api/caller";
import { jsonBody, refuseOthers, route } from "@/lib/api/http";
import { shareRun } from "@/lib/api/schemas";
import { createShare } from "@/lib/api/shares";

const share = route<{ runId: string }>(async (request, { runId }) => {
  const { run } = ownRun(runId, callerOf(request));
  await jsonBody(request, shareRun);
  return Response.json(await createShare(run), { status: 201 });
});

export const { GET, PUT, PATCH, DELETE } = refuseOthers("POST");
export { share as POST };
