import { callerOf, ownOf } from "@/lib/api/caller";
import { refuseOthers, route } from "@/lib/api/http";
import { workloadView } from "@/lib/api/workload-views";
import { services } from "@/lib/run/accessor";

const view = route<{ workloadId: string }>(async (request, { workloadId }) =>
  Response.json(workloadView(services().workloads.get(workloadId), callerOf(request))),
);

const remove = route<{ workloadId: string }>(async (request, { workloadId }) => {
  const { workloads } = services();
  await workloads.remove(ownOf(workloads, "workload", workloadId, callerOf(request)));
  return new Response(null, { status: 204 });
});

export const { POST, PUT, PATCH } = refuseOthers("GET", "DELETE");
export { remove as DELETE, view as GET };
