import { refuseOthers, route } from "@/lib/api/http";
import { sharedTrace } from "@/lib/api/shares";

const share = route<{ shareId: string }>(async (_, { shareId }) => sharedTrace(shareId));

export const { POST, PUT, PATCH, DELETE } = refuseOthers("GET");
export { share as GET };
