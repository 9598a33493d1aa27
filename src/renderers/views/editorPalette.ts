/** A palette from the editor's own colours, which are not safe for charts: some are nearly the colour of the page. */

import { atContrast, contrast, hexOf, parseColor, type Rgb, strongest, withContrast } from './color.ts';
import { type Palette, type PaletteColor, palettes, type ThemeName } from './theme.ts';

/** The editor colour (`charts-blue` is `--vscode-charts-blue`) that each colour is made from. */
const sources: Partial<Readonly<Record<PaletteColor, string>>> = {
  foreground: 'foreground',
  muted: 'descriptionForeground',
  input: 'descriptionForeground',
  linear: 'charts-green',
  embedding: 'charts-blue',
  pooling: 'charts-orange',
  hidden: 'charts-purple',
  output: 'foreground',
  training: 'charts-blue',
  validation: 'charts-orange',
  best: 'charts-green',
  added: 'charts-green',
  removed: 'charts-red',
  changed: 'charts-yellow',
};

/** Colours that text is set in. */
const textColors: ReadonlySet<PaletteColor> = new Set(['foreground', 'muted', 'added', 'removed', 'changed']);
/** Surfaces and rules, which carry no meaning by themselves. */
const surfaces = {
  box: 'editorWidget-background',
  border: 'editorWidget-border',
  grid: 'editorIndentGuide-background1',
} as const;
const scales = { positive: 'charts-orange', negative: 'charts-blue' } as const;

/**
 * The palette of a theme with the editor's colours, each moved in lightness until its contrast holds: 4.5:1 for text,
 * 3:1 for marks. Missing or unreadable colours come from the built-in palette of that name.
 * @param read value of the CSS variable `--vscode-<name>`, or an empty text
 */
export function editorPalette(name: ThemeName, read: (name: string) => string): Palette {
  const standard = palettes[name];
  const page = parseColor(read('editor-background')) ?? parseColor(standard.page)!;
  const own = (variable: string, otherwise: string): Rgb =>
    parseColor(read(variable), page) ?? parseColor(otherwise, page)!;
  const palette: Record<PaletteColor, string> = { ...standard, page: hexOf(page), ink: hexOf(strongest(page)) };
  const box = own(surfaces.box, standard.box);
  for (const [color, variable] of Object.entries(surfaces) as [keyof typeof surfaces, string][])
    palette[color] = hexOf(own(variable, standard[color]));
  // The box may lie on either side of the page; a colour that holds on the harder of the two holds on both.
  const marks: PaletteColor[] = ['regulariser', 'prediction', ...(Object.keys(sources) as PaletteColor[])];
  for (const color of marks) {
    const wanted = own(sources[color] ?? '', standard[color]);
    const ratio = textColors.has(color) ? 4.5 : 3;
    const [easy, hard] = contrast(wanted, page) > contrast(wanted, box) ? [page, box] : [box, page];
    palette[color] = hexOf(withContrast(withContrast(wanted, hard, ratio), easy, ratio));
  }
  for (const [color, variable] of Object.entries(scales) as [keyof typeof scales, string][])
    palette[color] = hexOf(atContrast(own(variable, standard[color]), page, 3.1));
  return palette;
}
