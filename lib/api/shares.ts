/** Shared replays over HTTP. Text that others wrote is answered as text/plain: no browser runs it, whatever it holds. */
import { createReadStream } from "node:fs";
import { pipeline, Readable } from "node:stream";
import type { ReadableStream as NodeStream } from "node:stream/web";
import { createGunzip } from "node:zlib";
import type { CreatedShare } from "../contract";
import { services } from "../run/accessor";
import type { Run } from "../run/run";
import { traceStream } from "./trace-export";

/** @throws PlaygroundError 413, 429, 503 */
export async function createShare(run: Run): Promise<CreatedShare> {
  const trace = traceStream(run, 1, run.trace.log.lastSeq, "ndjson");
  const { id, bytes, expiresAtMs } = await services().shares.save(trace as NodeStream<Uint8Array>);
  return {
    shareId: id,
    url: `/patterns/${run.pattern.id}?share=${id}`,
    expiresAt: new Date(expiresAtMs).toISOString(),
    bytes,
  };
}

/** Unpacked here; Next packs what it sends itself, and drops a Content-Encoding of ours. @throws PlaygroundError 404 */
export function sharedTrace(id: string): Response {
  const { path, expiresAtMs } = services().shares.get(id);
  // What goes wrong on the way breaks the answer off: a trace that ends in the middle is refused by its reader.
  const text = pipeline(createReadStream(path), createGunzip(), () => undefined);
  return new Response(Readable.toWeb(text) as ReadableStream<Uint8Array>, {
    headers: { "Content-Type": "text/plain; charset=utf-8", Sunset: new Date(expiresAtMs).toUTCString() },
  });
}
