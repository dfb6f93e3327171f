/**
 * Replays that are kept for a week: each a gzip file of NDJSON in a directory of mode 0700, named by 128 random bits. The
 * directory is all there is: a restart finds every share again, and a file's modification time says when it was made.
 */
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { createGzip } from "node:zlib";
import { isPlaygroundError, PlaygroundError } from "../run/playground-error";

const KEPT_DAYS = 7;
const KEPT_MS = KEPT_DAYS * 24 * 3600 * 1000;
const MAX_MB = 5;
const MB = 1024 * 1024;
/** All shares together: what one server lends of its disk. */
const MAX_ALL_MB = 500;
/** Compressing takes a core; who comes meanwhile waits a moment. */
const MAX_UNDER_WAY = 2;
const SWEEP_EVERY_MS = 3600 * 1000;
/** What a crash left half-written is nobody's after this. */
const MAX_WRITING_MS = 10 * 60 * 1000;
const ID = /^[A-Za-z0-9_-]{22}$/;
const SUFFIX = ".ndjson.gz";
const UNFINISHED = ".writing";

export interface Share {
  id: string;
  path: string;
  /** Compressed. */
  bytes: number;
  expiresAtMs: number;
}

export interface ShareBounds {
  maxBytes: number;
  maxAllBytes: number;
}

export class ShareStore {
  private underWay = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly directory: string,
    private readonly bounds: ShareBounds = { maxBytes: MAX_MB * MB, maxAllBytes: MAX_ALL_MB * MB },
    private readonly nowMs: () => number = Date.now,
  ) {}

  /** Sweeps now and every hour. A directory that cannot be used stops no boot: only sharing is refused then. */
  start(): void {
    try {
      this.prepare();
      this.sweep();
    } catch (error) {
      console.error(`Replays cannot be shared: ${String(error)} (DATA_DIR says where they are kept)`);
    }
    this.timer = setInterval(() => this.sweep(), SWEEP_EVERY_MS);
    this.timer.unref();
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer);
  }

  /** @throws PlaygroundError 413 when it is too large, 429 when there is no room, 503 when nothing can be written */
  async save(ndjson: ReadableStream<Uint8Array>): Promise<Share> {
    if (this.underWay >= MAX_UNDER_WAY)
      throw new PlaygroundError(429, "busy", "Others are being saved just now; try again in a moment.", {
        retryAfterSeconds: 2,
      });
    this.underWay += 1;
    const id = randomBytes(16).toString("base64url");
    const path = join(this.directory, id + SUFFIX);
    try {
      this.prepare();
      this.checkRoom();
      const target = createWriteStream(path + UNFINISHED, { flags: "wx", mode: 0o600 });
      await pipeline(Readable.fromWeb(ndjson), createGzip(), this.limit(), target);
      renameSync(path + UNFINISHED, path);
      return this.read(id);
    } catch (error) {
      if (existsSync(path + UNFINISHED)) rmSync(path + UNFINISHED);
      if (isPlaygroundError(error)) throw error;
      console.error(error);
      throw new PlaygroundError(503, "shares_unavailable", "This server cannot keep replays; its log says why.");
    } finally {
      this.underWay -= 1;
    }
  }

  /** @throws PlaygroundError 404 when it is unknown or was kept long enough */
  get(id: string): Share {
    const gone = new PlaygroundError(
      404,
      "unknown_share",
      `There is no such replay: it was kept for ${KEPT_DAYS} days, or never made.`,
    );
    if (!ID.test(id)) throw gone;
    try {
      const share = this.read(id);
      if (share.expiresAtMs > this.nowMs()) return share;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    throw gone;
  }

  sweep(): void {
    for (const { path, ageMs, finished } of this.files())
      if (ageMs >= (finished ? KEPT_MS : MAX_WRITING_MS)) rmSync(path, { force: true });
  }

  private read(id: string): Share {
    const path = join(this.directory, id + SUFFIX);
    const { size, mtimeMs } = statSync(path);
    return { id, path, bytes: size, expiresAtMs: Math.floor(mtimeMs) + KEPT_MS };
  }

  private prepare(): void {
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    chmodSync(this.directory, 0o700);
  }

  private checkRoom(): void {
    this.sweep();
    const used = this.files().reduce((sum, { bytes }) => sum + bytes, 0);
    if (used + this.bounds.maxBytes > this.bounds.maxAllBytes)
      throw new PlaygroundError(
        429,
        "shares_full",
        "This server keeps as many replays as it has room for. Download the trace, or try again later.",
        { retryAfterSeconds: SWEEP_EVERY_MS / 1000 },
      );
  }

  private files(): { path: string; bytes: number; ageMs: number; finished: boolean }[] {
    let names: string[] = [];
    try {
      names = readdirSync(this.directory);
    } catch {
      return [];
    }
    return names
      .filter((name) => name.endsWith(SUFFIX) || name.endsWith(SUFFIX + UNFINISHED))
      .flatMap((name) => {
        const path = join(this.directory, name);
        // Another server that shares the directory may have removed it since.
        const stat = statSync(path, { throwIfNoEntry: false });
        if (!stat) return [];
        return { path, bytes: stat.size, ageMs: this.nowMs() - stat.mtimeMs, finished: name.endsWith(SUFFIX) };
      });
  }

  private limit(): Transform {
    const { maxBytes } = this.bounds;
    let bytes = 0;
    return new Transform({
      transform(chunk: Buffer, _encoding, done) {
        bytes += chunk.byteLength;
        if (bytes <= maxBytes) done(null, chunk);
        else
          done(
            new PlaygroundError(
              413,
              "too_large",
              `This trace takes more than ${maxBytes / MB} MB even compressed, which is all that a shared replay may have. Download it instead, or share a shorter run.`,
            ),
          );
      },
    });
  }
}
