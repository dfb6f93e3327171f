/** What every end-to-end test starts from: runs that are opened through the API and removed after the test. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type APIRequestContext, type APIResponse, test as base, expect } from "@playwright/test";
import type { ApiError, CreatedRun, RunView } from "../lib/contract";
import type { Verdict } from "../lib/events";

export { expect };

/** A run as its owner holds it: acts with the bearer token. */
export class OwnedRun {
  constructor(
    private readonly request: APIRequestContext,
    readonly created: CreatedRun,
  ) {}

  get path(): string {
    return `/api/runs/${this.created.runId}`;
  }

  get headers(): Record<string, string> {
    return { authorization: `Bearer ${this.created.token}` };
  }

  post(path: string, data?: unknown): Promise<APIResponse> {
    return this.request.post(`${this.path}${path}`, { headers: this.headers, ...(data === undefined ? {} : { data }) });
  }

  patch(data: unknown): Promise<APIResponse> {
    return this.request.patch(this.path, { headers: this.headers, data });
  }

  async act<T>(action: string, data: unknown): Promise<T> {
    const response = await this.post(`/actions/${action}`, data);
    expect(response.status(), await response.text()).toBe(200);
    return response.json();
  }

  async play(scenario: string): Promise<{ verdict: Verdict; expect: string; metrics: Record<string, number> }> {
    const response = await this.post(`/scenarios/${scenario}?wait=true`);
    expect(response.status(), await response.text()).toBe(200);
    return response.json();
  }

  async view(): Promise<RunView> {
    return (await this.request.get(this.path, { headers: this.headers })).json();
  }

  /** Asks the run's Redis with redis-cli, from outside of everything. */
  async redisCli(...words: string[]): Promise<string> {
    const url = this.created.redis?.url;
    if (!url) throw new Error("the server under test must expose the run's Redis (EXPOSE_RUN_REDIS=1)");
    const { stdout } = await promisify(execFile)("redis-cli", ["--no-auth-warning", "-u", url, ...words]);
    return stdout.trim();
  }

  async remove(): Promise<void> {
    await this.request.delete(this.path, { headers: this.headers });
  }
}

interface Fixtures {
  openRun: (body: Record<string, unknown>) => Promise<OwnedRun>;
  /** Whatever the answer; a comparison that was opened goes with its runs. */
  compare: (body: unknown, query?: string) => Promise<APIResponse>;
}

export const test = base.extend<Fixtures>({
  openRun: async ({ request }, use) => {
    const opened: OwnedRun[] = [];
    await use(async (body) => {
      const response = await request.post("/api/runs", { data: body });
      expect(response.status(), await response.text()).toBe(201);
      const run = new OwnedRun(request, await response.json());
      opened.push(run);
      return run;
    });
    for (const run of opened) await run.remove();
  },
  compare: async ({ request }, use) => {
    const opened: string[] = [];
    await use(async (body, query = "") => {
      const response = await request.post(`/api/comparisons${query}`, { data: body });
      if (response.ok()) opened.push((await response.json()).comparisonId);
      return response;
    });
    for (const id of opened) await request.delete(`/api/comparisons/${id}`);
  },
});

/** The API's one error shape, with this status and code. */
export async function expectRefusal(response: APIResponse, status: number, code?: string): Promise<ApiError["error"]> {
  const text = await response.text();
  expect(response.status(), text).toBe(status);
  const { error } = JSON.parse(text) as ApiError;
  expect(typeof error.message).toBe("string");
  expect(text).not.toMatch(/\bat .+:\d+:\d+/);
  if (code) expect(error.code).toBe(code);
  return error;
}
