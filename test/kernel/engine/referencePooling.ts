/** The float64 reference: the sparse side, from the entries of a row to one vector a row. */

import { inputOf } from '../../../src/kernel/graph/graph.ts';
import {
  addTo,
  byRow,
  fieldOf,
  type Matrix,
  multiply,
  type Rule,
  scale,
  subtract,
  sumOf,
  type Vector,
  zeros,
} from './referenceVectors.ts';

/** ŷ = w0 + Σ w_i x_i. */
export const linear: Rule<'linear'> = {
  forward: (node, _, pass) => {
    const w = pass.weights.get(`${node.id}.w`)!;
    const w0 = node.attributes.bias ? pass.weights.get(`${node.id}.w0`)![0] : 0;
    return pass.rows.map((row) => [row.reduce((sum, { id, x }) => sum + w[id] * x, w0)]);
  },
  backward: (node, _, pass, upstream, gradients) => {
    const dw = gradients.get(`${node.id}.w`)!;
    pass.rows.forEach((row, r) => {
      for (const { id, x } of row) dw[id] += upstream[r][0] * x;
      if (node.attributes.bias) gradients.get(`${node.id}.w0`)![0] += upstream[r][0];
    });
    return [[]];
  },
};

/** x_i v_i of every entry. */
export const embedding: Rule<'embedding'> = {
  forward: (node, _, pass) => {
    const V = pass.weights.get(`${node.id}.V`)!;
    const K = node.attributes.factors;
    return pass.rows.flat().map(({ id, x }) => [...V.subarray(id * K, (id + 1) * K)].map((v) => x * v));
  },
  backward: (node, _, pass, upstream, gradients) => {
    const dV = gradients.get(`${node.id}.V`)!;
    const K = node.attributes.factors;
    pass.rows.flat().forEach(({ id, x }, e) => {
      addTo(dV.subarray(id * K, (id + 1) * K), scale(upstream[e], x));
    });
    return [[]];
  },
};

/** ½ [ (Σ p_i)² - Σ p_i² ] with p_i = x_i v_i (NFM eq. 4); backward (S - p_i) ⊙ g (eq. 11). */
export const biInteraction: Rule<'biInteraction'> = {
  forward: (node, [set], pass) =>
    byRow(set, pass).map((vectors) => {
      const S = sumOf(vectors, pass.width(node.id));
      const squares = sumOf(
        vectors.map((p) => multiply(p, p)),
        S.length,
      );
      return scale(subtract(multiply(S, S), squares), 0.5);
    }),
  backward: (node, [set], pass, upstream) => [
    byRow(set, pass).flatMap((vectors, r) => {
      const S = sumOf(vectors, pass.width(node.id));
      return vectors.map((p) => multiply(subtract(S, p), upstream[r]));
    }),
  ],
};

/** The rows a_{0..m} of the ANOVA recursion a_{j,t} = a_{j-1,t} + p_j a_{j-1,t-1}; the last holds e_0 .. e_order. */
function anovaTable(p: Vector, order: number): number[][] {
  const rows = [[1, ...zeros(order)]];
  for (const pj of p) {
    const before = rows[rows.length - 1];
    rows.push(before.map((a, t) => (t === 0 ? a : a + pj * before[t - 1])));
  }
  return rows;
}

/** de_order/dp_j of every j, by the recursion run backwards. */
function anovaSlopes(p: Vector, order: number): Vector {
  const table = anovaTable(p, order);
  const slopes = zeros(p.length);
  let bar = [...zeros(order), 1];
  for (let j = p.length; j >= 1; j--) {
    for (let t = 1; t <= order; t++) slopes[j - 1] += bar[t] * table[j - 1][t - 1];
    bar = bar.map((b, t) => (t < order ? b + p[j - 1] * bar[t + 1] : b));
  }
  return slopes;
}

const column = (vectors: Matrix, f: number): Vector => vectors.map((p) => p[f]);

/** Per factor e_order of the row's p_i. */
export const anova: Rule<'anova'> = {
  forward: (node, [set], pass) => {
    const { order } = node.attributes;
    return byRow(set, pass).map((vectors) =>
      zeros(pass.width(node.id)).map((_, f) => anovaTable(column(vectors, f), order)[vectors.length][order]),
    );
  },
  backward: (node, [set], pass, upstream) => {
    const { order } = node.attributes;
    return [
      byRow(set, pass).flatMap((vectors, r) => {
        const slopes = upstream[r].map((_, f) => anovaSlopes(column(vectors, f), order));
        return vectors.map((_, j) => upstream[r].map((g, f) => g * slopes[f][j]));
      }),
    ];
  },
};

/** One vector per field, the sum of the field's entries, side by side. */
export const concat: Rule<'concat'> = {
  forward: (node, [set], pass) => {
    const { fields } = inputOf(pass.graph).attributes;
    const K = pass.width(node.id) / fields.length;
    return byRow(set, pass).map((vectors, r) =>
      fields.flatMap((_, f) =>
        sumOf(
          vectors.filter((_, e) => fieldOf(fields, pass.rows[r][e].id) === f),
          K,
        ),
      ),
    );
  },
  backward: (node, [set], pass, upstream) => {
    const { fields } = inputOf(pass.graph).attributes;
    const K = pass.width(node.id) / fields.length;
    return [
      byRow(set, pass).flatMap((vectors, r) =>
        vectors.map((_, e) => {
          const f = fieldOf(fields, pass.rows[r][e].id);
          return upstream[r].slice(f * K, (f + 1) * K);
        }),
      ),
    ];
  },
};
