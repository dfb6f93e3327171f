/** Patterns as the API and the pages tell them: plain JSON, with JSON Schemas made from the zod schemas that check. */
import { z } from "zod";
import type { JsonSchema, ParamSpec, Params, Pattern, PatternDescription } from "../contract";
import { services } from "../run/accessor";
import { lessonFrontMatter } from "./lesson";

const described = new Map<string, PatternDescription>();

export function describePatterns(): PatternDescription[] {
  return services().catalogue.patterns.map(description);
}

export function describePattern(id: string): PatternDescription | null {
  const pattern = services().catalogue.patterns.find((candidate) => candidate.id === id);
  return pattern ? description(pattern) : null;
}

export function schemaOf(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return rest;
}

export function paramsSchema(params: readonly ParamSpec[]): JsonSchema {
  const properties = params.map(({ id, title, unit, min, max, step, default: initial }) => [
    id,
    {
      type: Number.isInteger(step) ? "integer" : "number",
      title,
      description: unit,
      minimum: min,
      maximum: max,
      default: initial,
    },
  ]);
  return { type: "object", additionalProperties: false, properties: Object.fromEntries(properties) };
}

function description(pattern: Pattern): PatternDescription {
  const known = described.get(pattern.id);
  if (known) return known;
  const fresh = describe(pattern);
  described.set(pattern.id, fresh);
  return fresh;
}

function describe(pattern: Pattern<Params>): PatternDescription {
  const { structure, useWhen, notWhen } = lessonFrontMatter(pattern.id);
  return {
    id: pattern.id,
    title: pattern.title,
    family: pattern.family,
    summary: pattern.summary,
    structure,
    useWhen,
    notWhen,
    variants: pattern.variants.map(({ id, title, summary, actions }) => ({
      id,
      title,
      summary,
      actions: pattern.actions
        .filter((spec) => spec.pulls || (spec.spread?.action ?? spec.id) in actions)
        .map((spec) => spec.id),
    })),
    params: [...pattern.params],
    paramsSchema: paramsSchema(pattern.params),
    actions: pattern.actions.map(({ id, title, summary, primary, actorField, body, result }) => ({
      id,
      title,
      summary,
      primary: primary ?? false,
      actorField: actorField ?? null,
      body: schemaOf(body),
      result: schemaOf(result),
    })),
    scenarios: pattern.scenarios.map(({ id, title, summary, expect, needs = null, race }) => ({
      id,
      title,
      summary,
      expect: { ...expect },
      needs,
      race: race
        ? {
            actors: Object.keys(race.actors),
            ticks: race.ticks ?? 0,
            crashes: [...(race.crashes ?? [])],
            restarts: [...(race.restarts ?? [])],
          }
        : null,
    })),
    faults: pattern.faults.map(({ id, title, summary, body, needs = null }) => ({
      id,
      title,
      summary,
      body: schemaOf(body),
      needs,
    })),
    invariant: pattern.invariant.text,
    trafficAction: pattern.trafficAction ?? null,
    nodes: pattern.nodes ?? 0,
    hasRows: pattern.rows !== undefined,
  };
}
