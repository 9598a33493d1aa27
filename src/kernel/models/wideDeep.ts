/**
 * Wide & Deep: ŷ = (w0 + Σ w_i x_i) + (hᵀ z_L + b), hidden layers over the fields' embeddings side by side.
 * Cheng et al., Wide & Deep Learning for Recommender Systems, DLRS 2016; as the NFM paper ran it: raw features on the
 * wide side, one loss and one optimizer for both sides.
 */

import { boolean, readOptions } from '../base/options.ts';
import { input } from '../builder/input.ts';
import { activation } from '../builder/options.ts';
import type { Schema } from '../builder/schema.ts';
import type { ActivationName, Task } from '../graph/graph.ts';
import { type Dropout, dropout, ratiosFor } from './dropout.ts';
import { type HiddenLayer, hidden, hiddenNames, stack } from './hiddenShape.ts';
import { type Built, type EmbeddingOptions, embeddingRules, type TaskOption, taskRule } from './options.ts';

export interface WideDeepOptions<T extends Task = Task> extends EmbeddingOptions, TaskOption<T> {
  /** Hidden layers, from the embeddings up. @default [1024, 512, 256] */
  readonly hidden?: readonly HiddenLayer[];
  /** Activation of the hidden layers. @default 'relu' */
  readonly activation?: ActivationName;
  /** Batch normalisation of every hidden layer. @default false */
  readonly batchNorm?: boolean;
  /** Drop ratio after each hidden layer's activation: one per hidden layer, or one number for all. @default 0 */
  readonly dropout?: Dropout;
}

export const wideDeepRules = { ...embeddingRules, hidden, activation, batchNorm: boolean(false), dropout, ...taskRule };

export function wideDeep<const S extends Schema, T extends Task = 'regression'>(
  schema: S,
  options?: WideDeepOptions<T>,
): Built<S, T> {
  const { factors, hidden, activation, batchNorm, dropout, task, ...table } = readOptions(
    'wideDeep()',
    options,
    wideDeepRules,
  );
  const layers = hidden ?? [1024, 512, 256];
  const ratios = ratiosFor('wideDeep()', hiddenNames(layers), dropout ?? 0);
  const concatenated = input(schema).linear().embed(factors, table).concat();
  return stack(concatenated, layers, ratios, { activation, batchNorm, biasInit: 'zeros' })
    .output(task as T, { bias: true })
    .named('Wide&Deep');
}
