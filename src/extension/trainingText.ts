/** A training in a few words: while it goes on, and when it has ended. No VS Code in here. */

import type { RunPayload } from '../kernel/format/mime.ts';
import type { Metrics } from '../kernel/run/events.ts';
import { metricTitle } from '../kernel/run/metricTitle.ts';

/** `epoch 3 of 50, rmse 0.4312, best 0.4230 in epoch 2`; the loss on the training rows where no others are. */
export function progressText({ history, epochs, metric, bestEpoch, validation, progress }: RunPayload): string {
  const last = history.at(-1);
  const judged = typeof last?.validation[metric] === 'number';
  return [
    `epoch ${progress?.epoch ?? last?.epoch ?? 1} of ${epochs}`,
    ...(last
      ? [
          judged
            ? `${metricTitle(metric)} ${valueText(last.validation, metric)}`
            : `loss ${valueText(last.train, 'loss')}`,
        ]
      : []),
    ...(judged && last?.epoch !== bestEpoch ? [`best ${valueText(validation, metric)} in epoch ${bestEpoch}`] : []),
  ].join(', ');
}

/** How much of the most epochs is done, from 0 to 1. */
export function progressShare({ history, epochs, progress }: RunPayload): number {
  const done = progress ? progress.epoch - 1 + progress.rows / progress.of : history.length;
  return Math.min(1, done / epochs);
}

const endings: Readonly<Partial<Record<RunPayload['state'], string>>> = {
  epochs: 'trained for',
  earlyStopping: 'stopped early after',
  aborted: 'was stopped after',
  failed: 'failed after',
};

/** `NFM stopped early after 12 epochs; best epoch 8: validation rmse 0.4312, test rmse 0.4390.` */
export function resultText({
  graph,
  history,
  state,
  message,
  metric,
  bestEpoch,
  validation,
  test,
}: RunPayload): string {
  const count = `${history.length} ${history.length === 1 ? 'epoch' : 'epochs'}`;
  const figures = Object.entries({ validation, test })
    .filter(([, metrics]) => typeof metrics[metric] === 'number')
    .map(([part, metrics]) => `${part} ${metricTitle(metric)} ${valueText(metrics, metric)}`);
  const best = `best epoch ${bestEpoch}${figures.length > 0 ? `: ${figures.join(', ')}` : ''}`;
  return `${graph.name} ${endings[state] ?? 'trains,'} ${count}${message ? ` (${message})` : ''}; ${best}.`;
}

const valueText = (metrics: Metrics, name: string): string => metrics[name]?.toFixed(4) ?? '-';
