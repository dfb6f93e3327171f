/** A body's JSON Schema as a list of form fields, and what was typed as a body. */
import type { JsonSchema } from "@/lib/contract";
import type { WireValue } from "@/lib/events";

export interface BodyField {
  name: string;
  kind: "number" | "text" | "choice" | "flag";
  options: string[];
  min: number | undefined;
  max: number | undefined;
  initial: string;
  required: boolean;
}

const object = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
const number = (value: unknown): number | undefined =>
  typeof value === "number" && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined;

/** A number without a default starts at this many, kept within its bounds: of ms, enough to be seen. */
const SEEN = 4000;

export function bodyFields(schema: JsonSchema, without: readonly string[] = []): BodyField[] {
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(object(schema.properties))
    .filter(([name]) => !without.includes(name))
    .map(([name, value]) => {
      const property = object(value);
      const options = Array.isArray(property.enum) ? property.enum.map(String) : [];
      const kind = options.length
        ? "choice"
        : property.type === "integer" || property.type === "number"
          ? "number"
          : property.type === "boolean"
            ? "flag"
            : "text";
      const min = number(property.minimum);
      const max = number(property.maximum);
      const fallback = kind === "number" ? String(Math.min(max ?? SEEN, Math.max(min ?? 0, SEEN))) : (options[0] ?? "");
      const [example] = Array.isArray(property.examples) ? property.examples : [];
      const initial = String(property.default ?? example ?? fallback);
      return { name, kind, options, min, max, initial, required: required.includes(name) };
    });
}

export const propertyOf = ({ properties }: JsonSchema, name: string): Record<string, unknown> =>
  object(object(properties)[name]);

/** An empty field that is not required is left out; the server says what is wrong with the rest. */
export function bodyOf(
  fields: readonly BodyField[],
  typed: Readonly<Record<string, string>>,
): Record<string, WireValue> {
  const body: Record<string, WireValue> = {};
  for (const { name, kind, initial, required } of fields) {
    const text = typed[name] ?? initial;
    if (text === "" && !required) continue;
    if (kind === "number") body[name] = text.trim() === "" || !Number.isFinite(Number(text)) ? text : Number(text);
    else body[name] = kind === "flag" ? text === "true" : text;
  }
  return body;
}

/** databaseMs → "database ms", fencingToken → "fencing token". */
export function fieldTitle(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
}
