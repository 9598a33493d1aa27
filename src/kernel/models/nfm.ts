/**
 * Neural Factorization Machine: ŷ = w0 + Σ w_i x_i + hᵀ z_L, hidden layers over the Bi-Interaction of the embeddings.
 * He and Chua, Neural Factorization Machines for Sparse Predictive Analytics, SIGIR 2017. Defaults: the authors' run on Frappe.
 */

import { boolean, readOptions } from '../base/options.ts';
import { input } from '../builder/input.ts';
import { activation } from '../builder/options.ts';
import type { Schema } from '../builder/schema.ts';
import type { ActivationName, Task } from '../graph/graph.ts';
import { type Dropout, dropout, ratiosFor } from './dropout.ts';
import { type HiddenLayer, hidden, hiddenNames, stack } from './hiddenShape.ts';
import { type Built, type EmbeddingOptions, embeddingRules, type TaskOption, taskRule } from './options.ts';

export interface NfmOptions<T extends Task = Task> extends EmbeddingOptions, TaskOption<T> {
  /** Hidden layers, from the pooling up; `[]` is NFM-0, whose h starts at 1. @default [factors] */
  readonly hidden?: readonly HiddenLayer[];
  /** Activation of the hidden layers. @default 'relu' */
  readonly activation?: ActivationName;
  /** Batch normalisation of the Bi-Interaction vector and of every hidden layer. @default true */
  readonly batchNorm?: boolean;
  /** Drop ratios: first the Bi-Interaction layer, then one per hidden layer; one number for all. @default [0.5, 0.2, ...] */
  readonly dropout?: Dropout;
}

export const nfmRules = { ...embeddingRules, hidden, activation, batchNorm: boolean(true), dropout, ...taskRule };

export function nfm<const S extends Schema, T extends Task = 'regression'>(
  schema: S,
  options?: NfmOptions<T>,
): Built<S, T> {
  const { factors, hidden, activation, batchNorm, dropout, task, ...table } = readOptions('nfm()', options, nfmRules);
  const layers = hidden ?? [factors];
  const names = ['Bi-Interaction', ...hiddenNames(layers)];
  const [pooling, ...above] = ratiosFor('nfm()', names, dropout ?? [0.5, ...layers.map(() => 0.2)]);
  const pooled = input(schema).linear().embed(factors, table).biInteraction({ batchNorm, dropout: pooling });
  return stack(pooled, layers, above, { activation, batchNorm })
    .output(task as T)
    .named(`NFM-${layers.length}`);
}
