/** What every API route shares: bounded bodies, checked queries, answers as JSON, errors in one shape. */
import type { z } from "zod";
import type { ApiError } from "../contract";
import { checkBody } from "../run/check-body";
import { isPlaygroundError, PlaygroundError } from "../run/playground-error";

const MAX_BODY_BYTES = 64 * 1024;
const MAX_DEPTH = 16;

type Handler<P> = (request: Request, params: P) => Promise<Response>;
type NextHandler<P = unknown> = (request: Request, context: { params: Promise<P> }) => Promise<Response>;

/** Wraps a handler: what it throws becomes the API's error; anything unforeseen is logged here and told as 503, without a stack. */
export function route<P = unknown>(handler: Handler<P>): NextHandler<P> {
  return async (request, context) => {
    try {
      return await handler(request, await context.params);
    } catch (error) {
      return errorResponse(error);
    }
  };
}

/** Answers for the methods that a path does not have. */
export function refuseOthers(...allowed: string[]): Record<"GET" | "POST" | "PUT" | "PATCH" | "DELETE", NextHandler> {
  const refuse: NextHandler = async (request) =>
    errorResponse(
      new PlaygroundError(
        405,
        "method_not_allowed",
        `${request.method} is not possible here; use ${allowed.join(" or ")}.`,
      ),
      {
        Allow: allowed.join(", "),
      },
    );
  return { GET: refuse, POST: refuse, PUT: refuse, PATCH: refuse, DELETE: refuse };
}

function errorResponse(error: unknown, headers: Record<string, string> = {}): Response {
  const known = isPlaygroundError(error)
    ? error
    : new PlaygroundError(503, "internal", "Something went wrong in the server; its log says what.");
  if (known !== error) console.error(error);
  const { field, retryAfterSeconds } = known.details;
  const body: ApiError = { error: { code: known.code, message: known.message, ...(field ? { field } : {}) } };
  return Response.json(body, {
    status: known.status,
    headers: { ...(retryAfterSeconds ? { "Retry-After": String(retryAfterSeconds) } : {}), ...headers },
  });
}

/** The JSON body, at most 64 KB. An absent body counts as `{}`. @throws PlaygroundError 400 or 413 */
export async function jsonBody<T extends z.ZodType>(request: Request, schema: T): Promise<z.infer<T>> {
  const text = await boundedText(request);
  if (text.trim() === "") return checkBody(schema, {});
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    throw new PlaygroundError(400, "invalid_json", "The body is not JSON.");
  }
  if (!isShallow(given)) throw new PlaygroundError(400, "invalid", `A body may nest ${MAX_DEPTH} levels at most.`);
  return checkBody(schema, given);
}

/** Level by level, not by recursion: whoever nests 30,000 brackets is after our stack. */
function isShallow(given: unknown): boolean {
  let level: unknown[] = [given];
  for (let depth = 0; depth <= MAX_DEPTH; depth++) {
    level = level.flatMap((value) => (typeof value === "object" && value !== null ? Object.values(value) : []));
    if (level.length === 0) return true;
  }
  return false;
}

async function boundedText(request: Request): Promise<string> {
  const tooLarge = () => new PlaygroundError(413, "too_large", `A body may have ${MAX_BODY_BYTES / 1024} KB at most.`);
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = request.body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    bytes += part.value.byteLength;
    if (bytes > MAX_BODY_BYTES) {
      await reader?.cancel();
      throw tooLarge();
    }
    chunks.push(part.value);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** The query, with unknown names refused. @throws PlaygroundError 400 */
export function query<T extends z.ZodType>(request: Request, schema: T): z.infer<T> {
  return checkBody(schema, Object.fromEntries(new URL(request.url).searchParams));
}
