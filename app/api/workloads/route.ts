import { ownerOf } from "@/lib/api/caller";
import { jsonBody, query, refuseOthers, route } from "@/lib/api/http";
import { createWorkload, waitQuery } from "@/lib/api/schemas";
import { createdWorkload, workloadView } from "@/lib/api/workload-views";
import { services } from "@/lib/run/accessor";

const create = route(async (request) => {
  const { wait } = query(request, waitQuery);
  const wanted = await jsonBody(request, createWorkload);
  const { owner, headers } = ownerOf(request);
  const workload = await services().workloads.open(wanted, owner);
  if (!wait) return Response.json(createdWorkload(workload), { status: 201, headers });
  await workload.over;
  return Response.json(workloadView(workload, { owner, bearer: null }), { headers });
});

export const { GET, PUT, PATCH, DELETE } = refuseOthers("POST");
export { create as POST };
