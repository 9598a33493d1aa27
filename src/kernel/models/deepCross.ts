/**
 * Deep Crossing: ŷ = hᵀ z_L + b, residual units ReLU(z + W1 ReLU(W0 z + b0) + b1) over the fields' embeddings side by side.
 * Shan et al., Deep Crossing: Web-Scale Modeling without Manually Crafted Combinatorial Features, KDD 2016; as the NFM
 * paper ran it: five units and no linear part.
 */

import { boolean, readOptions } from '../base/options.ts';
import { input } from '../builder/input.ts';
import { activation } from '../builder/options.ts';
import type { Schema } from '../builder/schema.ts';
import type { ActivationName, Task } from '../graph/graph.ts';
import { type Dropout, dropout, ratiosFor } from './dropout.ts';
import { type HiddenLayer, hidden, hiddenNames, stack } from './hiddenShape.ts';
import { type Built, type EmbeddingOptions, embeddingRules, type TaskOption, taskRule } from './options.ts';

export interface DeepCrossOptions<T extends Task = Task> extends EmbeddingOptions, TaskOption<T> {
  /** Inner widths of the residual units, from the embeddings up. @default [512, 512, 256, 128, 64] */
  readonly hidden?: readonly HiddenLayer[];
  /** Activation inside and after each unit. @default 'relu' */
  readonly activation?: ActivationName;
  /** Batch normalisation in each unit, after the addition and before the outer activation. @default false */
  readonly batchNorm?: boolean;
  /** Drop ratio after each unit: one per unit, or one number for all. @default 0 */
  readonly dropout?: Dropout;
}

export const deepCrossRules = {
  ...embeddingRules,
  hidden,
  activation,
  batchNorm: boolean(false),
  dropout,
  ...taskRule,
};

export function deepCross<const S extends Schema, T extends Task = 'regression'>(
  schema: S,
  options?: DeepCrossOptions<T>,
): Built<S, T> {
  const { factors, hidden, activation, batchNorm, dropout, task, ...table } = readOptions(
    'deepCross()',
    options,
    deepCrossRules,
  );
  const units = (hidden ?? [512, 512, 256, 128, 64]).map((unit) =>
    typeof unit === 'number' ? { residual: unit } : unit,
  );
  const ratios = ratiosFor('deepCross()', hiddenNames(units), dropout ?? 0);
  const concatenated = input(schema).embed(factors, table).concat();
  return stack(concatenated, units, ratios, { activation, batchNorm, biasInit: 'zeros' })
    .output(task as T, { bias: true })
    .named('DeepCross');
}
