/** What a model's raw output ŷ means to its user: one rule per task. */

import type { Task } from '../graph/graph.ts';

/** The result of predicting one row, by task. */
export interface Predictions {
  regression: number;
  /** The logit ŷ and the probability σ(ŷ) of the positive class. */
  binary: { readonly logit: number; readonly probability: number };
  /** A score that orders items; its size means nothing. */
  ranking: { readonly score: number };
}

export const predictionRules: { readonly [T in Task]: (raw: number) => Predictions[T] } = {
  regression: (raw) => raw,
  binary: (raw) => ({ logit: raw, probability: 1 / (1 + Math.exp(-raw)) }),
  ranking: (raw) => ({ score: raw }),
};

export const tasks = Object.keys(predictionRules) as readonly Task[];
