import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { allowedHosts, refusal } from "./guard";

const hosts = allowedHosts({ HOST: "127.0.0.1", ALLOWED_HOSTS: ["demo.example", "lab.example:8443"] }, 3000);
const ask = (host: string | undefined, origin?: string, url = "/") =>
  refusal({ headers: { host, ...(origin === undefined ? {} : { origin }) }, url } as IncomingMessage, hosts);

describe("the guard", () => {
  it.each([
    "127.0.0.1:3000",
    "localhost:3000",
    "LOCALHOST:3000",
    "[::1]:3000",
    "demo.example",
    "demo.example:1234",
    "lab.example:8443",
  ])("answers under %s", (host) => expect(ask(host)).toBeNull());

  it.each([undefined, "evil.example", "localhost:3001", "localhost", "lab.example:1", "127.0.0.1.evil.example:3000"])(
    "refuses the host %s",
    (host) => expect(ask(host)).toMatchObject({ status: 403, code: "foreign_host" }),
  );

  it("lets a request without Origin pass, and one of the same origin", () => {
    expect(ask("localhost:3000")).toBeNull();
    expect(ask("localhost:3000", "http://localhost:3000")).toBeNull();
  });

  it.each(["http://evil.example", "null", "", "http://127.0.0.1:3000", "http://localhost:3001"])(
    "refuses the origin %j for localhost:3000",
    (origin) => expect(ask("localhost:3000", origin)).toMatchObject({ status: 403, code: "foreign_origin" }),
  );

  it("refuses an address that cannot be decoded", () => {
    expect(ask("localhost:3000", undefined, "/api/runs/%E0%A4%A")).toMatchObject({ status: 400, code: "invalid_url" });
  });
});
