/** A comparison as text: a row a model, the difference to the baseline, and how sure it is. */

import { grouped } from '../base/grouped.ts';
import type { ComparedModel, Comparison } from './compare.ts';
import { metricTitle } from './metricTitle.ts';

/** Significance marks of the NFM paper: * p < 0.05, ** p < 0.01. */
const marks = (p: number): string => (p < 0.01 ? ' **' : p < 0.05 ? ' *' : '');
const probability = (p: number): string => (p < 0.0001 ? '< 0.0001' : p.toFixed(4)) + marks(p);

/**
 * The comparison as a table of plain text, numbers to the right, with the remarks that its p-values need below.
 * @param digits decimals of the metric
 */
export function comparisonTable(comparison: Comparison, digits = 4): string {
  const { metric, part, seeds, baseline, models, rows } = comparison;
  const columns: readonly { readonly title: string; readonly cell: (model: ComparedModel) => string }[] = [
    { title: 'model', cell: (m) => m.model },
    { title: 'parameters', cell: (m) => grouped(m.parameters) },
    { title: `${part} ${metricTitle(metric)}`, cell: (m) => valueText(m, digits) },
    { title: `against ${baseline}`, cell: (m) => percent(m.difference) },
    { title: 'p (rows)', cell: (m) => (m.byRows ? probability(m.byRows.p) : '') },
    { title: 'p (groups)', cell: (m) => (m.byGroups ? probability(m.byGroups.p) : '') },
    { title: 'p (seeds)', cell: (m) => (m.bySeeds ? probability(m.bySeeds.p) : '') },
    { title: 'unfinished', cell: (m) => unfinished(m.values) },
    { title: 'best epoch', cell: (m) => spread(m.bestEpochs) },
    { title: 'seconds', cell: (m) => m.seconds.toFixed(1) },
  ];
  const shown = columns
    .map(({ title, cell }) => [title, ...models.map(cell)])
    .filter((cells) => cells.slice(1).some((text) => text !== ''));
  const padded = shown.map((cells, c) => {
    const width = Math.max(...cells.map((text) => text.length));
    return cells.map((text) => (c === 0 ? text.padEnd(width) : text.padStart(width)));
  });
  const line = (r: number) =>
    padded
      .map((cells) => cells[r])
      .join('  ')
      .trimEnd();
  const rule = padded.map((cells) => '-'.repeat(cells[0].length)).join('  ');
  const table = [line(0), rule, ...models.map((_, m) => line(m + 1))];
  return [...table, '', ...remarks(comparison, seeds, rows)].join('\n');
}

function valueText({ mean, deviation }: ComparedModel, digits: number): string {
  if (mean === null) return '-';
  return mean.toFixed(digits) + (deviation === null ? '' : ` ± ${deviation.toFixed(digits)}`);
}

function unfinished(values: ComparedModel['values']): string {
  const without = values.filter((v) => v === null).length;
  return without ? `${without} of ${values.length}` : '';
}

const percent = (x: number | null): string => (x === null ? '' : `${x > 0 ? '+' : ''}${(100 * x).toFixed(1)} %`);

function spread(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? `${low}` : `${low}-${high}`;
}

function remarks({ models, part }: Comparison, seeds: readonly number[], rows: number): string[] {
  const all = [`${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}; mean ± standard deviation over seeds`];
  if (models.some((m) => m.byRows))
    all.push(
      `p (rows): two-sided paired t-test on the errors of ${grouped(rows)} ${part} rows, * < 0.05, ** < 0.01; ` +
        'rows of one user are not independent',
    );
  if (models.some((m) => m.byGroups)) all.push('p (groups): the same on one mean difference a group');
  if (models.some((m) => m.bySeeds)) all.push('p (seeds): the same on one difference a seed');
  return all;
}
