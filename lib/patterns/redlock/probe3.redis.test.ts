import { it } from "vitest";
import { withServers } from "../../explore/testing";
import { RedisServer } from "../../redis/redis-server";

it(`x`, async () => {
  await withServers(async (settings) => {
    const s = await RedisServer.start(settings);
    for (let i = 0; i < 10; i++) {
      const t0 = performance.now();
      const c0 = process.cpuUsage();
      await s.die();
      const t1 = performance.now();
      await s.restart();
      const t2 = performance.now();
      const c = process.cpuUsage(c0);
      console.log("die", (t1 - t0).toFixed(1), "restart", (t2 - t1).toFixed(1), "cpu", (c.user + c.system) / 1000);
    }
    await s.stop();
  });
}, 200000);
