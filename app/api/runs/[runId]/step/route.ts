import { callerOf, ownRun } from "@/lib/api/caller";
import { jsonBody, refuseOthers, route } from "@/lib/api/http";
import { takeStep } from "@/lib/api/schemas";
import { crashOf, restartOf, TICK } from "@/lib/choices";
import { services } from "@/lib/run/accessor";

const view = route<{ runId: string }>(async (_request, { runId }) =>
  Response.json(await services().stepping.view(services().runs.get(runId).run.id)),
);

const step = route<{ runId: string }>(async (request, { runId }) => {
  const owned = ownRun(runId, callerOf(request));
  const { actor, tick, crash, restart, ...beginning } = await jsonBody(request, takeStep);
  const { stepping } = services();
  const choice = crash ? crashOf(crash) : restart ? restartOf(restart) : tick ? TICK : actor;
  if (choice !== undefined) return Response.json(await stepping.step(runId, choice));
  return Response.json(await stepping.begin(owned, beginning), { status: 201 });
});

export const { PUT, PATCH, DELETE } = refuseOthers("GET", "POST");
export { step as POST, view as GET };
