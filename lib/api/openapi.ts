/** /api/openapi.json: OpenAPI 3.1, made from the zod schemas that check the requests. */
import { z } from "zod";
import type { JsonSchema } from "../contract";
import { runEventSchema } from "../events";
import { services } from "../run/accessor";
import { paramsSchema, schemaOf } from "./describe";
import { anyBody, configureRun, createRun, playScenario, scenarioQuery, startTraffic, traceQuery } from "./schemas";

interface Operation {
  summary: string;
  body?: JsonSchema;
  query?: z.ZodObject;
  answers: Record<string, string>;
  /** Only the owner's cookie or the run's bearer token may. */
  owner?: true;
}

const REFUSALS: Record<string, string> = {
  400: "Invalid: wrong type, unknown field, out of bounds, broken JSON",
  403: "Not yours, a foreign Origin, or an unknown Host",
  404: "Unknown id",
  405: "Wrong method",
  409: "Wrong state, or not in this variant",
  413: "Body over 64 KB",
  429: "Too many runs; Retry-After says when to try again",
  503: "Redis is down",
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
        summary: "Run an action of the pattern",
        body: { oneOf: actions },
        owner: true,
        answers: { 200: "The pattern's result" },
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
        query: scenarioQuery,
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
        Object.entries(operation.answers).map(([status, description]) => [status, { description }]),
      ),
      ...Object.fromEntries(
        Object.entries(REFUSALS).map(([status, description]) => [
          status,
          { description, content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } } },
        ]),
      ),
    },
  };
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
