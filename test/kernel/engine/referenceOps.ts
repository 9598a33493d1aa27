/**
 * The float64 reference: forward and backward of every op, written from the formulas with plain arrays. Slow and readable
 * on purpose: the other engines are held against it. The dense side is here, the rows of the table end the file.
 */

import { sigmoid } from '../../../src/kernel/engine/losses.ts';
import type { ActivationName, OpKind } from '../../../src/kernel/graph/graph.ts';
import { attention } from './referenceAttention.ts';
import { anova, biInteraction, concat, embedding, linear } from './referencePooling.ts';
import {
  add,
  addOuter,
  addTo,
  dot,
  type Matrix,
  multiply,
  type Pass,
  type Rule,
  scale,
  subtract,
  sumOf,
  timesMatrix,
  timesTransposed,
  total,
  type Vector,
} from './referenceVectors.ts';

/** z W + b. */
const dense: Rule<'dense'> = {
  forward: (node, [z], pass) => {
    const W = pass.weights.get(`${node.id}.W`)!;
    const b = [...pass.weights.get(`${node.id}.b`)!];
    return z.map((row) => add(timesMatrix(row, W), b));
  },
  backward: (node, [z], pass, upstream, gradients) => {
    const W = pass.weights.get(`${node.id}.W`)!;
    upstream.forEach((g, r) => {
      addOuter(gradients.get(`${node.id}.W`)!, z[r], g);
      addTo(gradients.get(`${node.id}.b`)!, g);
    });
    return [upstream.map((g) => timesTransposed(g, W))];
  },
};

/** Mean and biased variance of every column over the batch. */
export function moments(z: Matrix): { readonly mean: Vector; readonly variance: Vector } {
  const mean = scale(sumOf(z, z[0].length), 1 / z.length);
  const squares = z.map((row) => subtract(row, mean)).map((d) => multiply(d, d));
  return { mean, variance: scale(sumOf(squares, mean.length), 1 / z.length) };
}

/** NFM eq. 12: γ (z - mean) / √(variance + ε) + β, by the batch's moments in training, else by the averages. */
const batchNorm: Rule<'batchNorm'> = {
  forward: (node, [z], pass) => {
    const [gamma, beta] = ['gamma', 'beta'].map((name) => [...pass.weights.get(`${node.id}.${name}`)!]);
    return normalised(node, z, pass).z.map((row) => add(multiply(row, gamma), beta));
  },
  backward: (node, [z], pass, upstream, gradients) => {
    const gamma = [...pass.weights.get(`${node.id}.gamma`)!];
    const { z: normal, slope } = normalised(node, z, pass);
    const byBeta = sumOf(upstream, gamma.length);
    const byGamma = sumOf(
      upstream.map((g, r) => multiply(g, normal[r])),
      gamma.length,
    );
    addTo(gradients.get(`${node.id}.beta`)!, byBeta);
    addTo(gradients.get(`${node.id}.gamma`)!, byGamma);
    const B = z.length;
    return [
      upstream.map((g, r) =>
        g.map((v, f) => ((gamma[f] * slope[f]) / B) * (B * v - byBeta[f] - normal[r][f] * byGamma[f])),
      ),
    ];
  },
};

function normalised(node: Parameters<typeof batchNorm.forward>[0], z: Matrix, pass: Pass) {
  const { mean, variance } = pass.training
    ? moments(z)
    : {
        mean: [...pass.weights.get(`${node.id}.mean`)!],
        variance: [...pass.weights.get(`${node.id}.variance`)!],
      };
  const slope = variance.map((v) => 1 / Math.sqrt(v + node.attributes.epsilon));
  return { z: z.map((row) => multiply(subtract(row, mean), slope)), slope };
}

/** Multiplies by 0 or 1 / (1 - ratio), forward and backward by the same mask. */
const dropout: Rule<'dropout'> = {
  forward: (node, [z], pass) => masked(node, z, pass),
  backward: (node, _, pass, upstream) => [masked(node, upstream, pass)],
};

const masked = (node: Parameters<typeof dropout.forward>[0], z: Matrix, pass: Pass): Matrix =>
  z.map((row, r) => row.map((v, c) => v * pass.mask(node, node.attributes.ratio, row.length, r, c)));

export const activations: Readonly<Record<ActivationName, (z: number) => number>> = {
  relu: (z) => Math.max(z, 0),
  sigmoid,
  tanh: Math.tanh,
  identity: (z) => z,
};

const slopes: typeof activations = {
  relu: (z) => (z > 0 ? 1 : 0),
  sigmoid: (z) => sigmoid(z) * (1 - sigmoid(z)),
  tanh: (z) => 1 - Math.tanh(z) ** 2,
  identity: () => 1,
};

const activation: Rule<'activation'> = {
  forward: (node, [z]) => z.map((row) => row.map(activations[node.attributes.function])),
  backward: (node, [z], _, upstream) => [
    upstream.map((g, r) => multiply(g, z[r].map(slopes[node.attributes.function]))),
  ],
};

/** h·z (+ b). */
const prediction: Rule<'prediction'> = {
  forward: (node, [z], pass) => {
    const h = pass.weights.get(`${node.id}.h`)!;
    const b = node.attributes.bias ? pass.weights.get(`${node.id}.b`)![0] : 0;
    return z.map((row) => [dot(h, row) + b]);
  },
  backward: (node, [z], pass, upstream, gradients) => {
    const h = [...pass.weights.get(`${node.id}.h`)!];
    upstream.forEach(([g], r) => {
      addTo(gradients.get(`${node.id}.h`)!, scale(z[r], g));
      if (node.attributes.bias) gradients.get(`${node.id}.b`)![0] += g;
    });
    return [upstream.map(([g]) => scale(h, g))];
  },
};

const ownLayer = (): never => {
  throw new Error('layers of users are TensorFlow code, which has no reference here');
};

export const rules: { readonly [Op in OpKind]: Rule<Op> } = {
  input: { forward: () => [], backward: () => [] },
  linear,
  embedding,
  biInteraction,
  anova,
  concat,
  attention,
  dense,
  batchNorm,
  dropout,
  activation,
  layer: { forward: ownLayer, backward: ownLayer },
  add: {
    forward: (_, parts) => parts.reduce((sum, part) => sum.map((row, r) => add(row, part[r]))),
    backward: (_, parts, __, upstream) => parts.map(() => upstream),
  },
  sum: {
    forward: (_, [z]) => z.map((row) => [total(row)]),
    backward: (_, [z], __, upstream) => [z.map((row, r) => row.map(() => upstream[r][0]))],
  },
  prediction,
  output: { forward: (_, [z]) => z, backward: (_, __, ___, upstream) => [upstream] },
};
