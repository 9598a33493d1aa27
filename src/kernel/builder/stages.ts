/**
 * The builder as its user sees it: one interface per stage, so that completion offers only what may come next.
 *
 *     Input --embed--> Embedded --pool--> Pooled --sum, predict--> Scored --output--> Architecture
 *       '--linear--> Scored --embed--> Embedded ...
 *
 * Stages are immutable: every call returns a new one, and a stage may be continued in several ways.
 */

import type { ActivationName, Penalty, Task } from '../graph/graph.ts';
import type { Architecture } from './architecture.ts';
import type { LayerFunction, LayerOptions } from './layer.ts';

export interface LinearOptions extends Penalty {
  /** A global bias w0. @default true */
  readonly bias?: boolean;
}

export interface EmbeddingOptions extends Penalty {
  /** V starts at N(0, initStdev²). @default 0.01 */
  readonly initStdev?: number;
  /** The node's id. @default 'embedding', a further one 'embedding_2' */
  readonly name?: string;
}

export interface PoolingOptions {
  /** Batch normalisation of the pooled vector. @default false */
  readonly batchNorm?: boolean;
  /** Drop ratio on the pooled vector, after batch normalisation. @default 0 */
  readonly dropout?: number;
}

export interface AttentionOptions extends PoolingOptions, Penalty {
  /** Drop ratio on the attention weights; together with `dropout` it makes training unstable (AFM paper). @default 0 */
  readonly attentionDropout?: number;
}

export interface HiddenOptions extends Penalty {
  /** @default 'relu' */
  readonly activation?: ActivationName;
  /** Batch normalisation before the activation. @default false */
  readonly batchNorm?: boolean;
  /** Drop ratio after the activation. @default 0 */
  readonly dropout?: number;
  /** How the bias starts: like the weights, N(0, 2 / (inputs + units)), or at 0. @default 'normal' */
  readonly biasInit?: 'normal' | 'zeros';
}

export interface PredictionOptions extends Penalty {
  /** @default false */
  readonly bias?: boolean;
  /** h starts at 1 or N(0, 2 / (inputs + 1)). @default 'ones' on a pooled vector, 'normal' after concat(), a hidden layer or one of your own */
  readonly init?: 'ones' | 'normal';
}

/** A schema, before anything is computed from it. */
export interface Input<Name extends string> {
  /** Adds the first-order part w0 + Σ w_i x_i to the score. */
  linear(options?: LinearOptions): Scored<Name>;
  /** Looks up x_i v_i, one vector of `factors` numbers per active feature. */
  embed(factors: number, options?: EmbeddingOptions): Embedded<Name>;
}

/** A set of embedding vectors per row, which must be pooled into one vector. */
export interface Embedded<Name extends string> {
  /** Σ_{i<j} x_i v_i ⊙ x_j v_j = ½ [(Σ x_i v_i)² - Σ (x_i v_i)²]: every pair, in linear time (NFM eq. 3 and 4). */
  biInteraction(options?: PoolingOptions): Pooled<Name>;
  /** Per factor the sum over all products of `order` different features (higher-order FM). */
  anova(order: number, options?: PoolingOptions): Pooled<Name>;
  /** The pairs' products, weighted by a softmax of hᵀ ReLU(W p + b) with `units` rows in W (AFM eq. 4 and 5). Penalties are on W. */
  attention(units: number, options?: AttentionOptions): Pooled<Name>;
  /** The fields' embedding sums side by side; needs a schema with fields. */
  concat(options?: PoolingOptions): Pooled<Name>;
}

/** One vector per row. */
export interface Pooled<Name extends string> {
  /** z W + b, then batch normalisation, activation, dropout (NFM eq. 5). */
  hidden(units: number, options?: HiddenOptions): Pooled<Name>;
  /** f(z + W1 f(z W0 + b0) + b1) with `units` inner units: keeps the width (Deep Crossing). Batch normalisation after the addition. */
  residual(units: number, options?: HiddenOptions): Pooled<Name>;
  /**
   * A layer of your own in TensorFlow operations, trained by `engine: 'tensorflow'`:
   *
   *     .layer('gate', { parameters: { strength: { shape: [64], init: 'zeros' } } },
   *       (x, p, tf) => tf.mul(x, tf.sigmoid(p.strength)))
   *
   * `x` is a batch [B, n], the result [B, size]. The function is taken along as text, into the graph and the model file,
   * so it uses x, p, tf and JavaScript's own names only. `name` is the node's id: a letter, then letters, digits and _.
   */
  layer<const Parameter extends string = never>(
    name: string,
    options: LayerOptions<Parameter>,
    apply: LayerFunction<Parameter>,
  ): Pooled<Name>;
  /** Adds the sum of the vector to the score: with biInteraction() the second-order part of an FM. */
  sum(): ScoredEmbedding<Name>;
  /** Adds hᵀ z to the score (NFM eq. 6). */
  predict(options?: PredictionOptions): ScoredEmbedding<Name>;
  /** `predict(options)`, then the finished model. */
  output<T extends Task>(task: T, options?: PredictionOptions): Architecture<Name, T>;
}

/** A score with at least one term: ready, or to be continued with a further term. */
export interface Scored<Name extends string> {
  /** Starts a further term on a table of its own. */
  embed(factors: number, options?: EmbeddingOptions): Embedded<Name>;
  /** The sum of all terms, read as a number, as the logit of the positive class, or as a score that orders items. */
  output<T extends Task>(task: T): Architecture<Name, T>;
}

/** A score with a term on embeddings. */
export interface ScoredEmbedding<Name extends string> extends Scored<Name> {
  /** Starts a further term on the same table as the last one. */
  embedAgain(): Embedded<Name>;
}
