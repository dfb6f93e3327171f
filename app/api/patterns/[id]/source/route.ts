import { refuseOthers, route } from "@/lib/api/http";
import { sourceFiles } from "@/lib/api/source";
import { unknownThing } from "@/lib/run/playground-error";

const handler = route<{ id: string }>(async (_request, { id }) => {
  const files = sourceFiles(id);
  if (files.length === 0) throw unknownThing("pattern", id);
  return Response.json({ files });
});

export const { POST, PUT, PATCH, DELETE } = refuseOthers("GET");
export { handler as GET };
