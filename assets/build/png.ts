/** Draws the app's mark as PNG, for the devices that take no SVG: a ground and rings around a dot, no more. */
import { crc32, deflateSync } from "node:zlib";

type Ring = { radius: number; width: number; opacity: number };
type Color = readonly [number, number, number];

const WHITE: Color = [255, 255, 255];

/** Return an SVG that consists of a coloured square and white circles around its middle, as PNG bytes. */
export function pngOf(svg: string, size: number): Uint8Array {
  const ground = colorOf(/<rect[^>]*fill="#([0-9a-f]{6})"/.exec(svg)?.[1] ?? "");
  const box = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1]);
  const rings = [...svg.matchAll(/<circle ([^>]*)\/>/g)].map((found) => ringOf(found[1] ?? ""));
  const rows = Buffer.alloc(size * (1 + size * 3));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const far = (Math.hypot(x + 0.5 - size / 2, y + 0.5 - size / 2) * box) / size;
      const white = rings.reduce((most, ring) => Math.max(most, shareOf(ring, far, box / size)), 0);
      const at = y * (1 + size * 3) + 1 + x * 3;
      for (const c of [0, 1, 2] as const)
        rows[at + c] = Math.round(ground[c] + (WHITE[c] - ground[c]) * white);
    }
  }
  return encoded(rows, size);
}

function ringOf(attributes: string): Ring {
  const value = (name: string): number =>
    Number(new RegExp(`(?:^| )${name}="([\\d.]+)"`).exec(attributes)?.[1] ?? Number.NaN);
  const width = value("stroke-width");
  const radius = value("r");
  const isDot = Number.isNaN(width);
  return {
    radius: isDot ? radius / 2 : radius,
    width: isDot ? radius : width,
    opacity: value("opacity") || 1,
  };
}

/** How much of a pixel so far from the middle a ring covers; its edge is as soft as a pixel is wide. */
function shareOf(ring: Ring, far: number, pixel: number): number {
  const inside = ring.width / 2 - Math.abs(far - ring.radius);
  return ring.opacity * Math.min(1, Math.max(0, inside / pixel + 0.5));
}

function colorOf(hex: string): Color {
  const all = Number.parseInt(hex, 16);
  return [all >> 16, (all >> 8) & 255, all & 255];
}

/** PNG (ISO/IEC 15948): 8 bits a channel, no alpha, no filter. */
function encoded(rows: Buffer, size: number): Uint8Array {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(data.length, 0);
  frame.set(body, 4);
  frame.writeUInt32BE(crc32(body), body.length + 4);
  return frame;
}
