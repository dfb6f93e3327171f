/**
 * The one door from API routes and pages to what the server process owns. Next bundles `app/` apart from the server, so a
 * module-level singleton would exist twice; a symbol on globalThis exists once per process.
 */
import type { ComparisonService } from "../comparison/service";
import type { Databases } from "../database/databases";
import type { Env } from "../env";
import type { ExploreService } from "../explore/service";
import type { SteppingService } from "../explore/stepping";
import type { ShareStore } from "../share/share-store";
import type { WorkloadService } from "../workload/service";
import type { Catalogue, RunService } from "./service";

export interface Services {
  env: Env;
  runs: RunService;
  databases: Databases;
  comparisons: ComparisonService;
  workloads: WorkloadService;
  stepping: SteppingService;
  explorations: ExploreService;
  shares: ShareStore;
  catalogue: Catalogue;
  /** Version of the product, from package.json. */
  version: string;
}

const KEY = Symbol.for("redis-patterns-playground.services");
type Holder = { [KEY]?: Services };

export function provideServices(services: Services): void {
  (globalThis as Holder)[KEY] = services;
}

/** @throws Error outside the server process: pages and routes only work behind `server/index.ts`. */
export function services(): Services {
  const held = (globalThis as Holder)[KEY];
  if (!held) throw new Error("The run service is not here: start the product with `npm start` or `npm run dev`.");
  return held;
}
