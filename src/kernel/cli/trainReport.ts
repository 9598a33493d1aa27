/** The result of `nfm train` on standard output: for people, or as one JSON document. */

import { grouped } from '../base/grouped.ts';
import { countParameters } from '../graph/params.ts';
import type { RunResult, StopReason } from '../run/events.ts';
import type { FittedModel } from '../run/fittedModel.ts';
import { metricTitle } from '../run/metricTitle.ts';

/**
 * One JSON document. `parameters` counts trained weights without batch normalisation, as published counts do; a metric
 * that does not apply is null.
 */
export function reportJson({ graph, result, config }: FittedModel): string {
  const { parameters, history, bestEpoch, metric, validation, test, reason, rowsPerSecond } = result;
  const report = {
    model: graph.name,
    parameters,
    batchNormParameters: countParameters(graph).batchNorm,
    ...{ history, bestEpoch, metric, validation, test, reason },
    secondsPerEpoch: secondsPerEpoch(result),
    rowsPerSecond,
    engine: config.engine,
    seed: config.seed,
    config,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

const reasons: Readonly<Record<StopReason, string>> = {
  epochs: 'all epochs done',
  earlyStopping: 'early stopping',
  aborted: 'stopped by Ctrl-C',
  failed: 'failed',
};

/** The metrics as a table, with what they are of. */
export function reportText({ graph, result }: FittedModel): string {
  const { parameters, history, bestEpoch, validation, test, reason, rowsPerSecond } = result;
  const { batchNorm } = countParameters(graph);
  const parts = Object.entries({ validation, test }).filter(([, metrics]) => Object.keys(metrics).length > 0);
  const names = [...new Set(parts.flatMap(([, metrics]) => Object.keys(metrics)))];
  const shown = names.filter((name) => parts.some(([, metrics]) => (metrics[name] ?? null) !== null));
  const lines = [
    `${graph.name}: ${grouped(parameters)} parameters${batchNorm ? ` and ${grouped(batchNorm)} of batch normalisation` : ''}`,
    bestEpoch > 0
      ? `weights of epoch ${bestEpoch} of ${history.length} (${reasons[reason]})`
      : `no epoch finished (${reasons[reason]})`,
  ];
  if (parts.length > 0)
    lines.push(
      '',
      row('', shown.map(metricTitle)),
      ...parts.map(([part, metrics]) =>
        row(
          part,
          shown.map((name) => metrics[name]?.toFixed(4) ?? '-'),
        ),
      ),
    );
  if (history.length > 0)
    lines.push('', `${secondsPerEpoch(result)!.toFixed(2)} s an epoch, ${grouped(Math.round(rowsPerSecond))} rows/s`);
  return `${lines.join('\n')}\n`;
}

const row = (head: string, cells: readonly string[]): string =>
  (head.padEnd(12) + cells.map((cell) => cell.padStart(10)).join('')).trimEnd();

/** Mean training time of a finished epoch, without evaluation; null without one. */
const secondsPerEpoch = ({ history }: RunResult): number | null =>
  history.length > 0 ? history.reduce((sum, epoch) => sum + epoch.seconds, 0) / history.length : null;
