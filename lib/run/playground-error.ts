/** An error that the caller caused or can act on; the API answers its status, code and message, nothing else. */
export class PlaygroundError extends Error {
  constructor(
    readonly status: 400 | 403 | 404 | 405 | 409 | 413 | 415 | 429 | 503,
    readonly code: string,
    message: string,
    readonly details: { field?: string; retryAfterSeconds?: number } = {},
  ) {
    super(message);
    this.name = "PlaygroundError";
  }
}

/** By name: Next bundles this class apart from the server, so `instanceof` would not know the other copy. */
export function isPlaygroundError(error: unknown): error is PlaygroundError {
  return error instanceof Error && error.name === "PlaygroundError";
}

export const unknownThing = (what: string, id: string) =>
  new PlaygroundError(404, `unknown_${what.replaceAll(" ", "_")}`, `There is no ${what} "${id.slice(0, 80)}".`);
