/** SVG as pixels: what is drawn, what is refused, and that our own pictures lose nothing. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pngOf } from '../../../src/renderers/raster/drawSvg.ts';
import { element } from '../../../src/renderers/views/html.ts';
import { label, picture } from '../../../src/renderers/views/picture.ts';
import { palettes } from '../../../src/renderers/views/theme.ts';
import { fonts, inkOf, kit, pixelsOf } from './canvas.ts';

const svg = (inside: string, width = 20, height = 10): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${inside}</svg>`;
const pixels = (inside: string, width?: number, height?: number) =>
  pixelsOf(pngOf(svg(inside, width, height), kit, fonts));

test('two pixels a pixel, transparent where nothing is drawn', () => {
  const { width, height, at } = pixels('<rect x="5" y="2" width="5" height="4" fill="#1a7ff0"/>');
  expect([width, height]).toEqual([40, 20]);
  expect([at(0, 0), at(10, 4), at(19, 11), at(20, 4)]).toEqual(['#00000000', '#1a7ff0ff', '#1a7ff0ff', '#00000000']);
});

test('fill and stroke are inherited, and their opacity counts', () => {
  const { at } = pixels(
    '<g fill="red" stroke="none"><path d="M0 0h10v10h-10z"/><g fill="rgb(0, 0, 255)"><circle cx="15" cy="5" r="4"/></g></g>',
  );
  expect([at(10, 10), at(30, 10)]).toEqual(['#ff0000ff', '#0000ffff']);
  expect(pixels('<rect width="20" height="10" fill="black" fill-opacity="0.5"/>').at(5, 5)).toBe('#00000080');
  expect(pixels('<g opacity="0.5"><rect width="20" height="10"/></g>').at(5, 5)).toBe('#00000080');
  expect(pixels('<line y1="5" x2="20" y2="5" stroke="#00ff00" stroke-width="4"/>').at(20, 10)).toBe('#00ff00ff');
  expect(
    pixels('<path d="M0 5h20" fill="none" stroke="lime" stroke-width="10" stroke-dasharray="5 5"/>').at(16, 10),
  ).toBe('#00000000');
});

test('transforms are applied from left to right', () => {
  const { at } = pixels(
    '<g transform="translate(10 0)"><path transform="scale(2) translate(0,1)" d="M0 0h2v2h-2z"/></g>',
  );
  expect([at(21, 5), at(27, 11), at(18, 5), at(29, 5)]).toEqual(['#000000ff', '#000000ff', '#00000000', '#00000000']);
  expect(pixels('<path transform="translate(10,5) rotate(90)" d="M0 0h5v10h-5z"/>').at(2, 12)).toBe('#000000ff');
});

test('clips and linear gradients, as charts use them', () => {
  const defs =
    '<defs><clipPath id="c"><rect width="10" height="10"/></clipPath><linearGradient id="g" x1="0" x2="1" y1="0" y2="0">' +
    '<stop offset="0" stop-color="black"/><stop offset="1" stop-color="white"/></linearGradient></defs>';
  const { at } = pixels(`${defs}<g clip-path="url(#c)"><rect width="20" height="10" fill="url(#g)"/></g>`);
  const grey = (x: number): number => Number.parseInt(at(x, 10).slice(1, 3), 16);
  expect(grey(2)).toBeLessThan(30);
  expect(grey(18)).toBeGreaterThan(100);
  expect(at(22, 10)).toBe('#00000000');
});

test('text stands where its anchor says', () => {
  const box = (anchor: string, more = '') =>
    inkOf(pixels(`<text x="60" y="20" font-size="12" text-anchor="${anchor}" ${more}>Hallo</text>`, 120, 30))!;
  const [start, middle, end] = ['start', 'middle', 'end'].map((anchor) => box(anchor));
  expect(start.left).toBeGreaterThanOrEqual(119);
  expect(end.right).toBeLessThanOrEqual(121);
  expect(Math.abs((middle.left + middle.right) / 2 - 120)).toBeLessThan(3);
  expect(start.bottom).toBeLessThanOrEqual(40); // on its baseline
  expect(start.bottom).toBeGreaterThanOrEqual(37);
  expect(box('start', 'font-weight="600"')).not.toEqual(start);
  expect(box('start', 'font-family="monospace"').right).toBeGreaterThan(start.right);
});

test('right-to-left names, accents and emoji have letters', () => {
  const missing = pngOf(svg('<text y="20" font-size="12">漢</text>', 60, 30), kit, fonts);
  for (const text of ['שלום', 'مرحبا', 'ŷ', 'Σ√½ᵢ', '😀', 'Жук']) {
    expect(inkOf(pixels(`<text y="20" font-size="12">${text}</text>`, 60, 30)), text).toBeDefined();
    expect(
      Buffer.compare(pngOf(svg(`<text y="20" font-size="12">${text}</text>`, 60, 30), kit, fonts), missing),
    ).not.toBe(0);
  }
});

test('what cannot be drawn is named', () => {
  const failures: readonly (readonly [string, string])[] = [
    ['<image href="a.png"/>', 'found <image>'],
    ['<foreignObject/>', 'found <foreignObject>'],
    ['<rect width="5" height="5" fill="var(--nfm-page)"/>', 'found "var(--nfm-page)"'],
    ['<rect width="5%" height="5"/>', 'found "5%"'],
    ['<path d="Mx"/>', 'found "Mx"'],
    ['<g transform="skewX(3)"/>', 'found "skewX"'],
    ['<rect width="5" height="5" fill="url(#none)"/>', 'linear gradient "none"'],
  ];
  for (const [inside, message] of failures) expect(() => pngOf(svg(inside), kit, fonts)).toThrow(message);
  expect(() => pngOf('<p>no</p>', kit, fonts)).toThrow('expected an <svg>, found <p>');
  expect(() => pngOf('<svg', kit, fonts)).toThrow('cannot be read');
  expect(() => pngOf(svg('', 1e5, 1e5), kit, fonts)).toThrow('at most');
  expect(() => pngOf(svg('').replace('viewBox="0 0', 'viewBox="5 0'), kit, fonts)).toThrow('view box');
});

const goldens = join(import.meta.dirname, '../../golden/views');

test.each(readdirSync(goldens).filter((name) => name.endsWith('.svg')))(
  '%s is drawn whole, and the same twice',
  (name) => {
    // Those that are for pages have variables with the light palette behind them, and no page of their own.
    const text = readFileSync(join(goldens, name), 'utf8').replace(/var\(--[\w-]+, ([^)]*)\)/g, '$1');
    const png = pngOf(text, kit, fonts);
    expect(Buffer.compare(pngOf(text, kit, fonts), png)).toBe(0);
    const drawn = pixelsOf(png);
    const ink = inkOf(drawn)!;
    // With the widths of this font nothing reaches the edge, where it would be cut.
    expect(Math.min(ink.left, ink.top, drawn.width - ink.right, drawn.height - ink.bottom)).toBeGreaterThan(2);
  },
);

test('any name from data is drawn', () => {
  const name = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom('<img src=x>', '&amp;', ']]>'));
  fc.assert(
    fc.property(name, (text) => {
      const theme = palettes.light;
      const options = { theme, standalone: true };
      const drawn = picture(200, 30, text, options, label(5, 20, text, { fill: theme.foreground }), element('g', {}));
      expect(pixelsOf(pngOf(drawn.toString(), kit, fonts)).width).toBe(400);
    }),
    { numRuns: 100 },
  );
});
