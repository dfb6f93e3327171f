import { refuseOthers, route } from "@/lib/api/http";
import { services } from "@/lib/run/accessor";

const keys = route<{ runId: string }>(async (_request, { runId }) =>
  Response.json({ keys: await services().runs.get(runId).run.inspect() }),
);

export const { POST, PUT, PATCH, DELETE } = refuseOthers("GET");
export { keys as GET };
