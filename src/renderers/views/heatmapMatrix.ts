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
  readonly unit: string;
}

/** What all matrices of a heatmap share. */
export interface Grid {
  readonly payload: InteractionsPayload;
  readonly theme: Palette;
  readonly interactive: boolean;
  readonly cell: number;
  /** Where the names on the left end, and where the cells begin. */
  readonly names: number;
  readonly left: number;
  /** Where everything ends. */
  readonly right: number;
}

const barWidth = 56;
const [leastCell, mostCell] = [6, 44];
/** Cells of this size have room for a number, rows of this height for a name. */
const [numberCell, nameCell] = [30, 8];

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
  const { payload, theme, cell, names } = grid;
  const known = strongestFirst(panel.pairs);
  const scale = scaleOf(Math.abs(known[0]?.strength ?? 0));
  const within = panel.pairs.some(({ a, b }) => a === b);
  const head = panel.firstOrder && label(names, -5, 'first order', { fill: theme.muted, size: 10 });
  const rows = payload.fields.map((_, f) =>
    joined(panel.firstOrder && drawBar(panel.firstOrder, f, grid), cell >= nameCell && drawNames(f, within, grid)),
  );
  const cells = panel.pairs
    .filter(({ a, b }) => payload.fields[a] !== undefined && payload.fields[b] !== undefined)
    .map((pair) => drawCell(pair, pair === known[0], scale, panel.unit, grid));
  return joined(head, rows, cells);
}

/** The name of a row at its left, and of the column below it where the upper triangle is free. */
function drawNames(field: number, within: boolean, { payload, theme, cell, names, left, right }: Grid): Markup {
  const name = fieldName(payload, field);
  const size = Math.min(11, cell);
  const y = (field + 0.5) * cell + size * 0.36;
  const x = left + (field + (within ? 1 : 0)) * cell + 4;
  const last = field === payload.fields.length - 1;
  return joined(
    label(names - 6, y, name, { fill: theme.foreground, anchor: 'end', size, width: names - 6 }),
    !last && label(x, y, name, { fill: theme.muted, size, width: right - x }),
  );
}

/** First-order strength of a field, with its number. */
function drawBar(firstOrder: readonly number[], field: number, { theme, cell, names }: Grid): Markup {
  const strength = Number.isFinite(firstOrder[field]) ? firstOrder[field] : 0;
  const top = Math.max(...firstOrder.filter(Number.isFinite));
  const width = top > 0 ? (barWidth * Math.max(0, strength)) / top : 0;
  const height = Math.max(2, Math.min(14, cell - 4));
  const size = Math.min(10, cell);
  const middle = (field + 0.5) * cell;
  return joined(
    element('rect', { x: names, y: middle - height / 2, width, height, fill: theme.linear }),
    cell >= nameCell &&
      label(names + width + 4, middle + size * 0.36, formatNumber(strength, { digits: 2 }), {
        fill: theme.muted,
        size,
      }),
  );
}

function drawCell(pair: PairStrength, first: boolean, scale: Scale, unit: string, grid: Grid): Markup {
  const { payload, theme, interactive, cell, left } = grid;
  const { a, b, strength, spread } = pair;
  const [x, y, size] = [left + Math.min(a, b) * cell, Math.max(a, b) * cell, cell - 1];
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
  const number = cell >= numberCell && strength !== null && !noise;
  return element(
    'g',
    { class: 'nfm-cell', role: 'img', 'aria-label': told, ...button },
    element('title', {}, told),
    shaded({ x, y, width: size, height: size }, strength === null || scale.top === 0 ? 0 : strength / scale.top, theme),
    (strength === null || noise) && hatch(x, y, size, noise ? 'noise' : 'missing', theme),
    number &&
      label(x + size / 2, y + size / 2 + 4, scaled(strength, scale), {
        fill: theme.ink,
        anchor: 'middle',
        width: cell,
      }),
  );
}
