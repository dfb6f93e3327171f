import { callerOf, ownRun } from "@/lib/api/caller";
import { jsonBody, refuseOthers, route } from "@/lib/api/http";
import { runView } from "@/lib/api/run-views";
import { configureRun } from "@/lib/api/schemas";
import { services } from "@/lib/run/accessor";
import { checkParams, findVariant } from "@/lib/run/service";

const view = route<{ runId: string }>(async (request, { runId }) => Response.json(runView(runId, callerOf(request))));

const configure = route<{ runId: string }>(async (request, { runId }) => {
  const { run } = ownRun(runId, callerOf(request));
  const { variant, params } = await jsonBody(request, configureRun);
  await run.configure({
    variant: variant === undefined ? undefined : findVariant(run.pattern, variant),
    params: params && checkParams(run.pattern, params, run.params),
  });
  return Response.json(runView(runId, callerOf(request)));
});

const remove = route<{ runId: string }>(async (request, { runId }) => {
  await services().runs.remove(ownRun(runId, callerOf(request)));
  return new Response(null, { status: 204 });
});

export const { POST, PUT } = refuseOthers("GET", "PATCH", "DELETE");
export { configure as PATCH, remove as DELETE, view as GET };
