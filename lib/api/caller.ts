/** Who is calling: the owner cookie, the bearer token, and whether the browser's page is ours. */
import { randomBytes } from "node:crypto";
import type { Shelf, Shelved } from "../comparison/shelf";
import { services } from "../run/accessor";
import { PlaygroundError } from "../run/playground-error";
import type { OwnedRun } from "../run/service";

const COOKIE = "owner";
const OWNER_ID = /^[A-Za-z0-9_-]{22}$/;

/** The owner id in a Cookie header, or null. */
export function ownerFromCookie(header: string | null | undefined): string | null {
  for (const part of (header ?? "").split(";")) {
    const [name, value] = part.trim().split("=");
    if (name === COOKIE && value && OWNER_ID.test(value)) return value;
  }
  return null;
}

export interface Caller {
  owner: string | null;
  bearer: string | null;
}

export function callerOf(request: Request): Caller {
  const authorization = request.headers.get("authorization") ?? "";
  const [, bearer = null] = /^Bearer ([A-Za-z0-9_-]{1,200})$/i.exec(authorization) ?? [];
  return { owner: ownerFromCookie(request.headers.get("cookie")), bearer };
}

/** Who will own what this request opens; someone new gets the header that tells the browser. */
export function ownerOf(request: Request): { owner: string; headers: Record<string, string> } {
  const known = callerOf(request).owner;
  if (known) return { owner: known, headers: {} };
  const owner = randomBytes(16).toString("base64url");
  return { owner, headers: { "Set-Cookie": `${COOKIE}=${owner}; Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000` } };
}

/** The run, for its owner. @throws PlaygroundError 404 or 403 */
export function ownRun(id: string, caller: Caller): OwnedRun {
  const owned = services().runs.get(id);
  if (!services().runs.mayAct(owned, caller.owner, caller.bearer))
    throw new PlaygroundError(403, "not_yours", "This run belongs to somebody else: you may watch it, not act on it.");
  owned.seenAt = Date.now();
  return owned;
}

/** The comparison or workload, for its owner. @param name what it is, in the singular @throws PlaygroundError 404 or 403 */
export function ownOf<T extends Shelved>(shelf: Shelf<T>, name: string, id: string, caller: Caller): T {
  const one = shelf.get(id);
  if (!shelf.mayAct(one, caller.owner, caller.bearer))
    throw new PlaygroundError(403, "not_yours", `This ${name} belongs to somebody else: you may only watch it.`);
  return one;
}
