import { callerOf, ownOf } from "@/lib/api/caller";
import { comparisonView } from "@/lib/api/comparison-views";
import { refuseOthers, route } from "@/lib/api/http";
import { services } from "@/lib/run/accessor";

const view = route<{ comparisonId: string }>(async (request, { comparisonId }) =>
  Response.json(comparisonView(services().comparisons.get(comparisonId), callerOf(request))),
);

const remove = route<{ comparisonId: string }>(async (request, { comparisonId }) => {
  const { comparisons } = services();
  await comparisons.remove(ownOf(comparisons, "comparison", comparisonId, callerOf(request)));
  return new Response(null, { status: 204 });
});

export const { POST, PUT, PATCH } = refuseOthers("GET", "DELETE");
export { remove as DELETE, view as GET };
