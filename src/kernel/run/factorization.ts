/** A trained model read as a factorization: its embedding table by fields, and the function above the pooled vector. */

import type { Dataset } from '../data/dataset.ts';
import type { Weights } from '../engine/engine.ts';
import { type Field, type Graph, type GraphNode, inputOf, nodeOf } from '../graph/graph.ts';
import { type Head, headOf } from './head.ts';
import { InteractionError } from './interactionError.ts';

/** The fields of a model's features. */
export interface FieldSpace {
  readonly fields: readonly Field[];
  /** Field number of every feature. */
  readonly fieldOf: Int32Array;
}

export interface Factorization extends FieldSpace {
  readonly factors: number;
  /** Row by row, features x factors. */
  readonly V: Float32Array;
  /** First-order weights, null where the model has none. */
  readonly w: Float32Array | null;
  /** The node that pools the pairs: Bi-Interaction, the polynomial of order 2, or attention. */
  readonly pooling: GraphNode;
  readonly head: Head;
  /** Per feature, means over the training rows of x_i and of x_i²: for one-hot features both are its share p(i). */
  readonly meanX: Float64Array;
  readonly meanSquareX: Float64Array;
  /** Per field, the mean over the training rows of e_a = Σ_{i in a} x_i v_i, fields x factors. */
  readonly means: Float64Array;
}

const poolings: ReadonlySet<string> = new Set(['biInteraction', 'anova', 'attention']);

/** The node that pools pairs of features, if the model has one. */
export const poolingOf = (graph: Graph): GraphNode | undefined =>
  graph.nodes.find((n) => poolings.has(n.op) && !(n.op === 'anova' && n.attributes.order !== 2));

/**
 * @param train whose fields are used where the graph has none
 * @throws InteractionError when fields are unknown or do not cover all features
 */
export function fieldSpaceOf(graph: Graph, train: Dataset): FieldSpace {
  const { features, fields: own } = inputOf(graph).attributes;
  const fields = own.length ? own : train.fields;
  if (fields.length < 2)
    throw new InteractionError(
      `${graph.name}: interactions are shown between fields, and ${fields.length} are known; ` +
        'load the data with a schema or a feature map',
    );
  const fieldOf = new Int32Array(features).fill(-1);
  for (const [f, { offset, size }] of fields.entries()) fieldOf.fill(f, offset, offset + size);
  const alone = fieldOf.indexOf(-1);
  if (alone >= 0)
    throw new InteractionError(`${graph.name}: feature ${alone} belongs to no field; fields must cover all`);
  return { fields, fieldOf };
}

/**
 * @param train rows whose feature shares weigh the features; their fields are used where the graph has none
 * @throws InteractionError when the model pools no pairs (LR, Wide&Deep), or fields are unknown or do not cover all features
 */
export function factorizationOf(graph: Graph, weights: Weights, train: Dataset): Factorization {
  const pooling = poolingOf(graph);
  if (!pooling)
    throw new InteractionError(
      `${graph.name} pools no pairs of features; FM, NFM, HOFM and AFM do, other models have no pair weights to show`,
    );
  const embedding = nodeOf(graph, pooling.inputs[0]) as GraphNode<'embedding'>;
  const { fields, fieldOf } = fieldSpaceOf(graph, train);
  const features = fieldOf.length;
  const { factors } = embedding.attributes;
  const linear = graph.nodes.find((n) => n.op === 'linear');

  const meanX = new Float64Array(features);
  const meanSquareX = new Float64Array(features);
  for (let e = 0; e < train.ids.length; e++) {
    const x = train.values ? train.values[e] : 1;
    meanX[train.ids[e]] += x / train.rows;
    meanSquareX[train.ids[e]] += (x * x) / train.rows;
  }
  const V = weights.get(`${embedding.id}.V`)!;
  const means = new Float64Array(fields.length * factors);
  for (let i = 0; i < features; i++)
    for (let k = 0; k < factors; k++) means[fieldOf[i] * factors + k] += meanX[i] * V[i * factors + k];
  return {
    fields,
    fieldOf,
    factors,
    V,
    w: linear ? weights.get(`${linear.id}.w`)! : null,
    pooling,
    head: headOf(graph, weights, pooling.id),
    meanX,
    meanSquareX,
    means,
  };
}

/**
 * The vector h of a linear head, f(u) = hᵀu + constant: ones for an FM, h of NFM-0 and p of AFM with batch
 * normalisation folded in.
 * @throws InteractionError when hidden layers bend f; path contributions take its place there
 */
export function linearHead({ head, factors, pooling }: Factorization): Float64Array {
  if (!head.linear)
    throw new InteractionError(
      `"${pooling.id}" is followed by hidden layers, which bend what the pairs add up to; use pathContributions()`,
    );
  return head.gradient(new Float64Array(factors));
}
