/** CanvasKit with the fonts of the project, and PNG files read back as pixels. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import canvasKit, { type CanvasKit } from 'canvaskit-wasm';
import { registered } from '../../../src/renderers/raster/svgText.ts';

const { resolve } = createRequire(import.meta.url);
const font = (name: string): ArrayBuffer =>
  new Uint8Array(readFileSync(resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`))).buffer;

export const kit: CanvasKit = await canvasKit({ locateFile: () => resolve('canvaskit-wasm/bin/canvaskit.wasm') });
export const fonts = registered(kit, { sans: font('DejaVuSans'), mono: font('DejaVuSansMono') });

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** `#rrggbbaa` of a pixel. */
  at(x: number, y: number): string;
}

export function pixelsOf(png: Uint8Array): Pixels {
  const image = kit.MakeImageFromEncoded(png)!;
  const [width, height] = [image.width(), image.height()];
  const bytes = image.readPixels(0, 0, {
    ...{ width, height },
    colorType: kit.ColorType.RGBA_8888,
    alphaType: kit.AlphaType.Unpremul,
    colorSpace: kit.ColorSpace.SRGB,
  }) as Uint8Array;
  image.delete();
  return {
    width,
    height,
    at: (x, y) => {
      const start = 4 * (y * width + x);
      return `#${[...bytes.subarray(start, start + 4)].map((v) => v.toString(16).padStart(2, '0')).join('')}`;
    },
  };
}

/** The box around everything that differs from the colour of the corner; undefined when nothing does. */
export function inkOf({ width, height, at }: Pixels) {
  const [page, xs, ys] = [at(0, 0), new Set<number>(), new Set<number>()];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (at(x, y) !== page) {
        xs.add(x);
        ys.add(y);
      }
  if (xs.size === 0) return undefined;
  const box = { left: Infinity, right: -1, top: Infinity, bottom: -1 };
  for (const x of xs) [box.left, box.right] = [Math.min(box.left, x), Math.max(box.right, x)];
  for (const y of ys) [box.top, box.bottom] = [Math.min(box.top, y), Math.max(box.bottom, y)];
  return box;
}
