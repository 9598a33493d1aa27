/** A Vega-Lite chart as SVG in plain Node, on white paper. */

import { createHash } from 'node:crypto';
import { escapeText } from '../../kernel/format/escapeText.ts';
import type { Json } from '../../kernel/format/mime.ts';
import { chartText } from '../../kernel/format/vegaLite.ts';
import { chartView } from '../vega/chartView.ts';
import { palettes } from '../views/theme.ts';
import { vegaTheme } from '../views/vegaTheme.ts';

/**
 * The same text for the same chart, with ids that other pictures of a page do not have.
 * @throws Error for a chart that cannot be drawn
 */
export async function vegaSvg(spec: Json): Promise<string> {
  const theme = vegaTheme(palettes.light, 'system-ui, sans-serif', palettes.light.page);
  // A label per mark would be most of the file; the whole has one instead.
  const { view, draw } = chartView(spec, { ...theme, aria: false } as never, { renderer: 'none' });
  try {
    await draw();
    const svg = await view.toSVG();
    return withOwnIds(svg).replace('<svg ', `<svg role="img" aria-label="${escapeText(chartText(spec))}" `);
  } finally {
    view.finalize();
  }
}

/** Vega counts its ids up over all charts of a process. */
function withOwnIds(svg: string): string {
  const names = new Map<string, string>();
  const renamed = (prefix: string): string =>
    svg.replace(/\b(id="|url\(#)((?:clip|gradient_)\d+)/g, (_, before: string, id: string) => {
      if (!names.has(id)) names.set(id, `${names.size + 1}`);
      return `${before}${prefix}${names.get(id)}`;
    });
  return renamed(`nfm-${createHash('sha256').update(renamed('')).digest('hex').slice(0, 10)}-`);
}
