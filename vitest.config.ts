/** Two projects: `unit` needs nothing but Node, `redis` starts real redis-servers (REDIS_SERVER_BIN, CLOCK_SHIM). */
import { defineConfig } from "vitest/config";

const roots = "{app,components,lib,server}";
const shared = {
  resolve: { alias: { "@": import.meta.dirname } },
  oxc: { jsx: { runtime: "automatic" as const } },
};

export default defineConfig({
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: "unit",
          include: [`${roots}/**/*.test.{ts,tsx}`],
          exclude: ["**/*.redis.test.ts"],
          environment: "node",
        },
      },
      {
        ...shared,
        test: {
          name: "redis",
          include: [`${roots}/**/*.redis.test.ts`],
          environment: "node",
          // Each file starts servers of its own; more files at once would only wait for each other's CPU.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          // On a shared machine a wait can be starved; npm test names at its end what needed the second try.
          retry: 1,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
