/**
 * Attentional Factorization Machine: ŷ = w0 + Σ w_i x_i + pᵀ Σ_{i<j} a_ij (v_i ⊙ v_j) x_i x_j, with a from an attention network.
 * Xiao et al., Attentional Factorization Machines, IJCAI 2017. Defaults: the paper's, on Frappe.
 */

import { integer, ratio, readOptions } from '../base/options.ts';
import { input } from '../builder/input.ts';
import { initStdev, penalty } from '../builder/options.ts';
import type { Schema } from '../builder/schema.ts';
import type { Task } from '../graph/graph.ts';
import { type Dropout, dropout, ratiosFor } from './dropout.ts';
import { type Built, type TaskOption, taskRule } from './options.ts';

export interface AfmOptions<T extends Task = Task> extends TaskOption<T> {
  /** Numbers per embedding vector, K. @default 256 */
  readonly factors?: number;
  /** Attention units t. @default factors */
  readonly attention?: number;
  /** Drop ratio on the pooled vector. @default 0.2 */
  readonly dropout?: Dropout;
  /** Drop ratio on the attention weights; together with `dropout` it makes training unstable (paper). @default 0 */
  readonly attentionDropout?: number;
  /** L2 penalty on the attention matrix W; 2 to 16 are best in the paper, with summed squared loss. @default 0 */
  readonly l2?: number;
  /** L1 penalty on the attention matrix W. @default 0 */
  readonly l1?: number;
  /** Embeddings start at N(0, initStdev²). @default 0.01 */
  readonly initStdev?: number;
}

export const afmRules = {
  factors: integer(256, { min: 1 }),
  attention: integer<undefined>(undefined, { min: 1 }),
  dropout,
  attentionDropout: ratio(0),
  ...penalty,
  initStdev,
  ...taskRule,
};

export function afm<const S extends Schema, T extends Task = 'regression'>(
  schema: S,
  options?: AfmOptions<T>,
): Built<S, T> {
  const { factors, attention, dropout, initStdev, task, ...net } = readOptions('afm()', options, afmRules);
  const [ratio] = ratiosFor('afm()', ['attention pooling'], dropout ?? 0.2);
  return input(schema)
    .linear()
    .embed(factors, { initStdev })
    .attention(attention ?? factors, { ...net, dropout: ratio })
    .output(task as T)
    .named('AFM');
}
