/**
 * Metrics: one total table by name, each with the direction in which it is better. Sums are in float64; a metric that
 * does not apply is `null`, never 0 or 0.5. Definitions and their sources: the comment on each row.
 */

import { nearest } from '../base/options.ts';
import type { Dataset } from '../data/dataset.ts';
import { type Loss, softplus } from '../engine/losses.ts';
import type { Metrics } from './events.ts';
import { auc, groupedAuc, hitRate, ndcg, reciprocalRank } from './rankingMetrics.ts';

export type Direction = 'lower' | 'higher';

/** What a raw output means: an estimate of the target, a logit of the positive class, or only an order. */
export type OutputMeaning = 'value' | 'logit' | 'score';

/** What the loss that a model was trained with makes of its raw output. */
export const meaningOf: Readonly<Record<Loss, OutputMeaning>> = {
  squared: 'value',
  log: 'logit',
  hinge: 'score',
  bpr: 'score',
  maxMargin: 'score',
};

/** Lowest and highest target of the training rows; predictions are clipped to it by RMSE and MAE. */
export type TargetRange = readonly [low: number, high: number];

/** Everything that is not in the predictions or the data. */
export interface MetricContext {
  readonly range: TargetRange;
  readonly meaning: OutputMeaning;
}

interface MetricFamily {
  readonly direction: Direction;
  /** Whether a cut-off follows the name (`ndcg@10`): it must, it may, or it must not. */
  readonly cutoff: 'required' | 'optional' | 'none';
  readonly compute: (predictions: Float32Array, data: Dataset, context: MetricContext, cutoff: number) => number | null;
}

const families = {
  /** sqrt(mean((clip(ŷ) - y)²)), clipped to the range of the training targets as in the NFM paper. */
  rmse: {
    direction: 'lower',
    cutoff: 'none',
    compute: (p, d, c) => rooted(meanOfValues(p, d, c, (error) => error * error)),
  },
  /** mean |clip(ŷ) - y|. */
  mae: { direction: 'lower', cutoff: 'none', compute: (p, d, c) => meanOfValues(p, d, c, Math.abs) },
  /** mean log(1 + exp(-s ŷ)) from logits; only for models trained with log loss. */
  logLoss: { direction: 'lower', cutoff: 'none', compute: logLoss },
  /** Area under the ROC curve on raw scores with mid-ranks; positive means target > 0. */
  auc: { direction: 'higher', cutoff: 'none', compute: (p, d) => auc(p, d.target) },
  /** AUC per group, averaged with the groups' rows as weights (as FuxiCTR). */
  gauc: { direction: 'higher', cutoff: 'none', compute: (p, d) => groupedAuc(p, d) },
  /** Share of groups with a positive among the first K. */
  hr: { direction: 'higher', cutoff: 'required', compute: (p, d, _, k) => hitRate(p, d, k) },
  /** Binary gains over the ideal order's, mean over groups. */
  ndcg: { direction: 'higher', cutoff: 'required', compute: (p, d, _, k) => ndcg(p, d, k) },
  /** Mean over groups of 1 / rank of the first positive (0 beyond K when a K is given). */
  mrr: { direction: 'higher', cutoff: 'optional', compute: (p, d, _, k) => reciprocalRank(p, d, k) },
} satisfies Record<string, MetricFamily>;

/** Names as users write them: `rmse`, `auc`, `hr@10`, `ndcg@5`, `mrr`, `mrr@20`. */
export const metricNames = Object.keys(families);

export class MetricError extends Error {
  override name = 'MetricError';
}

interface Metric {
  readonly family: MetricFamily;
  /** Ranks looked at; Infinity where the name has no cut-off. */
  readonly cutoff: number;
}

/** Reads a metric's name. @throws MetricError with the nearest known name */
export function metricOf(name: string): Metric {
  const [base, ...rest] = name.split('@');
  const family: MetricFamily | undefined = Object.hasOwn(families, base)
    ? families[base as keyof typeof families]
    : undefined;
  if (!family) {
    const near = nearest(base, metricNames);
    const hint = near ? `did you mean "${near}"?` : `known metrics: ${metricNames.join(', ')}`;
    throw new MetricError(`unknown metric "${name}"; ${hint}`);
  }
  if (rest.length === 0 && family.cutoff !== 'required') return { family, cutoff: Infinity };
  const cutoff = Number(rest[0]);
  if (family.cutoff === 'none' || rest.length !== 1 || !/^[1-9]\d*$/.test(rest[0]))
    throw new MetricError(
      `metric "${name}": expected "${base}${family.cutoff === 'none' ? '' : '@K'}"` +
        (family.cutoff === 'none' ? '' : `, with K a whole number from 1, for example "${base}@10"`),
    );
  return { family, cutoff };
}

export const directionOf = (name: string): Direction => metricOf(name).family.direction;

/** Whether `a` is strictly better than `b`; NaN is never better and always worse than a number. */
export function better(direction: Direction, a: number, b: number): boolean {
  if (Number.isNaN(a)) return false;
  if (Number.isNaN(b)) return true;
  return direction === 'lower' ? a < b : a > b;
}

/**
 * The named metrics of raw predictions.
 * @param predictions ŷ of all rows of `data`, in their order
 * @returns name -> value; null where the metric does not apply; NaN everywhere when a prediction is not finite
 */
export function evaluateMetrics(
  names: readonly string[],
  predictions: Float32Array,
  data: Dataset,
  context: MetricContext,
): Metrics {
  const finite = predictions.every(Number.isFinite);
  return Object.fromEntries(
    names.map((name) => {
      const { family, cutoff } = metricOf(name);
      const value = family.compute(finite ? predictions : new Float32Array(data.rows), data, context, cutoff);
      return [name, value === null || finite ? value : Number.NaN];
    }),
  );
}

/** Whether a metric has a value on these rows at all, whatever the model predicts. */
export function applies(name: string, data: Dataset, context: MetricContext): boolean {
  return evaluateMetrics([name], new Float32Array(data.rows), data, context)[name] !== null;
}

export const clip = (x: number, [low, high]: TargetRange): number => Math.min(Math.max(x, low), high);

function meanOfValues(
  predictions: Float32Array,
  data: Dataset,
  { range, meaning }: MetricContext,
  of: (error: number) => number,
): number | null {
  if (meaning !== 'value' || data.rows === 0) return null;
  let sum = 0;
  for (let r = 0; r < data.rows; r++) sum += of(clip(predictions[r], range) - data.target[r]);
  return sum / data.rows;
}

const rooted = (mean: number | null): number | null => (mean === null ? null : Math.sqrt(mean));

function logLoss(logits: Float32Array, data: Dataset, { meaning }: MetricContext): number | null {
  if (meaning !== 'logit' || data.rows === 0) return null;
  let sum = 0;
  for (let r = 0; r < data.rows; r++) sum += softplus(data.target[r] > 0 ? -logits[r] : logits[r]);
  return sum / data.rows;
}
