import type { RunSession } from "../run/session";

/** The shortest link to what is shown, for others; null of a file, which only this browser has. */
export function shortLink(session: RunSession): string | null {
  const page = `${location.origin}/patterns/${session.pattern.id}`;
  const { shown } = session.replays;
  if (shown) return shown.share === null ? null : `${page}?share=${shown.share}`;
  return session.view && `${page}?run=${session.view.runId}`;
}

/** Does this address mean another machine on every machine? */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\./.test(hostname);
}
