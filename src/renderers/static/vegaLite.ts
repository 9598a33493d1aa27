/**
 * Payloads as Vega-Lite, for front ends that draw charts but not our own types. The specs use only what v5 and v6 share,
 * and no expression is made from data: names stand among the data or in titles, where they are text.
 */

import type { ComparisonPayload, InteractionsPayload, Json, RunPayload } from '../../kernel/format/mime.ts';
import { metricTitle } from '../../kernel/run/metricTitle.ts';
import { scaled, scaleOf } from '../views/heatmapScale.ts';
import { fieldName, heatmapText, measureOf, strongestFirst } from '../views/heatmapWords.ts';
import { trainingSeries, validationSeries } from '../views/runNumbers.ts';
import { nameText } from '../views/textFit.ts';

type Spec = { readonly [key: string]: Json };

const schema = 'https://vega.github.io/schema/vega-lite/v5.json';
/** Orange and blue are told apart by most colour-blind readers; both have a contrast of 3:1 with white and with black. */
const [orange, blue, green, grey] = ['#c46a00', '#1a7ff0', '#388a34', '#8a8a8a'];
/** With more fields than this, cells have no room for numbers. */
const mostNumbers = 12;

const field = (name: string, type: string, more: Spec = {}): Spec => ({ field: name, type, ...more });
const number = (title: string): Spec => ({ title, scale: { zero: false } });

export const vegaLite = { curve, heatmap, comparison };

/** Validation solid, training dashed, a diamond at the best epoch. */
function curve(run: RunPayload): Spec {
  const { metric, config, bestEpoch } = run;
  const training = trainingSeries(run);
  const series = [
    { name: 'validation', values: validationSeries(run) },
    ...(training ? [{ name: training.name, values: training.values }] : []),
  ];
  const values = series.flatMap(({ name, values: points }) =>
    points.flatMap((value, i) => (value === null ? [] : [{ epoch: i + 1, value, series: name }])),
  );
  const best = values.filter(({ epoch, series: name }) => epoch === bestEpoch && name === 'validation');
  const x = field('epoch', 'quantitative', {
    title: 'epoch',
    axis: { tickMinStep: 1, format: 'd' },
    scale: { zero: false, nice: false },
  });
  const y = field('value', 'quantitative', number(nameText(metricTitle(metric))));
  const names = series.map(({ name }) => name);
  return chart(`${nameText(config.model)}: ${nameText(metricTitle(metric))} by epoch`, {
    width: 460,
    height: 220,
    layer: [
      {
        data: { values },
        mark: { type: 'line', point: values.length <= 80, tooltip: true },
        encoding: {
          x,
          y,
          color: field('series', 'nominal', {
            scale: { domain: names, range: [orange, blue] },
            title: null,
            legend: { symbolType: 'stroke' },
          }),
          strokeDash: field('series', 'nominal', {
            scale: {
              domain: names,
              range: [
                [1, 0],
                [5, 4],
              ],
            },
            title: null,
          }),
        },
      },
      {
        data: { values: best },
        mark: { type: 'point', shape: 'diamond', size: 110, filled: true, opacity: 1, color: green, tooltip: true },
        encoding: { x, y },
      },
    ],
  });
}

/** The lower triangle of the field matrix beside the strength of each field, which is all there is without pairs. */
function heatmap(payload: InteractionsPayload): Spec {
  const names = payload.fields.map((_, f) => `${f + 1} ${fieldName(payload, f)}`);
  const title = `${nameText(payload.model)}: ${measureOf(payload).name}`;
  const known = strongestFirst(payload.pairs).filter(({ a, b }) => names[a] !== undefined && names[b] !== undefined);
  const step = names.length > 20 ? 14 : names.length > mostNumbers ? 28 : 36;
  const strengths = names.flatMap((name, f) => {
    const strength = payload.firstOrder?.[f];
    return typeof strength === 'number' ? [{ field: name, strength }] : [];
  });
  const rows = { sort: names, title: null, scale: { domain: names } };
  const bars: Spec = {
    data: { values: strengths },
    ...(known.length === 0 ? {} : { width: 70 }),
    height: { step },
    mark: { type: 'bar', color: green, tooltip: true, height: { band: 0.6 } },
    encoding: {
      x: field('strength', 'quantitative', { title: 'first order', axis: { tickCount: 2, grid: false } }),
      y: field('field', 'nominal', rows),
    },
  };
  if (known.length === 0) return chart(title, bars);
  const top = Math.abs(known[0].strength);
  const numberScale = scaleOf(top);
  const values = known.map(({ a, b, strength }) => {
    const [column, row] = [Math.min(a, b), Math.max(a, b)];
    return { column: names[column], row: names[row], strength, label: scaled(strength, numberScale) };
  });
  const signed = values.some(({ strength }) => strength < 0);
  const scale = signed
    ? { domain: [-top, 0, top], range: [blue, '#ffffff', orange], interpolate: 'lab' }
    : { domain: [0, top], range: ['#ffffff', orange], interpolate: 'lab' };
  const place = {
    x: field('column', 'nominal', { sort: names, title: null, axis: { labelAngle: -45 } }),
    y: field('row', 'nominal', strengths.length > 0 ? { ...rows, axis: null } : rows),
  };
  // Black is read on the strong ends of the scale; below them the text has the colour that the theme gives it.
  const numbers = (strong: boolean): Spec => ({
    data: { values: values.filter(({ strength }) => Math.abs(strength) > 0.75 * top === strong) },
    mark: { type: 'text', fontSize: 10, ...(strong ? { color: '#000000' } : {}) },
    encoding: { ...place, text: field('label', 'nominal') },
  });
  const matrix: Spec = {
    width: { step },
    height: { step },
    layer: [
      {
        data: { values },
        mark: { type: 'rect', stroke: grey, strokeWidth: 0.3, tooltip: true },
        encoding: { ...place, color: field('strength', 'quantitative', { scale, title: 'strength' }) },
      },
      ...(names.length <= mostNumbers ? [numbers(true), numbers(false)] : []),
    ],
  };
  const parts = strengths.length > 0 ? { hconcat: [bars, matrix], spacing: 8 } : matrix;
  const numbered = numberScale.power === 0 ? '' : `; numbers in cells × 1e${numberScale.power}`;
  return chart(`${title}${numbered}`, { description: heatmapText(payload), ...parts });
}

/** A row a model: seeds as dots, the mean as a tick. */
function comparison({ models, metric, part, baseline, lowerIsBetter }: ComparisonPayload): Spec {
  const names = models.map(({ name }) => nameText(name));
  const seeds = models.flatMap(({ values }, m) =>
    values.flatMap((value) => (value === null ? [] : [{ model: names[m], value }])),
  );
  const means = models.flatMap(({ mean, stdev }, m) =>
    mean === null ? [] : [{ model: names[m], value: mean, low: mean - (stdev ?? 0), high: mean + (stdev ?? 0) }],
  );
  const base = models.find(({ name }) => name === baseline)?.mean ?? null;
  const y = field('model', 'nominal', { sort: names, title: null });
  const title = `${part === undefined ? '' : `${nameText(part)} `}${nameText(metricTitle(metric))}`;
  const x = (name: string) =>
    field(name, 'quantitative', {
      ...number(`${title}, ${lowerIsBetter ? 'lower' : 'higher'} is better`),
      axis: { tickCount: 6 },
    });
  return chart(`${title} of ${models.length} models`, {
    width: 420,
    height: { step: 26 },
    layer: [
      {
        data: { values: base === null ? [] : [{ model: nameText(baseline), value: base }] },
        mark: { type: 'rule', strokeDash: [6, 3], color: grey, tooltip: true },
        encoding: { x: x('value') },
      },
      {
        data: { values: means },
        mark: { type: 'rule', strokeWidth: 5, opacity: 0.4, color: orange },
        encoding: { y, x: x('low'), x2: { field: 'high' } },
      },
      {
        data: { values: seeds },
        mark: { type: 'point', color: orange, tooltip: true },
        encoding: { y, x: x('value') },
      },
      {
        data: { values: means },
        mark: { type: 'tick', thickness: 2, color: grey, tooltip: true },
        encoding: { y, x: x('value') },
      },
    ],
  });
}

const chart = (title: string, rest: Spec): Spec => ({
  $schema: schema,
  title: { text: title, fontSize: 12, anchor: 'start', offset: 12 },
  ...rest,
});
