/** What to say when a loss stops being a number. */

import type { Dataset } from '../data/dataset.ts';
import type { Weights } from '../engine/engine.ts';
import type { Optimizer } from '../engine/optimizers.ts';

interface Where {
  readonly epoch: number;
  /** From 1; null when the evaluation after the epoch found it. */
  readonly batch: number | null;
  /** Row numbers of the batch. */
  readonly rows: Int32Array;
}

/** Row numbers that a message lists. */
const shownRows = 8;

/** Names the place, the first parameter that is not finite, and what usually helps. */
export function divergence(found: string, where: Where, weights: Weights, data: Dataset, optimizer: Optimizer): string {
  const rows = [...where.rows.subarray(0, shownRows)].join(', ') + (where.rows.length > shownRows ? ', …' : '');
  const place =
    where.batch === null
      ? `after epoch ${where.epoch}`
      : `in epoch ${where.epoch}, batch ${where.batch} (rows ${rows} of ${data.source})`;
  return `${found} ${place}; ${firstBadParameter(weights)}. ${advice(data, optimizer)}`;
}

function firstBadParameter(weights: Weights): string {
  for (const [id, values] of weights) {
    const at = values.findIndex((x) => !Number.isFinite(x));
    if (at >= 0) return `the first parameter that is not finite is ${id}, element ${at} (${values[at]})`;
  }
  return 'all parameters are still finite';
}

/** A numeric feature above this is likely to be unscaled. */
const largeValue = 100;

function advice(data: Dataset, { name, learningRate }: Optimizer): string {
  const largest = data.values?.reduce((most, x) => Math.max(most, Math.abs(x)), 0) ?? 1;
  const scale =
    largest > largeValue
      ? `Scale the numeric features (the largest value is ${largest.toPrecision(4)}), or lower`
      : 'Lower';
  return `${scale} the learning rate (${name}, now ${learningRate})`;
}
