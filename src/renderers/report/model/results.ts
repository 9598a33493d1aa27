/** The results as tables: models of a comparison against their baseline, and single runs. */

import type { ComparisonPayload, RunPayload } from '../../../kernel/format/mime.ts';
import { metricTitle } from '../../../kernel/run/metricTitle.ts';
import { comparisonRows } from '../../views/comparison.ts';
import { formatDuration, formatNumber } from '../../views/numbers.ts';
import type { Column, Row, Table } from '../../views/table.ts';
import { nameText } from '../../views/textFit.ts';
import type { Block } from './blocks.ts';
import type { Shown } from './shown.ts';

/** Mean, spread and tests of every model, in the order of the comparison. */
export function comparisonTable(comparison: ComparisonPayload): readonly Block[] {
  const { baseline, models, part } = comparison;
  const tested = models.filter(({ pValue, pSeeds }) => typeof (pValue ?? pSeeds) === 'number').length;
  const { remarks = [], ...table } = comparisonRows(comparison, null);
  const caption = `Models against the baseline ${nameText(baseline)}${part === undefined ? '' : `, on the ${nameText(part)} rows`}`;
  const corrected = tested > 1 ? [`The ${tested} tests are not corrected for their number.`] : [];
  return [{ kind: 'table', table: { ...table, caption, remarks: [...remarks, ...corrected] } }];
}

const states: { readonly [S in RunPayload['state']]: string } = {
  running: 'not finished',
  paused: 'paused',
  epochs: 'all epochs',
  earlyStopping: 'stopped early',
  aborted: 'stopped by hand',
  failed: 'failed',
};

/** One row a training; its figures are those of the weights that were kept. */
export function runsTable(runs: readonly Shown<'run'>[]): Table {
  const metrics = [...new Set(runs.map(({ payload }) => payload.metric))];
  const parts = (['validation', 'test'] as const).flatMap((part) =>
    metrics
      .filter((metric) => runs.some(({ payload }) => metricOf(payload, part, metric) !== null))
      .map((metric) => ({ part, metric })),
  );
  const columns: Column[] = [
    { title: 'run' },
    { title: 'cell', number: true },
    { title: 'seed', number: true },
    { title: 'parameters', number: true },
    ...parts.map(({ part, metric }) => ({ title: `${part} ${nameText(metricTitle(metric))}`, number: true })),
    { title: 'best epoch', number: true },
    { title: 'ended by' },
    { title: 'training time', number: true },
  ];
  const rows = runs.map(
    ({ payload, cell }): Row => ({
      cells: [
        nameText(payload.config.model),
        formatNumber(cell),
        String(payload.config.seed),
        formatNumber(payload.parameters),
        ...parts.map(({ part, metric }) => formatNumber(metricOf(payload, part, metric), { decimals: 4 })),
        `${formatNumber(payload.bestEpoch)} of ${formatNumber(payload.history.length)}`,
        Object.hasOwn(states, payload.state) ? states[payload.state] : nameText(payload.state),
        formatDuration(payload.history.reduce((sum, { seconds }) => sum + seconds, 0)),
      ],
    }),
  );
  return { caption: runs.length === 1 ? 'One run' : 'Runs, in the order of the notebook', columns, rows };
}

const metricOf = (run: RunPayload, part: 'validation' | 'test', metric: string): number | null => {
  const value = run[part]?.[metric];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
};
