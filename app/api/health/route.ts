import { refuseOthers, route } from "@/lib/api/http";
import { services } from "@/lib/run/accessor";

const handler = route(async () => {
  const { env, runs, databases, version } = services();
  const { kind, version: databaseVersion } = await databases.engine();
  return Response.json({
    status: "ok",
    version,
    redis: { version: runs.redisVersion },
    database: { engine: kind, version: databaseVersion },
    clock: env.CLOCK_SHIM ? "virtual" : "fallback",
    runs: runs.liveCount,
  });
});

export const { POST, PUT, PATCH, DELETE } = refuseOthers("GET");
export { handler as GET };
