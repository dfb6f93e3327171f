import { route } from "@/lib/api/http";
import { PlaygroundError } from "@/lib/run/playground-error";

const nothing = route(async () => {
  throw new PlaygroundError(404, "not_found", "There is nothing at this address; see /api/openapi.json.");
});

export { nothing as DELETE, nothing as GET, nothing as PATCH, nothing as POST, nothing as PUT };
