/** What stands on and beside the lines of a curve: best epoch, early stop, baselines, names. */

import type { RunPayload } from '../../kernel/format/mime.ts';
import { type Plot, spreadOut } from './curveScales.ts';
import { element, joined, type Markup } from './html.ts';
import { formatNumber } from './numbers.ts';
import { label, line } from './picture.ts';
import { validationSeries } from './runNumbers.ts';
import { nameText, textWidth } from './textFit.ts';
import type { Palette } from './theme.ts';

/** A value to hold the curve against: a paper's result, a constant predictor. */
export interface Baseline {
  readonly name: string;
  readonly value: number;
}

/** A line of the curve. */
export interface Series {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly color: string;
  readonly dash?: string;
  readonly width: number;
}

/** A baseline. */
export const rule = ({ left, right, y, bottom }: Plot, value: number, theme: Palette): Markup =>
  element('path', {
    d: line([
      [left, y(value) ?? bottom],
      [right, y(value) ?? bottom],
    ]),
    stroke: theme.muted,
    'stroke-dasharray': '8 3',
  });

/** Where early stopping ended the run. */
export function stopRule({ state, history }: RunPayload, { x, top, bottom }: Plot, theme: Palette): Markup | false {
  if (state !== 'earlyStopping' || history.length === 0) return false;
  const at = x(history.length);
  return joined(
    element('path', {
      d: line([
        [at, top - 4],
        [at, bottom],
      ]),
      stroke: theme.foreground,
      'stroke-dasharray': '2 3',
    }),
    label(at, top - 8, 'stopped early', { fill: theme.muted, anchor: 'end', size: 10 }),
  );
}

/** A diamond with its words, away from the other lines. */
export function bestMark(run: RunPayload, series: readonly Series[], plot: Plot, theme: Palette): Markup | false {
  const value = validationSeries(run)[run.bestEpoch - 1];
  const y = value === undefined || value === null ? null : plot.y(value);
  if (y === null) return false;
  const [x, words] = [plot.x(run.bestEpoch), `best ${formatNumber(value, { decimals: 4 })} @ ${run.bestEpoch}`];
  const half = textWidth(words, 11) / 2;
  const inside = Math.max(plot.left + half + 4, Math.min(plot.right - half, x));
  const others = series.flatMap(({ values }) => plot.y(values[run.bestEpoch - 1] ?? Number.NaN) ?? []);
  const crowded = others.some((other) => other > y + 1 && other < y + 60);
  const below = y + 24 < plot.bottom && !(crowded && y - 24 > plot.top);
  return joined(
    element('path', { d: `M${x} ${y - 7}l6 7l-6 7l-6 -7Z`, fill: theme.best, stroke: theme.page, 'stroke-width': 1.5 }),
    label(inside, below ? y + 21 : y - 13, words, {
      fill: theme.foreground,
      anchor: 'middle',
      halo: theme.page,
    }),
  );
}

interface EndLabel {
  readonly text: string;
  readonly value: number;
  /** null for baselines, which have the colour of text. */
  readonly series: Series | null;
}

export function endLabels(series: readonly Series[], baselines: readonly Baseline[]): readonly EndLabel[] {
  return [
    ...series.map((s) => ({ text: s.name, value: s.values.findLast((v) => v !== null)!, series: s })),
    ...baselines.map(({ name, value }) => ({ text: `${nameText(name)} ${formatNumber(value)}`, value, series: null })),
  ];
}

/** Names beside the ends of their lines, with a short piece of the line before them. */
export function namesAtEnds(ends: readonly EndLabel[], plot: Plot, room: number, theme: Palette): Markup {
  const wanted = ends.map(({ value }) => plot.y(value) ?? plot.bottom);
  const places = spreadOut(wanted, 14, plot.top, plot.bottom);
  return joined(
    ends.map(({ text, series }, i) =>
      joined(
        element('path', {
          d: line([
            [plot.right + 3, wanted[i]],
            [plot.right + 9, places[i]],
          ]),
          stroke: series?.color ?? theme.muted,
          'stroke-width': series?.width,
          fill: 'none',
        }),
        label(plot.right + 12, places[i] + 4, text, { fill: theme.foreground, width: room - 8 }),
      ),
    ),
  );
}
