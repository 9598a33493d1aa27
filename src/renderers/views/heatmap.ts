/**
 * Interactions between fields: the lower triangle of the field matrix, each row led by the first-order strength of its
 * field, column names along the diagonal. Zero is the page; what was not computed is crossed out, and what is within its
 * spread over seeds is hatched. AFM's attention follows the contributions as a second matrix.
 */

import type { InteractionsPayload } from '../../kernel/format/mime.ts';
import { svgOrSentence } from './damaged.ts';
import { drawMatrix, type Grid, gridSizes, type Panel } from './heatmapMatrix.ts';
import { legend, scaleOf } from './heatmapScale.ts';
import { caption, heatmapText, measureOf, strongestFirst, unitOf } from './heatmapWords.ts';
import { type Child, element } from './html.ts';
import { label, picture, type SvgView, type TextStyle, type ViewOptions } from './picture.ts';
import { wrapped } from './textFit.ts';
import { livePalette } from './theme.ts';

const margin = 12;
/** From this width on there is room for two matrices beside each other. */
const twoBeside = 900;

export interface HeatmapOptions extends ViewOptions {
  /** Fields in the order of the schema, or with those that act together beside each other. @default 'schema' */
  readonly order?: 'schema' | 'clustered';
}

/**
 * The heatmap. Interactive cells are buttons with `data-a` and `data-b`; the strongest can be reached with the tab key,
 * the others from there (a page moves the focus by arrow keys).
 * @param options `width` 560 by default
 */
export function heatmap(payload: InteractionsPayload, options: HeatmapOptions = {}): SvgView {
  return svgOrSentence(options, () => draw(payload, options));
}

function draw(payload: InteractionsPayload, options: HeatmapOptions): SvgView {
  const { theme = livePalette, width = 560, interactive = false } = options;
  const text = heatmapText(payload);
  const panels = panelsOf(payload);
  const inner = width - 2 * margin;
  const beside = panels.length > 1 && width >= twoBeside;
  const panelWidth = beside ? (inner - 24) / 2 : inner;
  const order = options.order === 'clustered' ? clusteredOrderOf(payload) : schemaOrderOf(payload);
  const grid: Grid = { payload, theme, interactive, order, ...gridSizes(payload, panelWidth) };

  const { what, from } = caption(payload);
  let y = margin - 6;
  const lines = (parts: readonly string[], style: TextStyle) =>
    wrapped(parts, inner, style.size ?? 11, style.bold).map((line) =>
      label(margin, (y += 17), line, { ...style, width: inner }),
    );
  const children: Child[] = [
    lines(what, { fill: theme.foreground, bold: true, size: 12 }),
    lines(from, { fill: theme.muted }),
  ];
  const top = y + 6;
  const height = Math.max(1, payload.fields.length) * grid.cell;
  const head = (panels.length > 1 ? 24 : 0) + 20;
  const legends = panels.map(({ pairs, measure }) => {
    const scale = scaleOf(Math.abs(strongestFirst(pairs)[0]?.strength ?? 0));
    return legend(pairs, scale, measure, panelWidth - grid.left, theme);
  });
  const panelHeight = head + height + 22 + Math.max(...legends.map((drawn) => drawn.height));
  for (const [i, panel] of panels.entries()) {
    const [left, start] = beside ? [margin + i * (panelWidth + 24), top] : [margin, top + i * panelHeight];
    children.push(
      panels.length > 1 &&
        label(left, start + 18, panel.title, { fill: theme.foreground, bold: true, width: panelWidth }),
      element('g', { transform: `translate(${left} ${start + head})` }, drawMatrix(panel, grid)),
      element('g', { transform: `translate(${left + grid.left} ${start + head + height + 14})` }, legends[i].drawn),
    );
  }
  const rows = beside ? 1 : panels.length;
  return { svg: picture(width, top + rows * panelHeight, text, options, children).toString(), text };
}

function panelsOf(payload: InteractionsPayload): readonly Panel[] {
  const { pairs, firstOrder, attention } = payload;
  const unit = unitOf(payload);
  const measure = [measureOf(payload).name, ...(unit ? [unit] : [])];
  const strength: Panel = { title: 'Contribution', pairs, firstOrder, unit: 'strength', measure };
  if (!attention) return [strength];
  const share = { unit: 'mean attention', measure: ['mean attention, of 1 in a row'] };
  const title = 'Mean attention: a share, not a strength';
  return [strength, { title, pairs: attention, firstOrder: null, ...share }];
}

const schemaOrderOf = ({ fields }: InteractionsPayload): readonly number[] => [...fields.keys()];

/** The order that the payload has; the schema's where it has none that holds every field once. */
export function clusteredOrderOf(payload: InteractionsPayload): readonly number[] {
  const { order, fields } = payload;
  const given = Array.isArray(order) ? new Set(order) : new Set();
  const whole = order?.length === fields.length && fields.every((_, f) => given.has(f));
  return whole ? order : schemaOrderOf(payload);
}
