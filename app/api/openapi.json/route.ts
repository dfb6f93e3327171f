import { refuseOthers, route } from "@/lib/api/http";
import { openApiDocument } from "@/lib/api/openapi";

const handler = route(async () => Response.json(openApiDocument()));

export const { POST, PUT, PATCH, DELETE } = refuseOthers("GET");
export { handler as GET };
