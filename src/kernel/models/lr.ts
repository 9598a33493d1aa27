/**
 * Linear (squared loss) or logistic (log loss) regression on sparse features: ŷ = w0 + Σ w_i x_i.
 * The reference line of the NFM paper's Figure 3.
 */

import { readOptions } from '../base/options.ts';
import { input } from '../builder/input.ts';
import { penalty } from '../builder/options.ts';
import type { Schema } from '../builder/schema.ts';
import type { Task } from '../graph/graph.ts';
import { type Built, type TaskOption, taskRule } from './options.ts';

export interface LrOptions<T extends Task = Task> extends TaskOption<T> {
  /** L2 penalty on w. @default 0 */
  readonly l2?: number;
  /** L1 penalty on w. @default 0 */
  readonly l1?: number;
}

export const lrRules = { ...penalty, ...taskRule };

export function lr<const S extends Schema, T extends Task = 'regression'>(
  schema: S,
  options?: LrOptions<T>,
): Built<S, T> {
  const { task, ...penalties } = readOptions('lr()', options, lrRules);
  return input(schema)
    .linear(penalties)
    .output(task as T)
    .named('LR');
}
