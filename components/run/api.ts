/** Same-origin JSON calls. A refusal of the API becomes an `ApiFailure` with its code and sentence. */
import type { ApiError } from "@/lib/contract";

export class ApiFailure extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field: string | undefined,
  ) {
    super(message);
  }
}

const tokenKey = (runId: string) => `run-token:${runId}`;

/** The bearer token of a run that this tab made; the httpOnly cookie does the same for other tabs. */
export function keepToken(runId: string, token: string): void {
  sessionStorage.setItem(tokenKey(runId), token);
}

async function failure(response: Response): Promise<ApiFailure> {
  const body = (await response.json().catch(() => null)) as ApiError | null;
  const error = body?.error;
  const message = error?.message ?? `The server answered ${response.status}.`;
  return new ApiFailure(response.status, error?.code ?? "unknown", message, error?.field);
}

async function request(method: string, path: string, body?: unknown): Promise<Response> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  const runId = /^\/api\/runs\/([^/?]+)/.exec(path)?.[1];
  const token = runId === undefined ? null : sessionStorage.getItem(tokenKey(runId));
  if (token !== null) headers.authorization = `Bearer ${token}`;
  let response: Response;
  try {
    response = await fetch(path, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
  } catch {
    throw new ApiFailure(0, "unreachable", "The server did not answer. Is it still running?", undefined);
  }
  if (!response.ok) throw await failure(response);
  return response;
}

/** `T` is the contract's answer; the server and this client are built from the same types. */
export async function call<T>(method: "GET" | "POST" | "PATCH" | "DELETE", path: string, body?: unknown): Promise<T> {
  const response = await request(method, path, body);
  return (
    response.status === 204 || response.headers.get("content-length") === "0" ? null : await response.json()
  ) as T;
}

/** An answer that is read as it comes, with its header fields. */
export async function openStream(path: string): Promise<{ body: ReadableStream<Uint8Array>; headers: Headers }> {
  const { body, headers } = await request("GET", path);
  if (!body) throw new ApiFailure(0, "unreachable", "The server's answer was empty.", undefined);
  return { body, headers };
}

/** An NDJSON answer, one value a line. */
export async function callLines<T>(path: string): Promise<T[]> {
  const text = await (await request("GET", path)).text();
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}
