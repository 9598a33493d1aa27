/**
 * Interactions between fields: the lower triangle of the field matrix, each row led by the first-order strength of its
 * field, column names along the diagonal. Zero is the page; what was not computed is crossed out, and what is within its
 * spread over seeds is hatched. AFM's attention stands beside the contributions as a second matrix.
 */

import type { InteractionsPayload, PairStrength } from '../../kernel/format/mime.ts';
import { caption, fieldName, heatmapText, strongestFirst } from './heatmapWords.ts';
import { type Child, element, joined, type Markup } from './html.ts';
import { formatNumber } from './numbers.ts';
import { label, picture, type SvgView, type ViewOptions } from './picture.ts';
import { fitText, textWidth } from './textFit.ts';
import { livePalette, type Palette } from './theme.ts';

const margin = 12;
const barWidth = 56;
const [leastCell, mostCell] = [6, 44];
/** Cells of this size have room for a number, rows of this height for a name. */
const [numberCell, nameCell] = [30, 9];

/** What one matrix shows. */
interface Panel {
  readonly title: string;
  readonly pairs: readonly PairStrength[];
  readonly firstOrder: readonly number[] | null;
  readonly what: 'strength' | 'attention';
}

/**
 * The heatmap. Interactive cells are buttons with `data-a` and `data-b`; the strongest can be reached with the tab key,
 * the others from there (a page moves the focus by arrow keys).
 * @param options `width` 560 by default
 */
export function heatmap(payload: InteractionsPayload, options: ViewOptions = {}): SvgView {
  const { theme = livePalette, width = 560, interactive = false } = options;
  const { fields, firstOrder, attention } = payload;
  const text = heatmapText(payload);
  const drawing = { payload, theme, interactive, ...sizes(payload, width) };
  const panels: Panel[] = [
    { title: attention ? 'Contribution' : '', pairs: payload.pairs, firstOrder, what: 'strength' },
  ];
  if (attention)
    panels.push({
      title: 'Mean attention (a share, not a strength)',
      pairs: attention,
      firstOrder: null,
      what: 'attention',
    });

  const children: Child[] = [];
  let y = margin;
  for (const [i, line] of caption(payload).entries()) {
    const style = i === 0 ? { fill: theme.foreground, bold: true, size: 12 } : { fill: theme.muted };
    children.push(label(margin, y + 11, line, { ...style, width: width - 2 * margin }));
    y += 18;
  }
  for (const panel of panels) {
    const title = panel.title !== '' && label(margin, y + 20, panel.title, { fill: theme.foreground, bold: true });
    y += title ? 30 : 10;
    children.push(title, element('g', { transform: `translate(${margin} ${y})` }, matrix(panel, drawing)));
    y += Math.max(1, fields.length) * drawing.cell + 46;
  }
  return { svg: picture(width, y, text, options, children), text };
}

interface Drawing {
  readonly payload: InteractionsPayload;
  readonly theme: Palette;
  readonly interactive: boolean;
  readonly cell: number;
  /** Room for field names on the left; and where the cells begin. */
  readonly names: number;
  readonly left: number;
  readonly right: number;
}

function sizes(payload: InteractionsPayload, width: number): Pick<Drawing, 'cell' | 'names' | 'left' | 'right'> {
  const { fields, firstOrder } = payload;
  const longest = Math.max(30, ...fields.map((_, f) => textWidth(fieldName(payload, f), 11)));
  const names = Math.min(longest, width / 5) + 8;
  const left = names + (firstOrder ? barWidth + 44 : 0);
  const right = Math.min(longest + 8, 90);
  const room = (width - 2 * margin - left - right) / Math.max(1, fields.length);
  return { cell: Math.max(leastCell, Math.min(mostCell, Math.floor(room))), names, left, right };
}

function matrix(panel: Panel, drawing: Drawing): Markup {
  const { payload, theme, cell, names, left, right } = drawing;
  const known = strongestFirst(panel.pairs);
  const top = Math.abs(known[0]?.strength ?? 0);
  const scale = scaleOf(top);
  const named = cell >= nameCell;
  const rows = payload.fields.map((_, f) => {
    const y = f * cell;
    const name = fieldName(payload, f);
    return joined(
      named && label(names - 6, y + cell / 2 + 4, cutTo(name, names - 6), { fill: theme.foreground, anchor: 'end' }),
      panel.firstOrder && bar(panel.firstOrder, f, names, y, drawing),
      // The name of the column below, where the upper triangle is free.
      named &&
        f < payload.fields.length - 1 &&
        label(left + f * cell + 4, y + cell / 2 + 4, name, {
          fill: theme.muted,
          width: Math.max(right, (payload.fields.length - f - 1) * cell + right) - 8,
        }),
    );
  });
  const cells = panel.pairs
    .filter(({ a, b }) => inside(a, payload) && inside(b, payload))
    .map((pair) => drawCell(pair, pair === known[0], top, scale, panel, drawing));
  const head = panel.firstOrder && label(names, -4, 'first order', { fill: theme.muted, size: 10 });
  return joined(head, rows, cells, legend(top, scale, payload.fields.length * cell + 16, panel, drawing));
}

const inside = (field: number, { fields }: InteractionsPayload): boolean =>
  Number.isInteger(field) && field >= 0 && field < fields.length;
const cutTo = (text: string, width: number): string => fitText(text, width, 11).text;

/** Strengths are shown times 10^-power with `decimals`, so that two digits of the strongest fit into a cell. */
interface Scale {
  readonly power: number;
  readonly decimals: number;
}

function scaleOf(top: number): Scale {
  const order = top > 0 ? Math.floor(Math.log10(top)) : 0;
  const power = order < -1 || order > 2 ? order : 0;
  return { power, decimals: Math.max(0, 1 - (order - power) + (order - power < 0 ? 0 : 0)) };
}

const scaled = (x: number, { power, decimals }: Scale): string => formatNumber(x / 10 ** power, { decimals });

function drawCell(
  pair: PairStrength,
  first: boolean,
  top: number,
  scale: Scale,
  panel: Panel,
  drawing: Drawing,
): Markup {
  const { payload, theme, interactive, cell, left } = drawing;
  const [row, column] = [Math.max(pair.a, pair.b), Math.min(pair.a, pair.b)];
  const [x, y, size] = [left + column * cell, row * cell, cell - 1];
  const { strength, spread } = pair;
  const noise = strength !== null && spread !== undefined && Math.abs(strength) < spread;
  const share = strength === null || top === 0 ? 0 : Math.abs(strength) / top;
  const names = `${fieldName(payload, pair.a)} × ${fieldName(payload, pair.b)}`;
  const value = strength === null ? 'not computed' : `${panel.what} ${formatNumber(strength, { digits: 3 })}`;
  const more = spread === undefined ? '' : ` ± ${formatNumber(spread, { digits: 2 })} over seeds`;
  const told = `${names}: ${value}${more}${noise ? ', within its spread' : ''}`;
  const button = interactive && { role: 'button', tabindex: first ? 0 : -1, 'data-a': pair.a, 'data-b': pair.b };
  return element(
    'g',
    { class: 'nfm-cell', role: 'img', 'aria-label': told, ...button },
    element('title', {}, told),
    element('rect', { x, y, width: size, height: size, fill: theme.page, stroke: theme.grid }),
    share > 0 &&
      element('rect', {
        x,
        y,
        width: size,
        height: size,
        fill: (strength ?? 0) < 0 ? theme.negative : theme.positive,
        'fill-opacity': share,
      }),
    (strength === null || noise) &&
      element('path', { d: hatch(x, y, size, strength === null), stroke: theme.muted, 'stroke-width': 0.7 }),
    cell >= numberCell &&
      strength !== null &&
      !noise &&
      label(x + size / 2, y + size / 2 + 4, scaled(strength, scale), {
        fill: theme.ink,
        anchor: 'middle',
        width: size,
      }),
  );
}

/** Two strokes within a cell: crossed where nothing was computed, side by side where the strength is noise. */
const hatch = (x: number, y: number, s: number, crossed: boolean): string =>
  crossed
    ? `M${x} ${y}l${s} ${s}M${x + s} ${y}l${-s} ${s}`
    : `M${x} ${y + s / 2}l${s / 2} ${-s / 2}M${x} ${y + s}l${s} ${-s}M${x + s / 2} ${y + s}l${s / 2} ${-s / 2}`;

/** First-order strength of a field, with its number. */
function bar(firstOrder: readonly number[], field: number, x: number, y: number, { theme, cell }: Drawing): Markup {
  const top = Math.max(...firstOrder.map((s) => (Number.isFinite(s) ? s : 0)));
  const strength = firstOrder[field] ?? 0;
  const width = top > 0 ? (barWidth * Math.max(0, strength)) / top : 0;
  const height = Math.max(2, Math.min(14, cell - 4));
  return joined(
    element('rect', { x, y: y + (cell - height) / 2, width, height, fill: theme.linear }),
    cell >= nameCell &&
      label(x + width + 4, y + cell / 2 + 4, formatNumber(strength, { digits: 2 }), { fill: theme.muted, size: 10 }),
  );
}

/** Steps of the scale with its ends, its unit, and what the hatches mean where there are some. */
function legend(top: number, scale: Scale, y: number, panel: Panel, drawing: Drawing): Markup {
  const { theme, left, cell } = drawing;
  const negative = panel.pairs.some(({ strength }) => strength !== null && strength < 0);
  const steps = negative ? [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1] : [0, 0.25, 0.5, 0.75, 1];
  const from = negative ? scaled(-top, scale) : '0';
  const start = left + textWidth(from, 10) + 6;
  const unit = scale.power === 0 ? '' : ` · cells × 10^${scale.power}`;
  const missing = panel.pairs.some(({ strength }) => strength === null) ? ' · crossed: not computed' : '';
  const noise = panel.pairs.some(
    ({ strength, spread }) => strength !== null && spread !== undefined && Math.abs(strength) < spread,
  )
    ? ' · hatched: within its spread'
    : '';
  const note = `${cell >= numberCell ? unit : ''}${missing}${noise}`;
  return joined(
    label(left, y + 9, from, { fill: theme.muted, size: 10 }),
    steps.map((share, i) =>
      element(
        'g',
        {},
        element('rect', { x: start + i * 20, y, width: 20, height: 10, fill: theme.page, stroke: theme.grid }),
        share !== 0 &&
          element('rect', {
            x: start + i * 20,
            y,
            width: 20,
            height: 10,
            fill: share < 0 ? theme.negative : theme.positive,
            'fill-opacity': Math.abs(share),
          }),
      ),
    ),
    label(start + steps.length * 20 + 6, y + 9, `${formatNumber(top, { digits: 2 })} ${panel.what}${note}`, {
      fill: theme.muted,
      size: 10,
    }),
  );
}
