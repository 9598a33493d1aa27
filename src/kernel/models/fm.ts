/**
 * Factorization Machine: ŷ = w0 + Σ w_i x_i + Σ_{i<j} (v_i · v_j) x_i x_j.
 * Rendle, Factorization Machines, ICDM 2010. Dropout and batch normalisation of the pooled pairs: NFM paper, section 4.
 */

import { boolean, readOptions } from '../base/options.ts';
import { input } from '../builder/input.ts';
import type { Schema } from '../builder/schema.ts';
import type { Task } from '../graph/graph.ts';
import { type Dropout, dropout, ratiosFor } from './dropout.ts';
import { type Built, type EmbeddingOptions, embeddingRules, type TaskOption, taskRule } from './options.ts';

export interface FmOptions<T extends Task = Task> extends EmbeddingOptions, TaskOption<T> {
  /** Batch normalisation of the Bi-Interaction vector. @default false */
  readonly batchNorm?: boolean;
  /** Drop ratio on the Bi-Interaction vector. @default 0 */
  readonly dropout?: Dropout;
}

export const fmRules = { ...embeddingRules, batchNorm: boolean(false), dropout, ...taskRule };

export function fm<const S extends Schema, T extends Task = 'regression'>(
  schema: S,
  options?: FmOptions<T>,
): Built<S, T> {
  const { factors, batchNorm, dropout, task, ...table } = readOptions('fm()', options, fmRules);
  const [ratio] = ratiosFor('fm()', ['Bi-Interaction'], dropout ?? 0);
  return input(schema)
    .linear()
    .embed(factors, table)
    .biInteraction({ batchNorm, dropout: ratio })
    .sum()
    .output(task as T)
    .named('FM');
}
