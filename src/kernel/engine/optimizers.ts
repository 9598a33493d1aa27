/** Optimizers as data, shared by all engines: their settings, their slots, and the update rule of one coordinate. */

import { number, type OptionRules, type OptionValues, readOptions } from '../base/options.ts';

export type OptimizerName = 'sgd' | 'momentum' | 'adagrad' | 'adam';

export interface Optimizer {
  readonly name: OptimizerName;
  readonly learningRate: number;
  /** Adagrad: start of the accumulator. 1e-8 is the NFM authors' value; TensorFlow's default 0.1 starts slower. */
  readonly initialAccumulator: number;
  /** Momentum: u = μ u + g, θ -= η u. */
  readonly momentum: number;
  /** Adam's decay rates and ε. */
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

export const optimizerNames: readonly OptimizerName[] = ['sgd', 'momentum', 'adagrad', 'adam'];

const rate = (fallback: number) => number(fallback, { above: 0 });
const decay = (fallback: number) => number(fallback, { min: 0, below: 1 });
const rules = {
  learningRate: rate(0.05),
  initialAccumulator: number(1e-8, { min: 0 }),
  momentum: decay(0.95),
  beta1: decay(0.9),
  beta2: decay(0.999),
  epsilon: number(1e-8, { min: 0 }),
} satisfies OptionRules;

const used: Readonly<Record<OptimizerName, readonly (keyof typeof rules)[]>> = {
  sgd: ['learningRate'],
  momentum: ['learningRate', 'momentum'],
  adagrad: ['learningRate', 'initialAccumulator'],
  adam: ['learningRate', 'beta1', 'beta2', 'epsilon'],
};

/**
 * An optimizer with its defaults filled in: learning rate 0.05 (Adam 0.001), momentum 0.95, Adagrad's accumulator from
 * 1e-8 without ε, Adam 0.9 / 0.999 / 1e-8. Options that the optimizer does not have are errors.
 */
export function optimizer(name: OptimizerName, options?: Partial<OptionValues<typeof rules>>): Optimizer {
  const own = Object.fromEntries(used[name].map((k) => [k, rules[k]])) as OptionRules;
  const given = readOptions(`optimizer "${name}"`, options, own);
  const defaults = readOptions('optimizer', name === 'adam' ? { learningRate: 0.001 } : {}, rules);
  const chosen = Object.fromEntries(
    Object.entries(given).filter(([k]) => options?.[k as keyof typeof rules] !== undefined),
  );
  return { name, ...defaults, ...chosen };
}

/** Slots kept per coordinate, with the value they start at. */
export function slotsOf(o: Optimizer): readonly { readonly name: string; readonly start: number }[] {
  switch (o.name) {
    case 'sgd':
      return [];
    case 'momentum':
      return [{ name: 'velocity', start: 0 }];
    case 'adagrad':
      return [{ name: 'accumulator', start: o.initialAccumulator }];
    case 'adam':
      return [
        { name: 'mean', start: 0 },
        { name: 'square', start: 0 },
      ];
  }
}
