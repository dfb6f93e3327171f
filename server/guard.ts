/** What every request and handshake must pass before Next or socket.io sees it, and the headers that every answer carries. */
import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Env } from "../lib/env";

export interface Refusal {
  status: 400 | 403;
  code: "foreign_host" | "foreign_origin" | "invalid_url";
  message: string;
}

/** Host names under which this server answers: its own address, the loopback names, and ALLOWED_HOSTS. */
export function allowedHosts(
  { HOST, ALLOWED_HOSTS }: Pick<Env, "HOST" | "ALLOWED_HOSTS">,
  port: number,
): ReadonlySet<string> {
  const names = [HOST.toLowerCase(), "localhost", "127.0.0.1", "[::1]"];
  const atPort = names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]));
  return new Set([...atPort, ...ALLOWED_HOSTS]);
}

/** Null when the request may go on. Checking Host defeats DNS rebinding; checking Origin defeats other sites' scripts. */
export function refusal(request: IncomingMessage, hosts: ReadonlySet<string>): Refusal | null {
  const host = request.headers.host?.toLowerCase() ?? "";
  const isAllowed = hosts.has(host) || hosts.has(host.replace(/:\d+$/, ""));
  if (!isAllowed)
    return {
      status: 403,
      code: "foreign_host",
      message: "This server does not answer under that name; see ALLOWED_HOSTS.",
    };
  if (!isWellFormed(request.url ?? "/"))
    return { status: 400, code: "invalid_url", message: "This address is not well-formed." };
  const { origin } = request.headers;
  if (origin === undefined || hostOf(origin) === host) return null;
  return { status: 403, code: "foreign_origin", message: "Requests from other sites are refused." };
}

function isWellFormed(url: string): boolean {
  try {
    decodeURIComponent(url.split("?", 1)[0] ?? "");
    return true;
  } catch {
    return false;
  }
}

function hostOf(origin: string): string | null {
  try {
    return new URL(origin).host.toLowerCase();
  } catch {
    return null;
  }
}

/** Sets the security headers. Next reads the nonce for its own scripts from the policy on the *request*. */
export function secure(request: IncomingMessage, response: ServerResponse, isDevelopment: boolean): void {
  const nonce = randomBytes(16).toString("base64");
  const policy = [
    "default-src 'self'",
    // React's development build evaluates strings for its stack traces.
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ws://${request.headers.host} wss://${request.headers.host}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
  request.headers["content-security-policy"] = policy;
  response.setHeader("Content-Security-Policy", policy);
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("X-Frame-Options", "DENY");
  response.setHeader("Referrer-Policy", "same-origin");
  response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
  response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
  response.setHeader("Permissions-Policy", "camera=(), microphone=(), geolocation=()");
  if (request.url?.startsWith("/api/")) response.setHeader("Cache-Control", "no-store");
}

export function refuse(response: ServerResponse, { status, code, message }: Refusal): void {
  response.writeHead(status, { "Content-Type": "application/json", Connection: "close" });
  response.end(JSON.stringify({ error: { code, message } }));
}
