/** /api/openapi.json: OpenAPI 3.1, made from the zod schemas that check the requests. */
import { z } from "zod";
import type { JsonSchema } from "../contract";
import { runEventSchema } from "../events";
import { services } from "../run/accessor";
import { paramsSchema, schemaOf } from "./describe";
import {
  actionQuery,
  anyBody,
  comparisonExportQuery,
  configureRun,
  createComparison,
  createRun,
  createWorkload,
  exploreScenario,
  noBody,
  playScenario,
  shareRun,
  startTraffic,
  takeStep,
  traceQuery,
  waitQuery,
} from "./schemas";

interface Operation {
  summary: string;
  body?: JsonSchema;
  query?: z.ZodObject;
  answers: Record<string, string>;
  /** Header fields of the answers, by status. */
  headers?: Record<string, Record<string, string>>;
  /** Only the owner's cookie or the run's bearer token may. */
  owner?: true;
}

const DRAFT = "draft-ietf-httpapi-ratelimit-headers-11";

const REFUSALS: Record<string, string> = {
  400: "Invalid: wrong type, unknown field, out of bounds, broken JSON",
  403: "Not yours, a foreign Origin, or an unknown Host",
  404: "Unknown id",
  405: "Wrong method",
  409: "Wrong state, or not in this variant",
  413: "Body over 64 KB",
  429: "Too many runs; Retry-After says when to try again",
  503: "Redis or the database is down",
};

const QUOTA_FIELDS: Record<string, string> = {
  "RateLimit-Policy": `The quota: "default";q=units;w=seconds. Of actions that take from a quota (${DRAFT}); w is left out when unknown`,
  RateLimit: `What is left of it: "default";r=units;t=seconds. Left out when the variant does not know (${DRAFT})`,
};

function operations(): Record<string, Record<string, Operation>> {
  const { patterns } = services().catalogue;
  const actions = patterns.flatMap(({ id, actions: specs }) =>
    specs.map((spec) => ({ ...schemaOf(spec.body), title: `${id}: ${spec.id}` })),
  );
  const faults = patterns.flatMap(({ id, faults: specs }) =>
    specs.map((spec) => ({ ...schemaOf(spec.body), title: `${id}: ${spec.id}` })),
  );
  return {
    "/api/health": {
      get: { summary: "Is it up, and on what", answers: { 200: "Status, versions, clock, number of runs" } },
    },
    "/api/patterns": {
      get: {
        summary: "All patterns",
        answers: { 200: "Patterns with variants, parameters, actions, scenarios and faults" },
      },
    },
    "/api/patterns/{id}/source": {
      get: { summary: "The files that run", answers: { 200: "Files with text and sha256" } },
    },
    "/api/runs": {
      get: { summary: "Your own live runs", answers: { 200: "Runs of the owner cookie" } },
      post: {
        summary: "Open a run: a Redis of its own",
        body: { ...schemaOf(createRun), examples: patterns.map(({ id }) => ({ pattern: id })) },
        answers: { 201: "Run id, bearer token, parameters, seed; sets the owner cookie" },
      },
    },
    "/api/runs/{runId}": {
      get: { summary: "Status, actors, verdict, metrics", answers: { 200: "The run" } },
      patch: {
        summary: "Another variant (starts afresh) or other parameters (keys stay)",
        body: schemaOf(configureRun),
        owner: true,
        answers: { 200: "The run" },
      },
      delete: { summary: "End the run and forget it", owner: true, answers: { 204: "Process gone, nothing left" } },
    },
    "/api/runs/{runId}/actions/{action}": {
      post: {
        summary: "Run an action of the pattern; with http=true a denial is a 429, otherwise 200 with allowed: false",
        body: { oneOf: actions },
        query: actionQuery,
        owner: true,
        answers: { 200: "The pattern's result", 429: "A denial, with http=true: the same result" },
        headers: {
          200: QUOTA_FIELDS,
          429: { ...QUOTA_FIELDS, "Retry-After": "Whole seconds, rounded up; left out when the variant does not know" },
        },
      },
    },
    "/api/runs/{runId}/traffic": {
      post: {
        summary: "Start or replace (seconds 0: stop) a client's traffic",
        body: schemaOf(startTraffic),
        owner: true,
        answers: { 200: "What is running" },
      },
    },
    "/api/runs/{runId}/scenarios/{scenario}": {
      post: {
        summary: "Play a scenario; wait=true plays it fast and answers the verdict",
        body: schemaOf(playScenario),
        query: waitQuery,
        owner: true,
        answers: { 200: "Verdict and metrics (wait=true)", 202: "Started" },
      },
    },
    "/api/runs/{runId}/faults/{fault}": {
      post: {
        summary: "Break something for real",
        body: { oneOf: [...faults, schemaOf(anyBody)] },
        owner: true,
        answers: { 200: "What was done" },
      },
    },
    "/api/runs/{runId}/keys": {
      get: { summary: "The keys now: type, value, PTTL, memory", answers: { 200: "Keys (first 200)" } },
    },
    "/api/runs/{runId}/trace": {
      get: { summary: "The trace, one event a line", query: traceQuery, answers: { 200: "NDJSON or CSV" } },
    },
    "/api/runs/{runId}/step": {
      get: { summary: "How the stepped run of this id, or beside this live run, stands", answers: { 200: "StepView" } },
      post: {
        summary:
          "Begin to step a race (scenario, or actors with their actions; schedule: steps to take at once), on a run of its own; or take one step: actor, tick, crash, restart (of a node)",
        body: schemaOf(takeStep),
        owner: true,
        answers: { 200: "StepView after the step", 201: "StepView of the stepped run" },
      },
    },
    "/api/runs/{runId}/undo": {
      post: {
        summary: "Take back the last step: those before it run again on an emptied Redis",
        body: schemaOf(noBody),
        owner: true,
        answers: { 200: "StepView" },
      },
    },
    "/api/runs/{runId}/explore": {
      get: { summary: "The run's latest exploration", answers: { 200: "The exploration, and every order run so far" } },
      post: {
        summary: "Run every order of a race's steps on real Redis; wait=true answers when it is over",
        body: schemaOf(exploreScenario),
        query: waitQuery,
        owner: true,
        answers: {
          200: "schedules, complete, violating, shortest, ms (wait=true)",
          202: "Begun: explore:progress tells watchers of the run",
        },
      },
    },
    "/api/runs/{runId}/explore/cancel": {
      post: {
        summary: "Stop exploring; what was found stays",
        body: schemaOf(noBody),
        owner: true,
        answers: { 200: "The exploration" },
      },
    },
    "/api/runs/{runId}/share": {
      post: {
        summary: "Keep the trace as it is now for 7 days, at most 5 MB compressed",
        body: schemaOf(shareRun),
        owner: true,
        answers: {
          201: "shareId, url of the page that replays it, expiresAt, bytes",
          413: "More than 5 MB compressed",
        },
      },
    },
    "/api/shares/{shareId}": {
      get: {
        summary: "A kept trace, one event a line: the id is all one needs",
        answers: { 200: "NDJSON as text/plain", 404: "Unknown, or its 7 days are over" },
        headers: { 200: { Sunset: "When it goes (RFC 8594)" } },
      },
    },
    "/api/comparisons": {
      post: {
        summary:
          "Open 2 to 5 runs that one seeded schedule of arrivals asks at the same instants; your earlier comparison goes, with its runs. wait=true answers when it is over",
        body: schemaOf(createComparison),
        query: waitQuery,
        answers: {
          200: "The comparison when it is over (wait=true); sets the owner cookie",
          201: "Comparison id, seed, and the runs as POST /api/runs tells them; sets the owner cookie",
        },
      },
    },
    "/api/comparisons/{comparisonId}": {
      get: {
        summary: "How far it is, and of each limiter its totals, p50 and p99, commands, bytes and verdict",
        answers: { 200: "The comparison, with the arrivals on which the limiters disagreed (first 200)" },
      },
      delete: { summary: "End the comparison and its runs", owner: true, answers: { 204: "Gone, runs included" } },
    },
    "/api/workloads": {
      post: {
        summary:
          "Open 2 to 5 runs of caching strategies that get the same seeded reads and writes (rows by Zipf's law) at the same instants; your earlier workload goes, with its runs. wait=true answers when it is over",
        body: schemaOf(createWorkload),
        query: waitQuery,
        answers: {
          200: "The workload when it is over (wait=true); sets the owner cookie",
          201: "Workload id, seed, and the runs as POST /api/runs tells them; sets the owner cookie",
        },
      },
    },
    "/api/workloads/{workloadId}": {
      get: {
        summary:
          "How far it is, and of each strategy hits, queries, staleness, latencies and lost writes, in all and by time",
        answers: { 200: "The workload" },
      },
      delete: { summary: "End the workload and its runs", owner: true, answers: { 204: "Gone, runs included" } },
    },
    "/api/comparisons/{comparisonId}/export": {
      get: {
        summary: "One line per arrival that all have answered: y admitted, n denied, x no answer",
        query: comparisonExportQuery,
        answers: { 200: "CSV" },
      },
    },
  };
}

function document(path: string, operation: Operation): JsonSchema {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  const inQuery = Object.entries(operation.query?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: "query",
    required: false,
    schema: schemaOf(schema as z.ZodType),
  }));
  return {
    summary: operation.summary,
    parameters: [...inPath, ...inQuery],
    ...(operation.owner ? { security: [{ owner: [] }, { token: [] }] } : {}),
    ...(operation.body ? { requestBody: { content: { "application/json": { schema: operation.body } } } } : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(REFUSALS).map(([status, description]) => [
          status,
          { description, content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } } },
        ]),
      ),
      ...Object.fromEntries(
        Object.entries(operation.answers).map(([status, description]) => [
          status,
          { description, ...describeHeaders(operation.headers?.[status]) },
        ]),
      ),
    },
  };
}

function describeHeaders(fields: Record<string, string> | undefined): JsonSchema {
  if (!fields) return {};
  const described = Object.entries(fields).map(([name, description]) => [
    name,
    { description, schema: { type: "string" } },
  ]);
  return { headers: Object.fromEntries(described) };
}

export function openApiDocument(): JsonSchema {
  const paths = Object.entries(operations()).map(([path, methods]) => [
    path,
    Object.fromEntries(Object.entries(methods).map(([method, operation]) => [method, document(path, operation)])),
  ]);
  const { version, catalogue } = services();
  const error = z.strictObject({
    error: z.strictObject({ code: z.string(), message: z.string(), field: z.string().optional() }),
  });
  return {
    openapi: "3.1.0",
    info: {
      title: "Redis Patterns Playground",
      version,
      description: "Runs of Redis patterns, each on a Redis of its own.",
    },
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: {
        owner: { type: "apiKey", in: "cookie", name: "owner" },
        token: { type: "http", scheme: "bearer" },
      },
      schemas: {
        Error: schemaOf(error),
        RunEvent: schemaOf(runEventSchema),
        ...Object.fromEntries(catalogue.patterns.map(({ id, params }) => [`params-${id}`, paramsSchema(params)])),
      },
    },
  };
}
