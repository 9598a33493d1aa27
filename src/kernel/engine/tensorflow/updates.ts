/** Optimizer steps on Float32Arrays: the rules of `optimizers.ts`, in double precision, for whole parameters and for rows of tables. */

import type { Optimizer, OptimizerName } from '../optimizers.ts';

/** A parameter with its optimizer slots, in the order of `slotsOf`. */
export interface Trained {
  readonly values: Float32Array;
  readonly slots: readonly Float32Array[];
  readonly l2: number;
  readonly l1: number;
}

/** `count` coordinates from `at` on, whose gradients are those of `gradient` from `from` on. `step` counts from 1. */
type UpdateRule = (
  optimizer: Optimizer,
  step: number,
  parameter: Trained,
  at: number,
  count: number,
  gradient: Float32Array,
  from: number,
) => void;

/** θ moved towards 0 by `by`, not beyond: the proximal step of L1. */
const shrink = (theta: number, by: number): number => Math.sign(theta) * Math.max(Math.abs(theta) - by, 0);

const sgd: UpdateRule = ({ learningRate }, _, { values, l2, l1 }, at, count, gradient, from) => {
  for (let i = at, j = from; i < at + count; i++, j++) {
    const next = values[i] - learningRate * (gradient[j] + l2 * values[i]);
    values[i] = l1 === 0 ? next : shrink(next, learningRate * l1);
  }
};

const momentum: UpdateRule = ({ learningRate, momentum: decay }, _, parameter, at, count, gradient, from) => {
  const { values, l2, l1 } = parameter;
  const [velocity] = parameter.slots;
  for (let i = at, j = from; i < at + count; i++, j++) {
    velocity[i] = decay * velocity[i] + gradient[j] + l2 * values[i];
    const next = values[i] - learningRate * velocity[i];
    values[i] = l1 === 0 ? next : shrink(next, learningRate * l1);
  }
};

const adagrad: UpdateRule = ({ learningRate }, _, parameter, at, count, gradient, from) => {
  const { values, l2, l1 } = parameter;
  const [accumulator] = parameter.slots;
  for (let i = at, j = from; i < at + count; i++, j++) {
    const g = gradient[j] + l2 * values[i];
    accumulator[i] += g * g;
    const rate = learningRate / Math.sqrt(Math.max(accumulator[i], 1e-30));
    const next = values[i] - rate * g;
    values[i] = l1 === 0 ? next : shrink(next, rate * l1);
  }
};

const adam: UpdateRule = ({ learningRate, beta1, beta2, epsilon }, step, parameter, at, count, gradient, from) => {
  const { values, l2, l1 } = parameter;
  const [mean, square] = parameter.slots;
  const corrected = (learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
  for (let i = at, j = from; i < at + count; i++, j++) {
    const g = gradient[j] + l2 * values[i];
    mean[i] = beta1 * mean[i] + (1 - beta1) * g;
    square[i] = beta2 * square[i] + (1 - beta2) * g * g;
    const rate = corrected / (Math.sqrt(square[i]) + epsilon);
    const next = values[i] - rate * mean[i];
    values[i] = l1 === 0 ? next : shrink(next, rate * l1);
  }
};

export const updateRules: { readonly [Name in OptimizerName]: UpdateRule } = { sgd, momentum, adagrad, adam };
