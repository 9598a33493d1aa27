/** The float64 reference: attention over the pairs of a row (AFM eq. 4 and 5). */

import type { GraphNode } from '../../../src/kernel/graph/graph.ts';
import {
  add,
  addOuter,
  addTo,
  byRow,
  dot,
  type Matrix,
  multiply,
  type Pass,
  type Rule,
  scale,
  sumOf,
  timesMatrix,
  timesTransposed,
  type Vector,
  zeros,
} from './referenceVectors.ts';

/** All pairs i < j of m entries. */
export const pairsOf = (m: number): readonly (readonly [number, number])[] =>
  Array.from({ length: m }, (_, i) => Array.from({ length: m - i - 1 }, (_, k) => [i, i + 1 + k] as const)).flat();

/** exp(s_r) / Σ exp(s_r) with the maximum subtracted, so that no score overflows. */
export function softmax(scores: Vector): Vector {
  const most = Math.max(...scores);
  const exps = scores.map((s) => Math.exp(s - most));
  const sum = exps.reduce((a, b) => a + b, 0);
  return exps.map((e) => e / sum);
}

/** One row: its pairs' products p_r, hidden units u_r before ReLU, attention a_r, and the masks on a_r. */
function attend(node: GraphNode<'attention'>, vectors: Matrix, pass: Pass, firstPair: number) {
  const pairs = pairsOf(vectors.length);
  const products = pairs.map(([i, j]) => multiply(vectors[i], vectors[j]));
  const W = pass.weights.get(`${node.id}.W`)!;
  const b = [...pass.weights.get(`${node.id}.b`)!];
  const h = pass.weights.get(`${node.id}.h`)!;
  const units = products.map((p) => add(timesMatrix(p, W), b));
  const attention = softmax(units.map((u) => dot(h, relu(u))));
  const masks = pairs.map((_, r) => pass.mask(node, node.attributes.dropout, 1, 0, firstPair + r));
  return { pairs, products, units, attention, masks };
}

const relu = (u: Vector): Vector => u.map((v) => Math.max(v, 0));

/** Number of the first pair of each row, counted over the batch. */
function firstPairs(rows: readonly Matrix[]): readonly number[] {
  let next = 0;
  return rows.map((row) => {
    const first = next;
    next += (row.length * (row.length - 1)) / 2;
    return first;
  });
}

/** Attention a_r of every pair (i < j) of every row. */
export function attentionWeights(node: GraphNode<'attention'>, set: Matrix, pass: Pass): Matrix {
  return byRow(set, pass).map((vectors) => attend(node, vectors, pass, 0).attention);
}

export const attention: Rule<'attention'> = {
  forward: (node, [set], pass) => {
    const rows = byRow(set, pass);
    const first = firstPairs(rows);
    return rows.map((vectors, row) => {
      const { products, attention, masks } = attend(node, vectors, pass, first[row]);
      return sumOf(
        products.map((p, r) => scale(p, attention[r] * masks[r])),
        pass.width(node.id),
      );
    });
  },

  backward: (node, [set], pass, upstream, gradients) => {
    const rows = byRow(set, pass);
    const first = firstPairs(rows);
    const [W, h] = ['W', 'h'].map((name) => pass.weights.get(`${node.id}.${name}`)!);
    const [dW, db, dh] = ['W', 'b', 'h'].map((name) => gradients.get(`${node.id}.${name}`)!);
    return [
      rows.flatMap((vectors, row) => {
        const g = upstream[row];
        const { pairs, products, units, attention, masks } = attend(node, vectors, pass, first[row]);
        const byAttention = products.map((p, r) => masks[r] * dot(g, p));
        const mean = dot(attention, byAttention);
        const into = vectors.map(() => zeros(g.length) as Vector);
        pairs.forEach(([i, j], r) => {
          const byScore = attention[r] * (byAttention[r] - mean); // backward of softmax
          const byUnit = units[r].map((u, k) => (u > 0 ? byScore * h[k] : 0));
          addTo(dh, scale(relu(units[r]), byScore));
          addOuter(dW, products[r], byUnit);
          addTo(db, byUnit);
          const byProduct = add(scale(g, attention[r] * masks[r]), timesTransposed(byUnit, W));
          into[i] = add(into[i], multiply(byProduct, vectors[j]));
          into[j] = add(into[j], multiply(byProduct, vectors[i]));
        });
        return into;
      }),
    ];
  },
};
