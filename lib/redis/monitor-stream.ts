/**
 * MONITOR over a bare socket. ioredis 6.0.0's own loses the connection when the first lines come in one packet with the OK
 * ("Command queue state error": seen here), and reading the lines ourselves is a third faster.
 */
import { createConnection, type Socket } from "node:net";

export interface MonitorLine {
  /** When Redis executed it, µs since the Unix epoch on the server's clock. */
  us: number;
  /** `host:port` of the client, or `lua`. */
  source: string;
  args: string[];
}

const ESCAPES: Record<string, number> = { n: 10, r: 13, t: 9, a: 7, b: 8 };

/** Reads `1339518083.107412 [0 127.0.0.1:60866] "set" "k" "\xc3\xa9"`. Null for anything else. */
export function parseMonitorLine(line: string): MonitorLine | null {
  const head = /^(\d+)\.(\d{6}) \[\d+ ([^\]]+)\] /.exec(line);
  if (!head?.[3]) return null;
  return { us: Number(head[1]) * 1e6 + Number(head[2]), source: head[3], args: quotedWords(line, head[0].length) };
}

function quotedWords(line: string, from: number): string[] {
  const words: string[] = [];
  for (let at = line.indexOf('"', from); at >= 0; at = line.indexOf('"', at)) {
    let end = at + 1;
    while (end < line.length && line[end] !== '"') end += line[end] === "\\" ? 2 : 1;
    const raw = line.slice(at + 1, end);
    words.push(raw.includes("\\") ? unquote(raw) : raw);
    at = end + 1;
  }
  return words;
}

function unquote(raw: string): string {
  const bytes: number[] = [];
  for (let i = 0; i < raw.length; i++) {
    const next = raw[i + 1] ?? "";
    if (raw[i] !== "\\") bytes.push(raw.charCodeAt(i));
    else if (next === "x") {
      bytes.push(Number.parseInt(raw.slice(i + 2, i + 4), 16));
      i += 3;
    } else {
      bytes.push(ESCAPES[next] ?? next.charCodeAt(0));
      i += 1;
    }
  }
  return Buffer.from(bytes).toString("utf8");
}

/**
 * Opens MONITOR. Resolves once Redis has said OK; from then on each line is given to `onLine`, and `onEnd` is called once
 * when the connection ends, whoever ended it.
 */
export function openMonitor(
  server: { port: number; password: string },
  onLine: (line: MonitorLine) => void,
  onEnd: () => void,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(server.port, "127.0.0.1");
    let rest = "";
    let oks = 0;
    socket.setNoDelay(true);
    socket.setEncoding("latin1");
    socket.once("connect", () => socket.write(`AUTH ${server.password}\r\nMONITOR\r\n`));
    socket.on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\r\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (oks < 2) {
          if (line !== "+OK") socket.destroy(new Error(`MONITOR was refused: ${line}`));
          oks += 1;
          if (oks === 2) resolve(socket);
          continue;
        }
        const parsed = parseMonitorLine(line.slice(1));
        if (parsed) onLine(parsed);
      }
    });
    socket.once("error", reject);
    socket.once("close", () => {
      reject(new Error("MONITOR's connection closed"));
      onEnd();
    });
  });
}
