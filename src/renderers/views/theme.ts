/**
 * Colours of all views. A palette is data; views take any: one of the four here, one made from the editor's own colours
 * (`editorPalette.ts`), or `livePalette`, whose colours are CSS variables that a page can change under a finished picture.
 *
 * Marks (lines, bars, strips) have a contrast of at least 3:1 with page and box, text 4.5:1. `positive` and `negative`
 * are the strong ends of heatmap scales: 3:1 with the page, and 4.5:1 with `ink`, so that numbers stay readable on every
 * cell in one colour.
 */

export type ThemeName = 'light' | 'dark' | 'highContrast' | 'highContrastLight';

export interface Palette {
  readonly page: string;
  /** Black or white: numbers on coloured cells. */
  readonly ink: string;
  readonly foreground: string;
  readonly muted: string;
  readonly box: string;
  readonly border: string;
  readonly grid: string;

  /** Parts of a model. */
  readonly input: string;
  readonly linear: string;
  readonly embedding: string;
  readonly pooling: string;
  readonly hidden: string;
  readonly regulariser: string;
  readonly prediction: string;
  readonly output: string;

  readonly training: string;
  readonly validation: string;
  readonly best: string;

  readonly positive: string;
  readonly negative: string;

  readonly added: string;
  readonly removed: string;
  readonly changed: string;
}

export type PaletteColor = keyof Palette;

export const palettes: { readonly [Name in ThemeName]: Palette } = {
  light: {
    page: '#ffffff',
    ink: '#000000',
    foreground: '#3b3b3b',
    muted: '#616161',
    box: '#f8f8f8',
    border: '#c8c8c8',
    grid: '#e5e5e5',
    input: '#616161',
    linear: '#388a34',
    embedding: '#1a7ff0',
    pooling: '#b86e00',
    hidden: '#7b3fa8',
    regulariser: '#717171',
    prediction: '#00838f',
    output: '#3b3b3b',
    training: '#1a7ff0',
    validation: '#b85c00',
    best: '#388a34',
    positive: '#cf7a26',
    negative: '#4a90e2',
    added: '#2f7d32',
    removed: '#c62828',
    changed: '#9a6700',
  },
  dark: {
    page: '#1f1f1f',
    ink: '#ffffff',
    foreground: '#cccccc',
    muted: '#9d9d9d',
    box: '#272727',
    border: '#4a4a4a',
    grid: '#333333',
    input: '#9d9d9d',
    linear: '#89d185',
    embedding: '#3794ff',
    pooling: '#d18616',
    hidden: '#b180d7',
    regulariser: '#8c8c8c',
    prediction: '#4ec9b0',
    output: '#cccccc',
    training: '#3794ff',
    validation: '#e69138',
    best: '#89d185',
    positive: '#a06015',
    negative: '#2f6db5',
    added: '#6cc26a',
    removed: '#f47c7c',
    changed: '#e2b340',
  },
  highContrast: {
    page: '#000000',
    ink: '#ffffff',
    foreground: '#ffffff',
    muted: '#d4d4d4',
    box: '#000000',
    border: '#6fc3df',
    grid: '#4d4d4d',
    input: '#d4d4d4',
    linear: '#89d185',
    embedding: '#5aa9ff',
    pooling: '#ffb454',
    hidden: '#d3a6f5',
    regulariser: '#bfbfbf',
    prediction: '#4ec9b0',
    output: '#ffffff',
    training: '#5aa9ff',
    validation: '#ffb454',
    best: '#89d185',
    positive: '#8f5410',
    negative: '#2962a8',
    added: '#89d185',
    removed: '#ff8f8f',
    changed: '#ffd75e',
  },
  highContrastLight: {
    page: '#ffffff',
    ink: '#000000',
    foreground: '#000000',
    muted: '#292929',
    box: '#ffffff',
    border: '#0f4a85',
    grid: '#b5b5b5',
    input: '#292929',
    linear: '#1e6b1a',
    embedding: '#0451a5',
    pooling: '#8a4b00',
    hidden: '#5d2a86',
    regulariser: '#515151',
    prediction: '#00606a',
    output: '#000000',
    training: '#0451a5',
    validation: '#8a4b00',
    best: '#1e6b1a',
    positive: '#cf7a26',
    negative: '#4a90e2',
    added: '#1e6b1a',
    removed: '#a31515',
    changed: '#7a5200',
  },
};

export const paletteColors = Object.keys(palettes.light) as readonly PaletteColor[];

/** `--nfm-high-contrast` style name of a colour's CSS variable. */
const variableOf = (color: PaletteColor): string =>
  `--nfm-${color.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Every colour as a CSS variable with the light palette behind it. */
export const livePalette: Palette = Object.fromEntries(
  paletteColors.map((color) => [color, `var(${variableOf(color)}, ${palettes.light[color]})`]),
) as unknown as Palette;

/** A palette as CSS declarations, for the element around pictures drawn with `livePalette`. */
export function cssVariables(palette: Palette): string {
  return paletteColors.map((color) => `${variableOf(color)}: ${palette[color]};`).join(' ');
}
