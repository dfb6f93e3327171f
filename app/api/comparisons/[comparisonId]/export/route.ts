import { comparisonStream } from "@/lib/api/comparison-export";
import { query, refuseOthers, route } from "@/lib/api/http";
import { comparisonExportQuery } from "@/lib/api/schemas";
import { services } from "@/lib/run/accessor";

const csv = route<{ comparisonId: string }>(async (request, { comparisonId }) => {
  query(request, comparisonExportQuery);
  const comparison = services().comparisons.get(comparisonId);
  return new Response(comparisonStream(comparison), {
    headers: {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": `attachment; filename="comparison-${comparison.id.slice(0, 8)}.csv"`,
    },
  });
});

export const { POST, PUT, PATCH, DELETE } = refuseOthers("GET");
export { csv as GET };
