/**
 * What every op computes, in TensorFlow operations, as one total table; TensorFlow derives the gradients. Tensors have
 * the batch as their first dimension: a scalar is [B], a vector [B, D], a set [B, positions, K].
 */

import type * as Core from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ActivationName, GraphNode, OpKind } from '../../graph/graph.ts';
import { attention } from './attentionRule.ts';
import type { Layer } from './userLayer.ts';

/** What rules read beside their inputs, for one batch. */
export interface Pass {
  readonly tf: typeof Core;
  /** Dropout is on, and batch norm takes the statistics of the batch. */
  readonly training: boolean;
  readonly rows: number;
  /** Entries of each row, filled up with zeros to `positions`. */
  readonly rowStart: Int32Array;
  readonly positions: number;
  /** The weights or state `name` of a node, in their shape. */
  parameter(node: string, name: string): Tensor;
  /** The batch's lookup of a node; null for an embedding that is only concatenated. */
  lookup(node: string): Tensor | null;
  /** The multipliers of a dropout layer at this step: `rows` x `width` units. */
  mask(node: string, ratio: number, rows: number, width: number): Float32Array;
  /** Tells of a batch's statistics, of which the averages are kept. */
  observe(node: string, mean: Tensor, variance: Tensor): void;
  /** The function of a user's layer. */
  layer(node: string): Layer;
}

export type Rule<Op extends OpKind> = (node: GraphNode<Op>, inputs: readonly Tensor[], pass: Pass) => Tensor | null;

const activations: { readonly [Name in ActivationName]: (tf: typeof Core, z: Tensor) => Tensor } = {
  relu: (tf, z) => tf.relu(z),
  sigmoid: (tf, z) => tf.sigmoid(z),
  tanh: (tf, z) => tf.tanh(z),
  identity: (_, z) => z,
};

export const rules: { readonly [Op in OpKind]: Rule<Op> } = {
  input: () => null,

  linear: ({ id, attributes: { bias } }, _, pass) =>
    bias ? pass.tf.add(pass.lookup(id)!, pass.parameter(id, 'w0')) : pass.lookup(id),

  embedding: ({ id }, _, pass) => pass.lookup(id),

  biInteraction: (_, [set], { tf }) => {
    const squareOfSum = tf.square(tf.sum(set, 1));
    const sumOfSquares = tf.sum(tf.square(set), 1);
    return tf.mul(tf.sub(squareOfSum, sumOfSquares), 0.5);
  },

  /** The recursion a_{j,t} = a_{j-1,t} + p_j a_{j-1,t-1}; polynomials of a degree above j are 0. */
  anova: ({ attributes: { order } }, [set], { tf }) => {
    const polynomials: (Tensor | undefined)[] = [];
    for (const p of tf.unstack(set, 1)) {
      for (let t = order; t > 1; t--) {
        const [same, lower] = [polynomials[t], polynomials[t - 1]];
        if (lower) polynomials[t] = same ? tf.add(same, tf.mul(p, lower)) : tf.mul(p, lower);
      }
      polynomials[1] = polynomials[1] ? tf.add(polynomials[1], p) : p;
    }
    return polynomials[order] ?? tf.zerosLike(polynomials[1]!);
  },

  concat: ({ id }, _, pass) => pass.lookup(id),

  attention,

  dense: ({ id }, [z], pass) => pass.tf.add(pass.tf.matMul(z, pass.parameter(id, 'W')), pass.parameter(id, 'b')),

  batchNorm: ({ id, attributes: { epsilon } }, [z], pass) => {
    const { tf } = pass;
    const [gamma, beta] = ['gamma', 'beta'].map((name) => pass.parameter(id, name));
    let [mean, variance] = ['mean', 'variance'].map((name) => pass.parameter(id, name));
    if (pass.training) {
      ({ mean, variance } = tf.moments(z, 0));
      pass.observe(id, mean, variance);
    }
    const scale = tf.mul(gamma, tf.rsqrt(tf.add(variance, epsilon)));
    return tf.add(tf.mul(tf.sub(z, mean), scale), beta);
  },

  dropout: ({ id, attributes: { ratio } }, [z], pass) => {
    if (!pass.training || ratio === 0) return z;
    const [rows, width] = z.shape;
    return pass.tf.mul(z, pass.tf.tensor2d(pass.mask(id, ratio, rows, width), [rows, width]));
  },

  activation: (node, [z], { tf }) => activations[node.attributes.function](tf, z),

  layer: (node, [x], pass) => pass.layer(node.id)(x, (name) => pass.parameter(node.id, name)),

  add: (_, parts, { tf }) => tf.addN([...parts]),

  sum: (_, [z], { tf }) => tf.sum(z, 1),

  prediction: ({ id, attributes: { bias } }, [z], pass) => {
    const score = pass.tf.dot(z, pass.parameter(id, 'h'));
    return bias ? pass.tf.add(score, pass.parameter(id, 'b')) : score;
  },

  output: (_, [score]) => score,
};
