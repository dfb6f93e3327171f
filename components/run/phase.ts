/** How a visit stands: no run yet, a run, or why there is none. */
import type { CreatedRun } from "@/lib/contract";
import { ApiFailure, call, keepToken } from "./api";
import type { UrlState } from "./url-state";

export interface ListedRun {
  runId: string;
  pattern: string;
  variant: string;
  createdAt: string | number;
}

export type Phase =
  | { kind: "opening" }
  | { kind: "reading" }
  | { kind: "open" }
  | { kind: "gone" }
  | { kind: "share-gone" }
  | { kind: "limit"; message: string; runs: ListedRun[] }
  | { kind: "failed"; message: string };

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Makes a run as the address wishes it. */
export async function createRun(pattern: string, { variant, params, seed }: UrlState): Promise<string> {
  const created = await call<CreatedRun>("POST", "/api/runs", {
    pattern,
    ...(variant === null ? {} : { variant }),
    ...(Object.keys(params).length ? { params } : {}),
    ...(seed === null ? {} : { seed }),
  });
  keepToken(created.runId, created.token);
  return created.runId;
}

/** What to show when a run could not be opened. */
export async function phaseAfter(error: unknown): Promise<Phase> {
  if (error instanceof ApiFailure && error.status === 404) return { kind: "gone" };
  if (error instanceof ApiFailure && error.status === 429) {
    const list = await call<{ runs: ListedRun[] }>("GET", "/api/runs").catch(() => ({ runs: [] }));
    return { kind: "limit", message: error.message, runs: list.runs };
  }
  return { kind: "failed", message: messageOf(error) };
}
