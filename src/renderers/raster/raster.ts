/**
 * Draws pictures on a thread of its own, so that nobody waits for the 100 ms that one takes: SVG in, PNG out, and charts
 * as both. Bundled as dist/raster.js with CanvasKit and two fonts beside it.
 */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parentPort } from 'node:worker_threads';
import canvasKit from 'canvaskit-wasm';
import type { Json } from '../../kernel/format/mime.ts';
import { pngOf } from './drawSvg.ts';
import { registered } from './svgText.ts';

/** A picture that is wanted: an SVG, or a Vega-Lite chart. */
export type Wanted = { readonly svg: string } | { readonly chart: Json };

export type Answer =
  | { readonly svg: string; readonly png: Uint8Array | null; readonly error?: string }
  | { readonly error: string };

const beside = (name: string): string => fileURLToPath(new URL(`./${name}`, import.meta.url));
const font = (name: string): ArrayBuffer => new Uint8Array(readFileSync(beside(name))).buffer;

async function start() {
  const kit = await canvasKit({ locateFile: () => beside('canvaskit.wasm') });
  return { kit, fonts: registered(kit, { sans: font('DejaVuSans.ttf'), mono: font('DejaVuSansMono.ttf') }) };
}

let started: ReturnType<typeof start> | undefined;

async function answer(wanted: Wanted): Promise<Answer> {
  let svg: string | undefined;
  try {
    svg = 'svg' in wanted ? wanted.svg : await (await import('./vegaSvg.ts')).vegaSvg(wanted.chart);
    const { kit, fonts } = await (started ??= start());
    return { svg, png: pngOf(svg, kit, fonts) };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return svg === undefined ? { error: text } : { svg, png: null, error: text };
  }
}

parentPort?.on('message', async (wanted: Wanted) => parentPort?.postMessage(await answer(wanted)));
