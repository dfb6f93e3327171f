import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ReadableStream } from "node:stream/web";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ShareStore } from "./share-store";

const DAY_MS = 24 * 3600 * 1000;
const BOUNDS = { maxBytes: 10_000, maxAllBytes: 100_000 };
const textStream = (text: string) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text));
      controller.close();
    },
  });
/** Does not compress: 6 bits a character at best. */
const noise = (length: number) =>
  Array.from({ length }, () => String.fromCharCode(33 + Math.floor(Math.random() * 90))).join("");

let home: string;
let directory: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "shares-test-"));
  directory = join(home, "shares");
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe("kept replays", () => {
  it("are found again by a server that starts later, under an id of 128 bits, in files only the owner can read", async () => {
    const saved = await new ShareStore(directory, BOUNDS).save(textStream('{"seq":1}\n'));
    expect(saved.id).toMatch(/^[A-Za-z0-9_-]{22}$/);
    const found = new ShareStore(directory, BOUNDS).get(saved.id);
    expect(found).toEqual(saved);
    expect(gunzipSync(readFileSync(found.path)).toString()).toBe('{"seq":1}\n');
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(found.path).mode & 0o777).toBe(0o600);
  });

  it("last seven days: not found a moment later, and swept from the disk", async () => {
    let nowMs = Date.now();
    const store = new ShareStore(directory, BOUNDS, () => nowMs);
    const { id, path, expiresAtMs } = await store.save(textStream("x"));
    expect(expiresAtMs - statSync(path).mtimeMs).toBeCloseTo(7 * DAY_MS, -1);
    nowMs = expiresAtMs - 1;
    expect(store.get(id).id).toBe(id);
    store.sweep();
    expect(readdirSync(directory)).toHaveLength(1);
    nowMs = expiresAtMs + 1;
    expect(() => store.get(id)).toThrow(/7 days/);
    store.sweep();
    expect(readdirSync(directory)).toEqual([]);
  });

  it("may have so many bytes and no more: too large is refused in a sentence, and nothing of it stays", async () => {
    const store = new ShareStore(directory, BOUNDS);
    await expect(store.save(textStream(noise(30_000)))).rejects.toMatchObject({ status: 413, code: "too_large" });
    expect(readdirSync(directory)).toEqual([]);
    await expect(store.save(textStream("a".repeat(1_000_000)))).resolves.toMatchObject({ bytes: expect.any(Number) });
  });

  it("may fill so much of the disk: the next one is refused until some are over", async () => {
    let nowMs = Date.now();
    const store = new ShareStore(directory, { maxBytes: 10_000, maxAllBytes: 15_000 }, () => nowMs);
    await store.save(textStream(noise(9000)));
    await expect(store.save(textStream("x"))).rejects.toMatchObject({ status: 429, code: "shares_full" });
    nowMs += 8 * DAY_MS;
    await expect(store.save(textStream("x"))).resolves.toBeDefined();
  });

  it("are looked for by a well-formed id only: no path leads out of the directory", () => {
    const store = new ShareStore(directory, BOUNDS);
    for (const id of ["", "..", "../../../../etc/passwd", "A".repeat(21), "A".repeat(23), `${"A".repeat(21)}/`])
      expect(() => store.get(id)).toThrow(expect.objectContaining({ status: 404 }));
  });

  it("that a crash left half-written are swept", async () => {
    const store = new ShareStore(directory, BOUNDS);
    const { path } = await store.save(textStream("x"));
    renameSync(path, `${path}.writing`);
    store.sweep();
    expect(readdirSync(directory)).toHaveLength(1);
    utimesSync(`${path}.writing`, new Date(Date.now() - DAY_MS), new Date(Date.now() - DAY_MS));
    store.sweep();
    expect(readdirSync(directory)).toEqual([]);
  });

  it("cannot be made where nothing can be written, and the boot goes on", async () => {
    writeFileSync(join(home, "a-file"), "");
    const store = new ShareStore(join(home, "a-file", "shares"), BOUNDS);
    store.start();
    store.stop();
    await expect(store.save(textStream("x"))).rejects.toMatchObject({ status: 503, code: "shares_unavailable" });
  });
});
