import { ownerOf } from "@/lib/api/caller";
import { comparisonView, createdComparison } from "@/lib/api/comparison-views";
import { jsonBody, query, refuseOthers, route } from "@/lib/api/http";
import { createComparison, waitQuery } from "@/lib/api/schemas";
import { services } from "@/lib/run/accessor";

const create = route(async (request) => {
  const { wait } = query(request, waitQuery);
  const wanted = await jsonBody(request, createComparison);
  const { owner, headers } = ownerOf(request);
  const comparison = await services().comparisons.open(wanted, owner);
  if (!wait) return Response.json(createdComparison(comparison), { status: 201, headers });
  await comparison.over;
  return Response.json(comparisonView(comparison, { owner, bearer: null }), { headers });
});

export const { GET, PUT, PATCH, DELETE } = refuseOthers("POST");
export { create as POST };
