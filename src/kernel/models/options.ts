/** Options that the models share, each with its rule. */

import { integer, oneOf } from '../base/options.ts';
import type { Architecture } from '../builder/architecture.ts';
import { initStdev, penalty } from '../builder/options.ts';
import { tasks } from '../builder/prediction.ts';
import type { FieldName, Schema } from '../builder/schema.ts';
import type { Task } from '../graph/graph.ts';

/** What a model function gives. The task is read off the options alone, never off the variable that takes the result. */
export type Built<S extends Schema, T extends Task> = Architecture<FieldName<S>, NoInfer<T>>;

export interface TaskOption<T extends Task> {
  /** What ŷ means: a number, the logit of the positive class, or a score that orders items. @default 'regression' */
  readonly task?: T;
}

export const taskRule = { task: oneOf(tasks, 'regression') };

export interface EmbeddingOptions {
  /** Numbers per embedding vector, K. @default 64 */
  readonly factors?: number;
  /** Embeddings start at N(0, initStdev²). @default 0.01 */
  readonly initStdev?: number;
  /** L2 penalty on the embeddings. @default 0 */
  readonly l2?: number;
  /** L1 penalty on the embeddings. @default 0 */
  readonly l1?: number;
}

export const embeddingRules = { factors: integer(64, { min: 1 }), initStdev, ...penalty };
