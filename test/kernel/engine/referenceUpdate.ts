/** The float64 reference: one optimizer step of one coordinate. */

import type { Optimizer } from '../../../src/kernel/engine/optimizers.ts';

/** Moves the slots of one coordinate by its gradient; returns the step to subtract, and the rate L1 shrinks by. */
type CoordinateRule = (
  o: Optimizer,
  gradient: number,
  slots: readonly Float64Array[],
  index: number,
  /** Number of this step, from 1. */
  step: number,
) => { readonly move: number; readonly rate: number };

const coordinateRules: Readonly<Record<Optimizer['name'], CoordinateRule>> = {
  sgd: (o, g) => ({ move: o.learningRate * g, rate: o.learningRate }),

  momentum: (o, g, [velocity], i) => {
    velocity[i] = o.momentum * velocity[i] + g;
    return { move: o.learningRate * velocity[i], rate: o.learningRate };
  },

  adagrad: (o, g, [accumulator], i) => {
    accumulator[i] += g * g;
    const rate = o.learningRate / Math.sqrt(Math.max(accumulator[i], 1e-30));
    return { move: rate * g, rate };
  },

  adam: (o, g, [mean, square], i, step) => {
    mean[i] = o.beta1 * mean[i] + (1 - o.beta1) * g;
    square[i] = o.beta2 * square[i] + (1 - o.beta2) * g * g;
    const corrected = (o.learningRate * Math.sqrt(1 - o.beta2 ** step)) / (1 - o.beta1 ** step);
    const rate = corrected / (Math.sqrt(square[i]) + o.epsilon);
    return { move: rate * mean[i], rate };
  },
};

export interface Penalties {
  readonly l2: number;
  readonly l1: number;
}

/**
 * One step of coordinate `i` of `values`: g += l2 θ, the optimizer's move, then the proximal step of L1,
 * θ = sign(θ) max(|θ| - rate l1, 0).
 */
export function updateCoordinate(
  o: Optimizer,
  penalties: Penalties,
  values: Float64Array,
  slots: readonly Float64Array[],
  i: number,
  gradient: number,
  step: number,
): void {
  const { move, rate } = coordinateRules[o.name](o, gradient + penalties.l2 * values[i], slots, i, step);
  const moved = values[i] - move;
  values[i] = penalties.l1 === 0 ? moved : Math.sign(moved) * Math.max(Math.abs(moved) - rate * penalties.l1, 0);
}
