import { describePatterns } from "@/lib/api/describe";
import { refuseOthers, route } from "@/lib/api/http";

const handler = route(async () => Response.json(describePatterns()));

export const { POST, PUT, PATCH, DELETE } = refuseOthers("GET");
export { handler as GET };
