/**
 * Payloads as Vega-Lite, for front ends that draw charts but not our own types. The specs use only what v5 and v6 share,
 * and no expression is made from data: names stand among the data or in titles, where they are text.
 */

import type { ComparisonPayload, InteractionsPayload, Json, RunPayload } from '../../kernel/format/mime.ts';
import { fieldName, heatmapText, measureOf, strongestFirst } from '../views/heatmapWords.ts';
import { trainingSeries, validationSeries } from '../views/runNumbers.ts';
import { nameText } from '../views/textFit.ts';

type Spec = { readonly [key: string]: Json };

const schema = 'https://vega.github.io/schema/vega-lite/v5.json';
/** Orange and blue are told apart by most colour-blind readers; both have a contrast of 3:1 with white and with black. */
const [orange, blue, grey] = ['#c46a00', '#1a7ff0', '#8a8a8a'];

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
  const x = field('epoch', 'quantitative', { title: 'epoch', axis: { tickMinStep: 1 } });
  const y = field('value', 'quantitative', number(nameText(metric)));
  const names = series.map(({ name }) => name);
  return chart(`${nameText(config.model)}: ${nameText(metric)} by epoch`, {
    width: 460,
    height: 220,
    layer: [
      {
        data: { values },
        mark: { type: 'line', point: values.length <= 80, tooltip: true },
        encoding: {
          x,
          y,
          color: field('series', 'nominal', { scale: { domain: names, range: [orange, blue] }, title: null }),
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
        mark: { type: 'point', shape: 'diamond', size: 110, filled: true, color: '#388a34', tooltip: true },
        encoding: { x, y },
      },
    ],
  });
}

/** The lower triangle of the field matrix; for models without pairs, the strength of each field. */
function heatmap(payload: InteractionsPayload): Spec {
  const names = payload.fields.map((_, f) => `${f + 1} ${fieldName(payload, f)}`);
  const title = `${nameText(payload.model)}: ${measureOf(payload).name}`;
  const known = strongestFirst(payload.pairs).filter(({ a, b }) => names[a] !== undefined && names[b] !== undefined);
  if (known.length === 0)
    return chart(title, {
      data: { values: names.map((name, f) => ({ field: name, strength: payload.firstOrder?.[f] ?? 0 })) },
      mark: { type: 'bar', color: orange, tooltip: true },
      encoding: {
        x: field('strength', 'quantitative', { title: 'first-order strength' }),
        y: field('field', 'nominal', { sort: names, title: null }),
      },
    });
  const values = known.map(({ a, b, strength }) => {
    const [column, row] = [Math.min(a, b), Math.max(a, b)];
    return { column: names[column], row: names[row], strength };
  });
  const top = Math.abs(known[0].strength);
  const signed = values.some(({ strength }) => strength < 0);
  const scale = signed
    ? { domain: [-top, 0, top], range: [blue, '#ffffff', orange], interpolate: 'lab' }
    : { domain: [0, top], range: ['#ffffff', orange], interpolate: 'lab' };
  return chart(title, {
    description: heatmapText(payload),
    data: { values },
    width: { step: names.length > 20 ? 14 : 28 },
    height: { step: names.length > 20 ? 14 : 28 },
    mark: { type: 'rect', stroke: grey, strokeWidth: 0.3, tooltip: true },
    encoding: {
      x: field('column', 'nominal', { sort: names, title: null }),
      y: field('row', 'nominal', { sort: names, title: null }),
      color: field('strength', 'quantitative', { scale, title: 'strength' }),
    },
  });
}

/** A row a model: seeds as dots, the mean as a tick. */
function comparison({ models, metric, part, lowerIsBetter }: ComparisonPayload): Spec {
  const names = models.map(({ name }) => nameText(name));
  const seeds = models.flatMap(({ values }, m) =>
    values.flatMap((value) => (value === null ? [] : [{ model: names[m], value }])),
  );
  const means = models.flatMap(({ mean, stdev }, m) =>
    mean === null ? [] : [{ model: names[m], value: mean, low: mean - (stdev ?? 0), high: mean + (stdev ?? 0) }],
  );
  const y = field('model', 'nominal', { sort: names, title: null });
  const title = `${part === undefined ? '' : `${nameText(part)} `}${nameText(metric)}`;
  const x = (name: string) =>
    field(name, 'quantitative', number(`${title}, ${lowerIsBetter ? 'lower' : 'higher'} is better`));
  return chart(`${title} of ${models.length} models`, {
    width: 420,
    height: { step: 26 },
    layer: [
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
  title: { text: title, fontSize: 12, anchor: 'start' },
  ...rest,
});
