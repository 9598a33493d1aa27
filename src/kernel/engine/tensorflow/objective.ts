/** The objective of a batch: row losses, and what they ask of the scores. */

import { isPairwise, type Loss, lossSlope, lossValue, type Reduction, reductionFactor } from '../losses.ts';

export interface Objective {
  /** Sum of the row losses (or pair losses), before the reduction. */
  readonly loss: number;
  /** Derivative of the reduced objective by every row's score. */
  readonly slopes: Float32Array;
}

/** Of scores ŷ and targets; with a pairwise loss rows 2i and 2i + 1 are the positive and the negative of a pair. */
export function objectiveOf(
  loss: Loss,
  reduction: Reduction,
  scores: ArrayLike<number>,
  targets: ArrayLike<number>,
): Objective {
  const [value, slope] = [lossValue[loss], lossSlope[loss]];
  const slopes = new Float32Array(scores.length);
  let sum = 0;
  if (isPairwise(loss)) {
    const factor = reductionFactor(reduction, scores.length / 2);
    for (let i = 0; i < scores.length; i += 2) {
      const margin = scores[i] - scores[i + 1];
      sum += value(margin, 0);
      slopes[i] = factor * slope(margin, 0);
      slopes[i + 1] = -slopes[i];
    }
  } else {
    const factor = reductionFactor(reduction, scores.length);
    for (let i = 0; i < scores.length; i++) {
      sum += value(scores[i], targets[i]);
      slopes[i] = factor * slope(scores[i], targets[i]);
    }
  }
  return { loss: sum, slopes };
}
