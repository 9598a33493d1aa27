import { describe, expect, test } from 'vitest';
import { atContrast, contrast, hexOf, parseColor, withContrast } from '../../../src/renderers/views/color.ts';
import { editorPalette } from '../../../src/renderers/views/editorPalette.ts';
import {
  cssVariables,
  livePalette,
  type Palette,
  type PaletteColor,
  paletteColors,
  palettes,
  type ThemeName,
} from '../../../src/renderers/views/theme.ts';

const names = Object.keys(palettes) as ThemeName[];
const surfaces: readonly PaletteColor[] = ['page', 'box', 'border', 'grid'];
const scales: readonly PaletteColor[] = ['positive', 'negative'];
const texts: readonly PaletteColor[] = ['ink', 'foreground', 'muted', 'added', 'removed', 'changed'];
const color = (palette: Palette, name: PaletteColor) => parseColor(palette[name])!;

/** Colours whose contrast is too small. */
function faults(palette: Palette): string[] {
  const against = (name: PaletteColor, on: PaletteColor) => contrast(color(palette, name), color(palette, on));
  const check = (name: PaletteColor, on: PaletteColor, least: number) =>
    against(name, on) >= least ? [] : [`${name} on ${on}: ${against(name, on).toFixed(2)} < ${least}`];
  const marks = paletteColors.filter((name) => ![...surfaces, ...scales].includes(name));
  return [
    ...marks.flatMap((name) => (['page', 'box'] as const).flatMap((on) => check(name, on, 3))),
    ...texts.flatMap((name) => (['page', 'box'] as const).flatMap((on) => check(name, on, 4.5))),
    ...scales.flatMap((name) => [...check(name, 'page', 3), ...check('ink', name, 4.5)]),
  ];
}

test('contrast is that of WCAG', () => {
  expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 10);
  expect(contrast([119, 119, 119], [255, 255, 255])).toBeCloseTo(4.48, 2);
});

test('colours are read in the notations that editors use', () => {
  expect(parseColor('#abc')).toEqual([170, 187, 204]);
  expect(parseColor(' #1a85ff ')).toEqual([26, 133, 255]);
  expect(parseColor('#00000080', [255, 255, 255])).toEqual([127, 127, 127]);
  expect(parseColor('rgb(1, 2, 3)')).toEqual([1, 2, 3]);
  expect(parseColor('rgba(255 255 255 / 50%)', [0, 0, 0])).toEqual([128, 128, 128]);
  for (const text of ['', 'red', '#12', 'rgb(1,2)', 'url(x)', '#1a85fg']) expect(parseColor(text), text).toBe(null);
});

test.each(names)('%s: marks 3:1, text 4.5:1, numbers on the strongest cells 4.5:1', (name) => {
  expect(faults(palettes[name])).toEqual([]);
});

test('high contrast borders reach 3:1 themselves', () => {
  for (const name of ['highContrast', 'highContrastLight'] as const)
    expect(contrast(color(palettes[name], 'border'), color(palettes[name], 'page'))).toBeGreaterThan(3);
});

describe('a colour moved until its contrast holds', () => {
  test('the dark orange of a dark theme keeps its hue', () => {
    const page = parseColor('#1f1f1f')!;
    const moved = withContrast(parseColor('#613214')!, page);
    expect(contrast(moved, page)).toBeGreaterThanOrEqual(3);
    expect(contrast(moved, page)).toBeLessThan(3.1);
    const [r, g, b] = moved;
    expect(r > g && g > b, hexOf(moved)).toBe(true);
  });

  test('every colour on every page', () => {
    const colors = names.flatMap((name) => paletteColors.map((c) => palettes[name][c]));
    for (const page of ['#ffffff', '#1f1f1f', '#000000', '#fdf6e3', '#002b36', '#272822', '#808080'])
      for (const text of colors) {
        const [c, p] = [parseColor(text)!, parseColor(page)!];
        expect(contrast(withContrast(c, p), p), `${text} on ${page}`).toBeGreaterThanOrEqual(3);
        expect(contrast(atContrast(c, p, 3.1), p), `${text} on ${page}`).toBeGreaterThanOrEqual(3.1);
      }
  });
});

describe("a palette of the editor's colours", () => {
  const themes: Record<string, { readonly name: ThemeName; readonly colors: Record<string, string> }> = {
    'a dark theme with faint chart colours': {
      name: 'dark',
      colors: {
        'editor-background': '#191a1b',
        foreground: '#bfbfbf',
        'charts-orange': '#613214',
        'charts-blue': '#102040',
        'editorWidget-background': '#202122',
      },
    },
    'a yellowish light theme': {
      name: 'light',
      colors: {
        'editor-background': '#fdf6e3',
        'charts-green': '#c5e1a5',
        'editorWidget-background': '#eee8d5',
        descriptionForeground: '#93a1a1',
      },
    },
    'nothing at all': { name: 'highContrast', colors: {} },
    'colours that cannot be read': { name: 'light', colors: { foreground: 'url(x)', 'charts-blue': 'none' } },
  };
  test.each(Object.keys(themes))('%s', (theme) => {
    const { name, colors } = themes[theme];
    expect(faults(editorPalette(name, (variable) => colors[variable] ?? ''))).toEqual([]);
  });
});

test('as CSS variables, with the light palette behind them', () => {
  expect(livePalette.page).toBe('var(--nfm-page, #ffffff)');
  expect(cssVariables(palettes.dark)).toContain('--nfm-page: #1f1f1f;');
  for (const name of paletteColors) {
    const variable = /var\((--nfm-[a-z-]+), /.exec(livePalette[name])![1];
    expect(cssVariables(palettes.dark)).toContain(`${variable}: ${palettes.dark[name]};`);
  }
});
