/** A brand's colour made readable: what to write on it, and how to write with it. */

type Rgb = [number, number, number];

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];
const INK: Rgb = [27, 36, 48];
const JADE: Rgb = [15, 123, 108];
/** The grounds that words in the brand's colour stand on: the darkest light one, the lightest dark one. */
const PAPER: Rgb = [243, 240, 233];
const NIGHT: Rgb = [35, 46, 60];
const AA = 4.5;

export function parse(color: string): Rgb {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(color.trim())?.[1];
  if (!hex) return JADE;
  const long = hex.length === 3 ? hex.replace(/./g, "$&$&") : hex;
  const n = Number.parseInt(long, 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
}

export function contrast(a: Rgb, b: Rgb): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: Rgb): number {
  const [r, g, b] = color.map((v) => {
    const c = v / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  return a.map((v, i) => Math.round(v + ((b[i] ?? 0) - v) * share)) as Rgb;
}

/** Words on the brand's colour. */
export function on(brand: Rgb): Rgb {
  return [WHITE, INK].find((c) => contrast(c, brand) >= AA) ?? BLACK;
}

/** The brand's colour moved toward `end` until words in it can be read on `ground`. */
export function readable(brand: Rgb, ground: Rgb, end: Rgb): Rgb {
  for (let share = 0; share < 1; share += 0.05) {
    const color = mix(brand, end, share);
    if (contrast(color, ground) >= AA) return color;
  }
  return end;
}

/** The widget's own variables for this brand, light (`-l`) and dark (`-d`). */
export function palette(color: string): Record<string, string> {
  const brand = parse(color);
  const light = readable(brand, PAPER, BLACK);
  const dark = readable(brand, NIGHT, WHITE);
  const values: Record<string, Rgb> = {
    "--brand": brand,
    "--on-brand": on(brand),
    "--accent-l": light,
    "--on-accent-l": on(light),
    "--accent-d": dark,
    "--on-accent-d": on(dark),
    "--soft-l": mix(WHITE, brand, 0.12),
    "--soft-d": mix([20, 26, 33], dark, 0.17),
  };
  return Object.fromEntries(Object.entries(values).map(([k, v]) => [k, `rgb(${v.join(" ")})`]));
}
