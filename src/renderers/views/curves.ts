/**
 * The curve of a run: validation solid, training dashed, a diamond at the best epoch, a dotted rule where early stopping
 * ended it, thin rules for baselines. Lines are named at their right ends, not in a legend.
 */

import type { RunPayload } from '../../kernel/format/mime.ts';
import { metricTitle } from '../../kernel/run/metricTitle.ts';
import { type Baseline, bestMark, endLabels, namesAtEnds, rule, type Series, stopRule } from './curveMarks.ts';
import { isFar, type Plot, plotOf } from './curveScales.ts';
import { svgOrSentence } from './damaged.ts';
import { type Child, element, joined, type Markup } from './html.ts';
import { counted, formatNumber } from './numbers.ts';
import { label, line, picture, type SvgView, type ViewOptions } from './picture.ts';
import { trainingSeries, validationSeries } from './runNumbers.ts';
import { nameText, textWidth } from './textFit.ts';
import { livePalette, type Palette } from './theme.ts';
import { tickDecimals } from './ticks.ts';

export interface CurveOptions extends ViewOptions {
  /** @default false */
  readonly logY?: boolean;
  /** @default none */
  readonly baselines?: readonly Baseline[];
  /** @default 260 */
  readonly height?: number;
}

const longestLabel = 150;
/** With at most this many epochs every validation value has a dot, and every epoch its own tip. */
const [mostDots, mostTips] = [40, 300];

/** @param options `width` 640 by default; a log axis falls back to a linear one where a value is not positive */
export function curve(run: RunPayload, options: CurveOptions = {}): SvgView {
  return svgOrSentence(options, () => ({ svg: drawCurve(run, options).toString(), text: curveText(run) }));
}

/** The picture alone, to stand among other markup. */
export function drawCurve(run: RunPayload, options: CurveOptions = {}): Markup {
  const { theme = livePalette, width = 640, height = 260, baselines = [], logY = false, interactive } = options;
  const training = trainingSeries(run);
  const all: Series[] = [
    { name: 'validation', values: validationSeries(run), color: theme.validation, width: 2 },
    ...(training ? [{ ...training, color: theme.training, dash: '5 4', width: 1.5 }] : []),
  ];
  const series = all.filter(({ values }) => values.some((v) => v !== null));
  const values = series.flatMap((s) => s.values.filter((v) => v !== null));
  const known = baselines.filter(({ value }) => Number.isFinite(value));
  const near = known.filter(({ value }) => !isFar(value, values));
  const far = known.filter((baseline) => !near.includes(baseline));
  const shown = [...values, ...near.map(({ value }) => value)];
  const log = logY && shown.every((value) => value > 0);

  const ends = endLabels(series, near);
  const room = Math.min(longestLabel, Math.max(20, ...ends.map((end) => textWidth(end.text, 11) + 14)));
  const area = { left: 52, right: width - room - 8, top: 40, bottom: height - 40 };
  const plot = plotOf(area, run.history.length, shown, log);
  const title = `${nameText(run.config.model)}: ${nameText(metricTitle(run.metric))} by epoch${log ? ' (log scale)' : ''}`;
  const notes = [
    ...(series.length === 0 ? ['No epoch has finished yet'] : []),
    ...far.map(({ name, value }) => `${nameText(name)} ${formatNumber(value)} is off this chart`),
    ...(logY && !log ? ['no log scale: some values are not positive'] : []),
  ];
  const children: Child[] = [
    label(12, 20, title, { fill: theme.foreground, size: 12, bold: true, width: width - 24 }),
    axes(plot, theme),
    near.map(({ value }) => rule(plot, value, theme)),
    series.toReversed().map((s) => drawSeries(plot, s, theme)),
    stopRule(run, plot, theme),
    bestMark(run, series, plot, theme),
    namesAtEnds(ends, plot, room, theme),
    interactive && tips(run, series, plot),
    notes.length > 0 &&
      label(area.left, height - 6, notes.join(' · '), { fill: theme.muted, width: width - area.left - 8 }),
  ];
  return picture(width, height, curveText(run), options, children);
}

function axes(plot: Plot, theme: Palette): Markup {
  const { left, right, top, bottom, x, y, xTicks, yTicks } = plot;
  const decimals = tickDecimals(yTicks);
  return joined(
    yTicks.map((tick) => {
      const at = y(tick) ?? bottom;
      return joined(
        element('path', {
          d: line([
            [left, at],
            [right, at],
          ]),
          stroke: theme.grid,
        }),
        label(left - 6, at + 4, formatNumber(tick, decimals > 5 ? {} : { decimals }), {
          fill: theme.muted,
          anchor: 'end',
        }),
      );
    }),
    element('path', {
      d: line([
        [left, top],
        [left, bottom],
        [right, bottom],
      ]),
      stroke: theme.border,
      fill: 'none',
    }),
    xTicks.map((tick) => label(x(tick), bottom + 16, formatNumber(tick), { fill: theme.muted, anchor: 'middle' })),
    label(right, bottom + 30, 'epoch', { fill: theme.muted, anchor: 'end' }),
  );
}

function drawSeries(plot: Plot, { values, color, dash, width }: Series, theme: Palette): Markup {
  const runs: [number, number][][] = [[]];
  for (const [i, value] of values.entries()) {
    const y = value === null ? null : plot.y(value);
    if (y === null) runs.push([]);
    else runs[runs.length - 1].push([plot.x(i + 1), y]);
  }
  const dots = runs.flat().filter((_, i, all) => all.length <= mostDots || i === 0);
  return joined(
    runs
      .filter((points) => points.length > 1)
      .map((points) =>
        element('path', {
          d: line(points),
          fill: 'none',
          stroke: color,
          'stroke-width': width,
          'stroke-dasharray': dash,
          'stroke-linejoin': 'round',
        }),
      ),
    // Dots tell the series apart once more: full ones are validation, open ones training.
    dots.map(([cx, cy]) => element('circle', { cx, cy, r: 2, fill: dash ? theme.page : color, stroke: color })),
  );
}

/** Invisible strips, one an epoch, that tell its numbers on hover. */
function tips({ history }: RunPayload, series: readonly Series[], { x, top, bottom }: Plot): Markup | false {
  if (history.length > mostTips) return false;
  const width = x(2) - x(1);
  return joined(
    history.map(({ epoch }, i) => {
      const told = series.map(({ name, values }) => `${name} ${formatNumber(values[i], { decimals: 4 })}`);
      const strip = { x: x(i + 1) - width / 2, y: top, width, height: bottom - top, fill: 'transparent' };
      return element(
        'rect',
        { ...strip, 'data-epoch': epoch },
        element('title', {}, `epoch ${epoch}: ${told.join(', ')}`),
      );
    }),
  );
}

function curveText(run: RunPayload): string {
  const { history, bestEpoch, metric, config } = run;
  if (history.length === 0) return `${nameText(config.model)}: no epoch has finished yet.`;
  const best = validationSeries(run)[bestEpoch - 1];
  const last = validationSeries(run).at(-1);
  const values = [
    best !== undefined &&
      best !== null &&
      `best validation ${nameText(metricTitle(metric))} ${formatNumber(best, { decimals: 4 })} at epoch ${bestEpoch}`,
    `last ${formatNumber(last, { decimals: 4 })}`,
  ].filter((part) => part !== false);
  return `${nameText(config.model)}, ${counted(history.length, 'epoch')}: ${values.join(', ')}.`;
}
