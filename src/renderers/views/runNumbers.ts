/** What the views of a run derive from its record. */

import type { RunPayload } from '../../kernel/format/mime.ts';
import type { Epoch, RunEvent } from '../../kernel/run/events.ts';

/** How far the epoch under way has come: the event as it arrives. */
export type Progress = Extract<RunEvent, { readonly type: 'progress' }>;

type Metric = readonly (number | null)[];

/** The watched validation metric of every epoch; null where it has no number. */
export const validationSeries = ({ history, metric }: RunPayload): Metric =>
  history.map(({ validation }) => finite(validation[metric]));

export interface TrainingSeries {
  readonly name: string;
  readonly values: Metric;
}

/** Row losses that, put through this function, have the unit of a metric. */
const fromLoss: Readonly<
  Record<string, { readonly loss: string; readonly name: string; readonly of: (x: number) => number }>
> = {
  rmse: { loss: 'squared', name: 'training √loss', of: Math.sqrt },
  logLoss: { loss: 'log', name: 'training loss', of: (x) => x },
};

/**
 * Training values in the unit of the watched metric: the metric on the training rows where it was evaluated, else the
 * loss of the epoch's steps (with dropout on, weights moving) where it has that unit; null where neither is known.
 */
export function trainingSeries({ history, metric, config }: RunPayload): TrainingSeries | null {
  const evaluated = history.map(({ train }) => finite(train[metric]));
  if (evaluated.some((value) => value !== null)) return { name: 'training', values: evaluated };
  const rule = Object.hasOwn(fromLoss, metric) ? fromLoss[metric] : undefined;
  if (!rule || config.options.loss !== rule.loss) return null;
  const values = history.map(({ train }) => {
    const loss = finite(train.loss);
    return loss === null ? null : finite(rule.of(loss));
  });
  return { name: rule.name, values };
}

const finite = (x: number | null | undefined): number | null =>
  typeof x === 'number' && Number.isFinite(x) ? x : null;

/** Metrics that are better when they are higher. */
const higher = /^(auc|gauc|hr|ndcg|mrr)(@\d+)?$/;
export const isLowerBetter = (metric: string): boolean => !higher.test(metric);

/** The rule that may end the run early, and how near it is: `patience 2/5`; null without a rule. */
export function patience(
  run: RunPayload,
): { readonly name: string; readonly used: number; readonly of: number } | null {
  const rule = run.config.options.earlyStopping as { readonly rises?: unknown; readonly patience?: unknown } | null;
  if (typeof rule !== 'object' || rule === null) return null;
  if (typeof rule.rises === 'number') return { name: 'rises', used: rises(run), of: rule.rises };
  if (typeof rule.patience !== 'number') return null;
  return { name: 'patience', used: run.history.length - run.bestEpoch, of: rule.patience };
}

/** Deteriorations in a row up to the last epoch. */
function rises(run: RunPayload): number {
  const values = validationSeries(run);
  const sign = higher.test(run.metric) ? -1 : 1;
  let count = 0;
  for (let i = values.length - 1; i > 0; i--) {
    const [now, before] = [values[i], values[i - 1]];
    if (now === null || before === null || sign * (now - before) <= 0) break;
    count++;
  }
  return count;
}

/** Training rows a second over the last epochs; the first, in which everything warms up, is left out of it. */
export function rowsPerSecond({ history, config }: RunPayload): number | null {
  const rows = config.data.train?.rows;
  const seconds = median(lastEpochs(history));
  return rows !== undefined && seconds !== null && seconds > 0 ? rows / seconds : null;
}

/** Seconds until the last epoch that is allowed; null until two epochs are done, and after the end. */
export function secondsLeft(run: RunPayload, progress?: Progress): number | null {
  if (run.state !== 'running' || run.history.length < 2) return null;
  const seconds = median(lastEpochs(run.history));
  if (seconds === null) return null;
  const under = progress && progress.of > 0 && progress.epoch > run.history.length ? progress.rows / progress.of : 0;
  return seconds * Math.max(0, run.epochs - run.history.length - under);
}

const lastEpochs = (history: readonly Epoch[]): readonly number[] =>
  history.slice(Math.max(1, history.length - 5)).map(({ seconds }) => seconds);

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}
