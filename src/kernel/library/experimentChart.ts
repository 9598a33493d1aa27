/**
 * The chart of an experiment as Vega-Lite. Curves: training dashed, validation solid, a diamond at the best epoch, a
 * dotted rule where the run stopped. Sweeps: best value by setting, one panel an axis, with lines for the models that
 * have no setting. Published values are labelled rules, never points.
 */

import { vegaLite } from '../format/vegaLite.ts';
import { metricTitle } from '../run/metricTitle.ts';
import type { Finding, Findings } from './experimentFindings.ts';
import type { Axis, Published } from './experimentRecipe.ts';

type Spec = Readonly<Record<string, unknown>>;
type Values = readonly Readonly<Record<string, string | number | null>>[];

const unscaled = { zero: false };
const distinct = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

/** @param curves by epoch instead of by setting */
export function experimentChart(title: string, found: Findings, published: readonly Published[], curves = false) {
  const panels = curves ? curvePanels(found, published) : sweepPanels(found, published);
  return vegaLite({
    title: { text: title, fontSize: 12, anchor: 'start' },
    ...(panels.length === 1 ? panels[0] : { hconcat: panels, resolve: { scale: { y: 'shared', color: 'shared' } } }),
  });
}

const panelSize = { width: 300, height: 220 };
const colorOf = ({ all }: Findings): Spec => ({
  ...{ field: 'series', type: 'nominal', title: null },
  scale: { domain: distinct(all.map(({ trial }) => trial.series)) },
});
const layer = (values: Values, mark: Spec, encoding: Spec): Spec => ({ data: { values }, mark, encoding });

function curvePanels(found: Findings, published: readonly Published[]): readonly Spec[] {
  const { all, metric } = found;
  const named = distinct(all.flatMap(({ trial }) => trial.panel ?? []));
  const panels = named.length > 0 ? named : [undefined];
  const color = colorOf(found);
  const x = { field: 'epoch', type: 'quantitative', title: 'epoch', axis: { tickMinStep: 1 } };
  const y = { field: 'value', type: 'quantitative', title: metricTitle(metric), scale: unscaled };
  return panels.map((panel) => {
    const shown = all.filter(({ trial }) => trial.panel === undefined || trial.panel === panel);
    const values = shown.flatMap(({ trial, history }) =>
      (['validation', 'train'] as const).flatMap((part) =>
        history.flatMap((entry) => {
          const value = entry[part][metric];
          return typeof value === 'number' ? [{ epoch: entry.epoch, value, series: trial.series, part }] : [];
        }),
      ),
    );
    const best = values.filter(
      ({ epoch, series, part }) =>
        part === 'validation' && shown.some(({ trial, bestEpoch }) => trial.series === series && bestEpoch === epoch),
    );
    const ends = shown.flatMap(({ trial, history }) => {
      const last = history.at(-1);
      return last ? [{ epoch: last.epoch, series: trial.series }] : [];
    });
    const dash = {
      domain: ['validation', 'train'],
      range: [
        [1, 0],
        [5, 4],
      ],
    };
    return {
      ...panelSize,
      ...(panel !== undefined && { title: { text: panel, fontSize: 11 } }),
      layer: [
        layer(ends, { type: 'rule', strokeDash: [1, 3], opacity: 0.7 }, { x, color }),
        layer(
          values,
          { type: 'line', tooltip: true },
          {
            ...{ x, y, color },
            strokeDash: { field: 'part', type: 'nominal', title: null, scale: dash },
          },
        ),
        layer(
          best,
          { type: 'point', shape: 'diamond', size: 90, filled: true, opacity: 1, tooltip: true },
          { x, y, color },
        ),
        ...references(published, y),
      ],
    };
  });
}

function sweepPanels(found: Findings, published: readonly Published[]): readonly Spec[] {
  const { all, metric } = found;
  const color = colorOf(found);
  const axes = distinct(all.flatMap(({ trial }) => trial.axis ?? []));
  const pointOf = ({ trial: { series, x, name }, mean, deviation }: Finding) => ({
    ...{ series, x: x ?? null, name, value: mean! },
    ...{ low: mean! - (deviation ?? 0), high: mean! + (deviation ?? 0) },
  });
  const known = all.filter(({ mean }) => mean !== null);
  const lines = known.filter(({ trial }) => trial.axis === undefined).map(pointOf);
  const y = (field: string) => ({ field, type: 'quantitative', title: metricTitle(metric), scale: unscaled });
  return axes.map((axis: Axis) => {
    const values = known.filter(({ trial }) => trial.axis === axis).map(pointOf);
    const scale = axis.log ? { type: 'log', nice: false } : unscaled;
    const ticks = axis.log && { axis: { values: distinct(values.map((v) => v.x)), labelOverlap: true } };
    const x = { field: 'x', type: 'quantitative', title: axis.title, scale, ...ticks };
    return {
      ...panelSize,
      layer: [
        layer(lines, { type: 'rule', strokeWidth: 1.5, tooltip: true }, { y: y('value'), color }),
        layer(values, { type: 'rule', strokeWidth: 3, opacity: 0.5 }, { x, y: y('low'), y2: { field: 'high' }, color }),
        layer(values, { type: 'line' }, { x, y: y('value'), color }),
        layer(
          values,
          { type: 'point', filled: true, opacity: 1, size: 50, tooltip: true },
          { x, y: y('value'), color, shape: color },
        ),
        ...references(published, y('value')),
      ],
    };
  });
}

/** Published values: dotted rules with their names. */
function references(published: readonly Published[], y: Spec): readonly Spec[] {
  if (published.length === 0) return [];
  const values = published.map(({ label, value }) => ({ value, label: `published: ${label}` }));
  const text = { type: 'text', align: 'left', dx: 3, dy: -5, fontSize: 9, color: '#8a8a8a' };
  return [
    layer(values, { type: 'rule', strokeDash: [2, 2], color: '#8a8a8a' }, { y }),
    layer(values, text, { y, x: { value: 0 }, text: { field: 'label', type: 'nominal' } }),
  ];
}
