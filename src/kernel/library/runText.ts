/** A run in words: one sentence, then its epochs as a table. */

import { grouped } from '../base/grouped.ts';
import type { Epoch, Metrics, RunConfig, RunResult, StopReason } from '../run/events.ts';
import { metricTitle } from '../run/metricTitle.ts';

const endings: Readonly<Record<StopReason, string>> = {
  epochs: 'all epochs were done',
  earlyStopping: 'early stopping ended it',
  aborted: 'it was stopped',
  failed: 'it failed',
};

/** Epochs in the table; of longer runs the first, the last and those around the best are shown. */
const shownEpochs = 12;

export function runText(name: string, config: RunConfig, result: RunResult, message?: string): string {
  const { history, bestEpoch, metric, validation, test, reason } = result;
  const epochs = `${history.length} ${history.length === 1 ? 'epoch' : 'epochs'}`;
  const trained =
    `${name} (${grouped(result.parameters)} parameters) trained for ${epochs} on ${grouped(config.data.train.rows)} rows ` +
    `with seed ${config.seed}; ${endings[reason]}${message ? `: ${message}` : ''}.`;
  const figures = [metricText('validation', metric, validation), metricText('test', metric, test)].filter(
    (t) => t !== '',
  );
  const weights =
    bestEpoch > 0
      ? ` Its weights are those of epoch ${bestEpoch}${figures.length ? `: ${figures.join(', ')}` : ''}.`
      : ' Its weights are untrained.';
  return [trained + weights, ...(history.length ? ['', ...epochTable(history, bestEpoch)] : [])].join('\n');
}

const metricText = (part: string, metric: string, metrics: Metrics): string =>
  metrics[metric] == null ? '' : `${part} ${metricTitle(metric)} ${number(metrics[metric])}`;

function epochTable(history: readonly Epoch[], bestEpoch: number): string[] {
  const columnsOf = (part: 'train' | 'validation') =>
    [...new Set(history.flatMap((epoch) => Object.keys(epoch[part])))]
      .filter((name) => history.some((epoch) => (epoch[part][name] ?? null) !== null))
      .map((name) => ({ part, name }));
  const columns = [...columnsOf('train'), ...columnsOf('validation')];
  const head = ['epoch', ...columns.map(({ part, name }) => `${part} ${metricTitle(name)}`), 'seconds', ''];
  const lines = history.map(({ epoch, seconds, ...metrics }) => [
    String(epoch),
    ...columns.map(({ part, name }) => number(metrics[part][name] ?? null)),
    seconds.toFixed(seconds < 1 ? 3 : 1),
    epoch === bestEpoch ? 'best' : '',
  ]);
  const kept = lines.map((_, i) => isShown(i + 1, history.length, bestEpoch));
  const rows = lines.flatMap((line, i) =>
    kept[i] ? [line] : kept[i - 1] ? [line.map((_, c) => (c === 0 ? '...' : ''))] : [],
  );
  const widths = head.map((title, c) => Math.max(title.length, ...rows.map((line) => line[c].length)));
  const text = (cells: readonly string[]) =>
    cells
      .map((cell, c) => cell.padStart(widths[c]))
      .join('  ')
      .trimEnd();
  return [
    text(head),
    widths
      .slice(0, -1)
      .map((w) => '-'.repeat(w))
      .join('  '),
    ...rows.map(text),
  ];
}

function isShown(epoch: number, epochs: number, best: number): boolean {
  return epochs <= shownEpochs || epoch <= 3 || epoch > epochs - 3 || Math.abs(epoch - best) <= 1;
}

const number = (value: number | null): string => (value === null ? '-' : value.toFixed(4));
