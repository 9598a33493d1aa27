/**
 * Losses as data: what each one computes, shared by all engines. s = +1 or -1 is the sign of the target (positive
 * means target > 0), t = 1 or 0 the same label; ŷ is the raw output.
 */

import type { Task } from '../graph/graph.ts';

/**
 * `squared` (ŷ - y)²; `log` log(1 + exp(-s ŷ)) from the logit; `hinge` max(0, 1 - s ŷ); on pairs (ŷ+, ŷ-):
 * `bpr` log(1 + exp(ŷ- - ŷ+)) (Rendle et al. 2009) and `maxMargin` max(0, 1 - ŷ+ + ŷ-).
 */
export type Loss = 'squared' | 'log' | 'hinge' | 'bpr' | 'maxMargin';
export const losses: readonly Loss[] = ['squared', 'log', 'hinge', 'bpr', 'maxMargin'];

/** `sum` of the row losses (NFM eq. 9), `halfSum` (the NFM authors' code), `mean`, `halfMean`. */
export type Reduction = 'sum' | 'halfSum' | 'mean' | 'halfMean';
export const reductions: readonly Reduction[] = ['sum', 'halfSum', 'mean', 'halfMean'];

export const isPairwise = (loss: Loss): boolean => loss === 'bpr' || loss === 'maxMargin';

/** Factor on the sum of row losses of a batch with `rows` rows (or pairs) that gives the objective. */
export function reductionFactor(reduction: Reduction, rows: number): number {
  return (
    (reduction === 'halfSum' || reduction === 'halfMean' ? 0.5 : 1) /
    (reduction === 'mean' || reduction === 'halfMean' ? rows : 1)
  );
}

/** The loss and reduction that a task trains with unless told otherwise. */
export const defaultLoss: Readonly<Record<Task, { readonly loss: Loss; readonly reduction: Reduction }>> = {
  regression: { loss: 'squared', reduction: 'halfSum' },
  binary: { loss: 'log', reduction: 'mean' },
  ranking: { loss: 'bpr', reduction: 'mean' },
};

/** Loss of one row (pairwise losses: `y` is ignored and `prediction` is ŷ+ - ŷ-). The formulas every engine must agree with. */
export const lossValue: Readonly<Record<Loss, (prediction: number, y: number) => number>> = {
  squared: (p, y) => (p - y) ** 2,
  log: (p, y) => softplus(y > 0 ? -p : p),
  hinge: (p, y) => Math.max(0, 1 - (y > 0 ? p : -p)),
  bpr: (margin) => softplus(-margin),
  maxMargin: (margin) => Math.max(0, 1 - margin),
};

/** Derivative of `lossValue` by its first argument. */
export const lossSlope: Readonly<Record<Loss, (prediction: number, y: number) => number>> = {
  squared: (p, y) => 2 * (p - y),
  log: (p, y) => sigmoid(p) - (y > 0 ? 1 : 0),
  hinge: (p, y) => (1 - (y > 0 ? p : -p) > 0 ? (y > 0 ? -1 : 1) : 0),
  bpr: (margin) => -sigmoid(-margin),
  maxMargin: (margin) => (1 - margin > 0 ? -1 : 0),
};

/** log(1 + exp(x)) without overflow. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

export function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : 1 - 1 / (1 + Math.exp(x));
}
