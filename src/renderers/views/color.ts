/** Colours as numbers: contrast as WCAG 2 defines it, and colours moved in OKLab until they reach a contrast. */

/** sRGB, 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

const white: Rgb = [255, 255, 255];
const black: Rgb = [0, 0, 0];

/**
 * Reads `#rgb`, `#rrggbb`, `#rrggbbaa`, `rgb(...)` and `rgba(...)`; a translucent colour is laid over `under`.
 * @returns null for any other text
 */
export function parseColor(text: string, under: Rgb = white): Rgb | null {
  const parts = hexParts(text.trim()) ?? functionParts(text.trim());
  if (!parts) return null;
  const [r, g, b, alpha] = parts;
  const over = (top: number, below: number) => Math.round(top * alpha + below * (1 - alpha));
  return [over(r, under[0]), over(g, under[1]), over(b, under[2])];
}

type Rgba = readonly [number, number, number, number];

function hexParts(text: string): Rgba | null {
  if (!/^#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/i.test(text)) return null;
  const digits = text.length < 6 ? [...text.slice(1)].map((d) => d + d) : (text.slice(1).match(/../g) ?? []);
  const [r, g, b, a = 255] = digits.map((d) => Number.parseInt(d, 16));
  return [r, g, b, a / 255];
}

function functionParts(text: string): Rgba | null {
  const inside = /^rgba?\(([^()]*)\)$/i.exec(text)?.[1];
  if (inside === undefined) return null;
  const numbers = inside
    .split(/[\s,/]+/)
    .filter((part) => part !== '')
    .map((part) => (part.endsWith('%') ? Number(part.slice(0, -1)) / 100 : Number(part)));
  if (numbers.length < 3 || numbers.length > 4 || numbers.some((n) => !Number.isFinite(n))) return null;
  const [r, g, b, a = 1] = numbers;
  return [r, g, b, a];
}

export const hexOf = (color: Rgb): string => `#${color.map((v) => v.toString(16).padStart(2, '0')).join('')}`;

const linear = (v: number): number => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);

/** Relative luminance, 0 to 1. */
export const luminance = ([r, g, b]: Rgb): number => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);

/** Contrast ratio, 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/** Black or white, whichever stands out more. */
export const strongest = (page: Rgb): Rgb => (contrast(white, page) >= contrast(black, page) ? white : black);

/** `color` with its hue, its lightness moved away from `page` just far enough to reach `ratio`. */
export function withContrast(color: Rgb, page: Rgb, ratio = 3): Rgb {
  return contrast(color, page) >= ratio ? color : atContrast(color, page, ratio);
}

/** `color` with its hue, at the lightness (on the far side of `page`) where the contrast is `ratio` or just above. */
export function atContrast(color: Rgb, page: Rgb, ratio: number): Rgb {
  const [, a, b] = toOklab(color);
  const from = toOklab(page)[0];
  const to = strongest(page) === white ? 1 : 0;
  const at = (t: number) => fromOklab([from + (to - from) * t, a, b]);
  let [low, high] = [0, 1];
  for (let i = 0; i < 16; i++) {
    const middle = (low + high) / 2;
    if (contrast(at(middle), page) >= ratio) high = middle;
    else low = middle;
  }
  const found = at(high);
  return contrast(found, page) >= ratio ? found : strongest(page); // a hue whose gamut ends too early
}

// OKLab: Björn Ottosson, "A perceptual color space for image processing", 2020.

function toOklab(color: Rgb): readonly [number, number, number] {
  const [r, g, b] = color.map(linear);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromOklab([L, a, b]: readonly [number, number, number]): Rgb {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const gamma = (v: number) =>
    Math.round(255 * Math.min(1, Math.max(0, v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055)));
  return [
    gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    gamma(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}
