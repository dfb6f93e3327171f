import { query, refuseOthers, route } from "@/lib/api/http";
import { traceQuery } from "@/lib/api/schemas";
import { traceStream } from "@/lib/api/trace-export";
import { services } from "@/lib/run/accessor";

const trace = route<{ runId: string }>(async (request, { runId }) => {
  const { format, from, to } = query(request, traceQuery);
  const { run } = services().runs.get(runId);
  const last = run.trace.log.lastSeq;
  return new Response(traceStream(run, Math.max(1, from ?? 1), Math.min(to ?? last, last), format), {
    headers: {
      "Content-Type": format === "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson; charset=utf-8",
      ...(format === "csv" ? { "Content-Disposition": `attachment; filename="${run.pattern.id}-trace.csv"` } : {}),
    },
  });
});

export const { POST, PUT, PATCH, DELETE } = refuseOthers("GET");
export { trace as GET };
