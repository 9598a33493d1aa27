/**
 * Higher-order Factorization Machine: ŷ = w0 + Σ w_i x_i + Σ_{t=2..order} Σ_{i1<...<it} Σ_f Π v^(t)_{if} x_i.
 * Blondel et al., Higher-Order Factorization Machines, NIPS 2016. One embedding table per order, or one for all.
 */

import { boolean, integer, readOptions } from '../base/options.ts';
import { input } from '../builder/input.ts';
import type { Schema } from '../builder/schema.ts';
import type { Task } from '../graph/graph.ts';
import { type Built, type EmbeddingOptions, embeddingRules, type TaskOption, taskRule } from './options.ts';

export interface HofmOptions<T extends Task = Task> extends EmbeddingOptions, TaskOption<T> {
  /** Most features in one product. @default 3 */
  readonly order?: number;
  /** One embedding table for all orders. @default false */
  readonly shareTables?: boolean;
}

export const hofmRules = {
  ...embeddingRules,
  order: integer(3, { min: 2 }),
  shareTables: boolean(false),
  ...taskRule,
};

export function hofm<const S extends Schema, T extends Task = 'regression'>(
  schema: S,
  options?: HofmOptions<T>,
): Built<S, T> {
  const { factors, order, shareTables, task, ...table } = readOptions('hofm()', options, hofmRules);
  let score = input(schema).linear().embed(factors, table).biInteraction().sum();
  for (let t = 3; t <= order; t++) {
    const embedded = shareTables ? score.embedAgain() : score.embed(factors, { ...table, name: `embedding${t}` });
    score = embedded.anova(t).sum();
  }
  return score.output(task as T).named('HOFM');
}
