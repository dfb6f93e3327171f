/** The environment, checked once at boot. A bad value stops the boot and names its variable. */
import { homedir, tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { z } from "zod";

const wholeNumber = (min: number, max: number) =>
  z.string().regex(/^\d+$/, "must be a whole number").transform(Number).pipe(z.number().min(min).max(max));
const flag = z.enum(["0", "1"]).transform((value) => value === "1");
const list = z.string().transform((value) =>
  value
    .split(",")
    .map((entry) => entry.trim().toLowerCase())
    .filter(Boolean),
);

/** Where the system wants data of its users that outlives a reboot (XDG base directories). */
function dataHome(): string {
  const given = process.env.XDG_DATA_HOME ?? "";
  return isAbsolute(given) ? given : join(homedir(), ".local", "share");
}

const schema = z.object({
  NODE_ENV: z.enum(["development", "production", "test"]).default("production"),
  /** TCP port of the one server; 0 takes a free one. */
  PORT: wholeNumber(0, 65_535).default(3000),
  HOST: z.string().min(1).default("127.0.0.1"),
  /** More names (host or host:port) under which the server may be reached, comma separated. */
  ALLOWED_HOSTS: list.default([]),
  REDIS_SERVER_BIN: z.string().min(1).default("redis-server"),
  /** Path of the compiled clock shim; empty: no virtual clock. Set by the bootstrap. */
  CLOCK_SHIM: z.string().default(""),
  /** PostgreSQL server to use; empty: an embedded one. Schemas are made and dropped there, nothing else. */
  DATABASE_URL: z
    .union([z.literal(""), z.url({ protocol: /^postgres(ql)?$/, error: "must be a postgres:// URL" })])
    .default(""),
  /** Prepared directory of the embedded PostgreSQL, copied at each start; empty: made anew, which takes seconds. Set by the bootstrap. */
  DATABASE_TEMPLATE: z.string().default(""),
  RUNS_PER_OWNER: wholeNumber(1, 1000).default(4),
  RUNS_PER_SERVER: wholeNumber(1, 1000).default(40),
  /** redis-server processes kept started ahead of need. */
  WARM_SERVERS: wholeNumber(0, 20).default(2),
  RUN_IDLE_MINUTES: wholeNumber(1, 1440).default(15),
  /** How long the trace of an ended run stays readable. */
  TRACE_KEPT_MINUTES: wholeNumber(0, 1440).default(30),
  TRACE_MAX_EVENTS: wholeNumber(10_000, 5_000_000).default(200_000),
  TRACE_MAX_MB: wholeNumber(1, 1024).default(64),
  /** `maxmemory` of a run's Redis. */
  RUN_REDIS_MAX_MB: wholeNumber(2, 4096).default(32),
  /** Where working files of redis-server processes go, in a directory of mode 0700 per server. */
  WORK_DIR: z
    .string()
    .min(1)
    .default(join(tmpdir(), `redis-patterns-playground-${process.getuid?.() ?? "user"}`)),
  /** Where shared replays are kept, in a directory of mode 0700. */
  DATA_DIR: z.string().min(1).default(join(dataHome(), "redis-patterns-playground")),
  /** Answers of POST /api/runs carry the URL of the run's Redis. Development and tests only: who has it owns that Redis. */
  EXPOSE_RUN_REDIS: flag.default(false),
  /** stdin is a pipe from the bootstrap: when it ends, the server ends. */
  PLAYGROUND_PARENT_PIPE: flag.default(false),
});

export type Env = z.infer<typeof schema>;

/** @throws Error with one line per bad variable. */
export function readEnv(source: Record<string, string | undefined> = process.env): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = schema.safeParse({ ...given, ...(source.CLOCK_SHIM === "" ? { CLOCK_SHIM: "" } : {}) });
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    // It may hold a password.
    const given = name === "DATABASE_URL" ? name : `${name}=${source[name]}`;
    return `  ${given}: ${issue.message}`;
  });
  throw new Error(`These settings cannot be used:\n${lines.join("\n")}`);
}
