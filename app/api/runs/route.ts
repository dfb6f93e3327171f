import { callerOf, ownerOf } from "@/lib/api/caller";
import { jsonBody, refuseOthers, route } from "@/lib/api/http";
import { createdRun, runList } from "@/lib/api/run-views";
import { createRun } from "@/lib/api/schemas";
import { services } from "@/lib/run/accessor";

const list = route(async (request) => Response.json({ runs: runList(callerOf(request).owner) }));

const create = route(async (request) => {
  const wanted = await jsonBody(request, createRun);
  const { owner, headers } = ownerOf(request);
  const owned = await services().runs.open(wanted, owner);
  return Response.json(createdRun(owned), { status: 201, headers });
});

export const { PUT, PATCH, DELETE } = refuseOthers("GET", "POST");
export { create as POST, list as GET };
