/** One matrix of a heatmap: names, first-order bars, cells. */

import type { InteractionsPayload, PairStrength } from '../../kernel/format/mime.ts';
import { hatch, isNoise, type Scale, scaled, scaleOf, shaded } from './heatmapScale.ts';
import { fieldName, strongestFirst } from './heatmapWords.ts';
import { element, joined, type Markup } from './html.ts';
import { formatNumber } from './numbers.ts';
import { label } from './picture.ts';
import { textWidth } from './textFit.ts';
import type { Palette } from './theme.ts';

/** What one matrix shows. */
export interface Panel {
  readonly title: string;
  readonly pairs: readonly PairStrength[];
  readonly firstOrder: readonly number[] | null;
  /** What a strength is called. */
  readonly unit: string;
  /** What the numbers are, for the legend. */
  readonly measure: readonly string[];
}

/** What all matrices of a heatmap share. */
export interface Grid {
  readonly payload: InteractionsPayload;
  readonly theme: Palette;
  readonly interactive: boolean;
  /** The field in each row. */
  readonly order: readonly number[];
  readonly cell: number;
  /** Where the names on the left end, and where the cells begin. */
  readonly names: number;
  readonly left: number;
  /** Where everything ends. */
  readonly right: number;
}

const barWidth = 56;
const [leastCell, mostCell] = [6, 24];
/** Rows of this height have room for a name; lower ones tell it when they are pointed at. */
const nameCell = 8;
/** With more fields, numbers are for pointing at. */
const mostNumbered = 12;

/** Sizes of a matrix that is `width` pixels wide. */
export function gridSizes(
  payload: InteractionsPayload,
  width: number,
): Pick<Grid, 'cell' | 'names' | 'left' | 'right'> {
  const { fields, firstOrder } = payload;
  const longest = Math.max(30, ...fields.map((_, f) => textWidth(fieldName(payload, f), 11)));
  const names = Math.min(longest, width / 5) + 8;
  const left = names + (firstOrder ? barWidth + 44 : 0);
  const room = (width - left - Math.min(longest + 8, 90)) / Math.max(1, fields.length);
  return { cell: Math.max(leastCell, Math.min(mostCell, Math.floor(room))), names, left, right: width };
}

export function drawMatrix(panel: Panel, grid: Grid): Markup {
  const { theme, cell, names } = grid;
  const known = strongestFirst(panel.pairs);
  const scale = scaleOf(Math.abs(known[0]?.strength ?? 0));
  const within = new Set(panel.pairs.flatMap(({ a, b }) => (a === b ? [a] : [])));
  const head = panel.firstOrder && label(names, -5, 'first order', { fill: theme.muted, size: 10 });
  const rows = grid.order.map((field, row) =>
    joined(
      panel.firstOrder && drawBar(panel.firstOrder, field, row, grid),
      cell >= nameCell && drawNames(field, row, panel, within.has(field), grid),
    ),
  );
  const rowOf = new Map(grid.order.map((field, row) => [field, row]));
  const cells = panel.pairs.flatMap((pair) => {
    const [p, q] = [rowOf.get(pair.a), rowOf.get(pair.b)];
    if (p === undefined || q === undefined) return [];
    const place = { column: Math.min(p, q), row: Math.max(p, q) };
    return [drawCell(pair, place, pair === known[0], scale, panel.unit, grid)];
  });
  return joined(head, rows, cells);
}

/**
 * The name of a row at its left, and of the column below it where the upper triangle is free. The first row has no cell
 * and the last column neither: they are named only where a bar or a pair within the field stands there.
 * @param within whether the field has a cell on the diagonal
 */
function drawNames(field: number, row: number, { firstOrder }: Panel, within: boolean, grid: Grid): Markup {
  const { payload, theme, cell, names, left, right, order } = grid;
  const name = fieldName(payload, field);
  const size = Math.min(11, cell);
  const y = (row + 0.5) * cell + size * 0.36;
  const x = left + (row + (within ? 1 : 0)) * cell + 4;
  return joined(
    (row > 0 || within || firstOrder) &&
      label(names - 6, y, name, { fill: theme.foreground, anchor: 'end', size, width: names - 6 }),
    (row < order.length - 1 || within) && label(x, y, name, { fill: theme.muted, size, width: right - x }),
  );
}

/** First-order strength of a field, with its number. */
function drawBar(firstOrder: readonly number[], field: number, row: number, { theme, cell, names }: Grid): Markup {
  const strength = Number.isFinite(firstOrder[field]) ? firstOrder[field] : 0;
  const top = Math.max(...firstOrder.filter(Number.isFinite));
  const width = top > 0 ? (barWidth * Math.max(0, strength)) / top : 0;
  const height = Math.max(2, Math.min(14, cell - 4));
  const size = Math.min(10, cell);
  const middle = (row + 0.5) * cell;
  return joined(
    element('rect', { x: names, y: middle - height / 2, width, height, fill: theme.linear }),
    cell >= nameCell &&
      label(names + width + 4, middle + size * 0.36, formatNumber(strength, { digits: 2 }), {
        fill: theme.muted,
        size,
      }),
  );
}

interface Place {
  readonly column: number;
  readonly row: number;
}

function drawCell(pair: PairStrength, { column, row }: Place, first: boolean, scale: Scale, unit: string, grid: Grid) {
  const { payload, theme, interactive, cell, left } = grid;
  const { a, b, strength, spread } = pair;
  const [x, y, size] = [left + column * cell, row * cell, cell - 1];
  const noise = isNoise(pair);
  const told = [
    `${fieldName(payload, a)} × ${fieldName(payload, b)}: `,
    strength === null ? 'not computed' : `${formatNumber(strength, { digits: 3 })} ${unit}`,
    spread !== undefined && ` ± ${formatNumber(spread, { digits: 2 })} over seeds`,
    noise && ', within its spread',
  ]
    .filter((part) => part !== false)
    .join('');
  const button = interactive && { role: 'button', tabindex: first ? 0 : -1, 'data-a': a, 'data-b': b };
  const number = strength !== null && !noise && grid.order.length <= mostNumbered && numberText(strength, scale, size);
  return element(
    'g',
    { class: 'nfm-cell', role: 'img', 'aria-label': told, ...button },
    element('title', {}, told),
    shaded({ x, y, width: size, height: size }, strength === null || scale.top === 0 ? 0 : strength / scale.top, theme),
    (strength === null || noise) && hatch(x, y, size, noise ? 'noise' : 'missing', theme),
    number &&
      label(x + size / 2, y + size / 2 + 3.2, number.text, { fill: theme.ink, anchor: 'middle', size: number.size }),
  );
}

/** The number of a cell in the largest letters that fit it; false where none do. */
function numberText(strength: number, scale: Scale, width: number): { text: string; size: number } | false {
  const text = scaled(strength, scale);
  const size = [10, 9, 8].find((pixels) => textWidth(text, pixels) <= width);
  return size !== undefined && { text, size };
}
