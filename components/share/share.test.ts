import { encode } from "uqr";
import { describe, expect, it } from "vitest";
import { isLoopback } from "./links";
import { qrPath } from "./qr-path";

/** Draws the path's rectangles back into a matrix. */
function drawn(path: string, size: number): boolean[][] {
  const cells = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g))
    for (let i = 0; i < Number(width); i++) {
      const row = cells[Number(y)];
      if (row) row[Number(x) + i] = true;
    }
  return cells;
}

describe("a QR code", () => {
  it("is drawn module by module as it was encoded, with a quiet zone of four around it", () => {
    const { data, size } = encode("http://192.168.1.20:3000/patterns/token-bucket?run=abcdefghijklmnopqrstuvwx", {
      border: 4,
      ecc: "M",
    });
    expect(drawn(qrPath(data), size)).toEqual(data);
    expect(data.slice(0, 4).flat()).not.toContain(true);
    expect(data[4]?.slice(4, 11)).toEqual(Array(7).fill(true));
  });

  it("of an address of this machine alone is known to lead nowhere else", () => {
    expect(["localhost", "127.0.0.1", "127.1.2.3", "[::1]"].every(isLoopback)).toBe(true);
    expect(["192.168.1.20", "lab.example", "128.0.0.1"].some(isLoopback)).toBe(false);
  });
});
