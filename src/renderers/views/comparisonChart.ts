/** Several models as a picture: a row a model, its seeds as dots, mean and spread, the baseline as a rule. */

import type { ComparedModelPayload, ComparisonPayload } from '../../kernel/format/mime.ts';
import { metricTitle } from '../../kernel/run/metricTitle.ts';
import { bestOf, comparisonText, knownValues, valueText } from './comparison.ts';
import { svgOrSentence } from './damaged.ts';
import { type Child, element } from './html.ts';
import { formatNumber } from './numbers.ts';
import { label, line, picture, type SvgView, type ViewOptions } from './picture.ts';
import { nameText, textWidth } from './textFit.ts';
import { livePalette } from './theme.ts';
import { linearTicks, tickDecimals } from './ticks.ts';

const [margin, rowHeight] = [12, 26];

/** @param options `width` 640 by default */
export function comparisonChart(comparison: ComparisonPayload, options: ViewOptions = {}): SvgView {
  return svgOrSentence(options, () => draw(comparison, options));
}

function draw(comparison: ComparisonPayload, options: ViewOptions): SvgView {
  const { theme = livePalette, width = 640 } = options;
  const { models, metric, part, baseline, lowerIsBetter } = comparison;
  const best = bestOf(comparison);
  const text = comparisonText(comparison);
  const ends = models.map((model) => (model.mean === null ? 'no value' : valueText(model)));
  const names = models.map(({ name }) => nameText(name));
  const left = margin + Math.min(width / 3, Math.max(40, ...names.map((name) => textWidth(name, 11, true)))) + 10;
  const right = width - margin - Math.max(40, ...ends.map((end) => textWidth(end, 11, true))) - 14;
  const [top, bottom] = [44, 44 + models.length * rowHeight];
  const values = models.flatMap((model) => [...knownValues(model), ...band(model)]);
  const [low, high] = values.length > 0 ? [Math.min(...values), Math.max(...values)] : [0, 1];
  const room = high > low ? (high - low) * 0.06 : Math.abs(low) * 0.05 || 0.5;
  const x = (value: number) => left + ((value - low + room) / (high - low + 2 * room)) * (right - left);
  const ticks = linearTicks(low - room, high + room, 4);
  const decimals = tickDecimals(ticks);
  const base = models.find(({ name }) => name === baseline)?.mean ?? null;
  const vertical = (at: number) =>
    line([
      [at, top],
      [at, bottom],
    ]);
  const axis = `${part === undefined ? '' : `${nameText(part)} `}${nameText(metricTitle(metric))}, ${lowerIsBetter ? 'lower' : 'higher'} is better`;
  const children: Child[] = [
    label(margin, 20, `${axis}; dots are seeds, bars mean ± sd`, {
      fill: theme.foreground,
      size: 12,
      bold: true,
      width: width - 2 * margin,
    }),
    ticks.map((tick) => [
      element('path', { d: vertical(x(tick)), stroke: theme.grid }),
      label(x(tick), bottom + 16, formatNumber(tick, decimals > 5 ? {} : { decimals }), {
        fill: theme.muted,
        anchor: 'middle',
      }),
    ]),
    base !== null && element('path', { d: vertical(x(base)), stroke: theme.muted, 'stroke-dasharray': '8 3' }),
    models.map((model, i) => {
      const y = top + (i + 0.5) * rowHeight;
      const strong = model === best;
      const [from, to] = band(model);
      return [
        label(margin, y + 4, names[i], { fill: theme.foreground, bold: strong, width: left - margin - 8 }),
        from !== undefined &&
          element('path', {
            d: `M${x(from)} ${y}H${x(to)}`,
            stroke: theme.validation,
            'stroke-width': 5,
            'stroke-opacity': 0.4,
          }),
        knownValues(model).map((value) =>
          element('circle', {
            cx: x(value),
            cy: y,
            r: 3.5,
            fill: 'none',
            stroke: theme.validation,
            'stroke-width': 1.5,
          }),
        ),
        model.mean !== null &&
          element('path', { d: `M${x(model.mean)} ${y - 8}v16`, stroke: theme.foreground, 'stroke-width': 2 }),
        label(width - margin, y + 4, ends[i], { fill: theme.foreground, bold: strong, anchor: 'end' }),
      ];
    }),
    base !== null &&
      label(margin, bottom + 36, `dashed: mean of the baseline, ${nameText(baseline)}`, { fill: theme.muted }),
  ];
  return { svg: picture(width, bottom + (base === null ? 26 : 46), text, options, children).toString(), text };
}

/** Mean ± standard deviation, where both are known. */
const band = ({ mean, stdev }: ComparedModelPayload): readonly number[] =>
  mean !== null && stdev !== null ? [mean - stdev, mean + stdev] : [];
