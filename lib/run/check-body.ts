/** zod's answer, as an API error that names the field. */
import type { z } from "zod";
import { PlaygroundError } from "./playground-error";

/** @throws PlaygroundError 400 with the first field that is wrong */
export function checkBody<T extends z.ZodType>(schema: T, given: unknown): z.infer<T> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const unknownKey = issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const field = [...(issue?.path ?? []), ...(unknownKey ? [unknownKey] : [])].map(String).join(".");
  const message = unknownKey ? "is not a field of this request" : (issue?.message ?? "is invalid");
  throw new PlaygroundError(
    400,
    "invalid",
    field ? `${field.slice(0, 80)}: ${message}` : message,
    field ? { field: field.slice(0, 80) } : {},
  );
}
