import { readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { pngOf } from "../../assets/build/png";

const MARK = readFileSync("assets/look/app.svg", "utf8");

/** The colour of a pixel, read from the PNG as any reader would. */
function colorAt(png: Uint8Array, x: number, y: number): number[] {
  const bytes = Buffer.from(png);
  const size = bytes.readUInt32BE(16);
  const at = bytes.indexOf("IDAT");
  const rows = inflateSync(bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at - 4)));
  const start = y * (1 + size * 3) + 1 + x * 3;
  return [...rows.subarray(start, start + 3)];
}

describe("the mark as PNG", () => {
  it.each([180, 192, 512])("is a square of %i pixels on the house's jade", (size) => {
    const png = pngOf(MARK, size);

    expect(Buffer.from(png).readUInt32BE(16)).toBe(size);
    expect(Buffer.from(png).readUInt32BE(20)).toBe(size);
    expect(colorAt(png, 0, 0)).toEqual([0x0f, 0x7b, 0x6c]);
  });

  it("has a white dot in the middle and rings around it", () => {
    const png = pngOf(MARK, 512);

    expect(colorAt(png, 256, 256)).toEqual([255, 255, 255]);
    expect(colorAt(png, 256 + Math.round(7.2 * 8), 256)).toEqual([255, 255, 255]);
    expect(colorAt(png, 256 + 5 * 8, 256)).toEqual([0x0f, 0x7b, 0x6c]);
  });
});
