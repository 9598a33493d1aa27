/** The loss without a pair of fields, against the formula worked out row by row. */

import { describe, expect, test } from 'vitest';
import { predictorOf } from '../../../src/kernel/engine/wasm/predictor.ts';
import type { Graph } from '../../../src/kernel/graph/graph.ts';
import type { Contributions } from '../../../src/kernel/run/contributions.ts';
import { factorizationOf, fieldSpaceOf } from '../../../src/kernel/run/factorization.ts';
import { gatedModel } from '../../../src/kernel/run/fieldGates.ts';
import type { MetricContext } from '../../../src/kernel/run/metrics.ts';
import { gatedRemovals, lossRises, pooledRemovals } from '../../../src/kernel/run/removedPairs.ts';
import { reference } from '../engine/reference.ts';
import { tinyData } from '../engine/tinyData.ts';
import { tinyAfm, tinyDeepCross, tinyFm, tinyNfm, tinyWideDeep } from '../engine/tinyModels.ts';

const data = tinyData('numbers', 12);
const K = 3;

/** x_i x_j v_i ⊙ v_j summed over the pairs of a row whose features are of fields a and b. */
function partOf(graph: Graph, row: number, a: number, b: number): number[] {
  const V = reference(graph, { seed: 5 }).values.get('embedding.V')!;
  const { fieldOf } = fieldSpaceOf(graph, data);
  const part = new Array<number>(K).fill(0);
  for (let e = data.rowStart[row]; e < data.rowStart[row + 1]; e++)
    for (let f = e + 1; f < data.rowStart[row + 1]; f++) {
      const [i, j] = [data.ids[e], data.ids[f]];
      if (Math.min(fieldOf[i], fieldOf[j]) !== a || Math.max(fieldOf[i], fieldOf[j]) !== b) continue;
      for (let k = 0; k < K; k++) part[k] += data.values![e] * data.values![f] * V[i * K + k] * V[j * K + k];
    }
  return part;
}

describe('models with a pooled vector', () => {
  const relu = (x: number) => Math.max(0, x);
  const graphs: readonly [
    string,
    Graph,
    (u: readonly number[], weights: ReadonlyMap<string, Float32Array>) => number,
  ][] = [
    ['FM', tinyFm(), (u) => u.reduce((sum, x) => sum + x, 0)],
    [
      'NFM',
      tinyNfm({ hidden: [{ units: 5, activation: 'relu' }] }),
      (u, weights) => {
        const [W, b, h] = ['hidden1.W', 'hidden1.b', 'prediction.h'].map((id) => weights.get(id)!);
        return h.reduce((sum, x, j) => sum + x * relu(b[j] + u.reduce((z, v, i) => z + v * W[i * 5 + j], 0)), 0);
      },
    ],
  ];

  test.each(graphs)('%s: f(u) - f(u - e_ab + mean(e_ab)), pairs within a field too', (_, graph, f) => {
    const weights = reference(graph, { seed: 5 }).weights();
    const { pairs, values, gap } = pooledRemovals(factorizationOf(graph, weights, data), weights, data);
    expect([pairs.length, gap]).toEqual([7, null]); // six pairs of fields and the genres
    const rows = Array.from({ length: data.rows }, (_, r) => r);
    for (const [q, { a, b }] of pairs.entries()) {
      const parts = rows.map((r) => partOf(graph, r, a, b));
      const mean = parts[0].map((_, k) => parts.reduce((sum, part) => sum + part[k] / data.rows, 0));
      for (const r of rows) {
        const u = mean.map((_, k) => pairs.reduce((sum, pair) => sum + partOf(graph, r, pair.a, pair.b)[k], 0));
        const without = u.map((x, k) => x - parts[r][k] + mean[k]);
        expect(values[r * pairs.length + q]).toBeCloseTo(f(u, weights) - f(without, weights), 6);
      }
    }
  });

  test('AFM: what the pair adds, less its mean', () => {
    const graph = tinyAfm();
    const weights = reference(graph, { seed: 5 }).weights();
    const { pairs, values } = pooledRemovals(factorizationOf(graph, weights, data), weights, data);
    for (const q of pairs.keys()) {
      const own = values.filter((_, at) => at % pairs.length === q);
      expect(own.reduce((sum, x) => sum + x, 0)).toBeCloseTo(0, 10);
      expect(Math.max(...own.map(Math.abs))).toBeGreaterThan(0);
    }
  });
});

test.each([
  ['Wide&Deep', tinyWideDeep()],
  ['DeepCross', tinyDeepCross()],
])('%s: what the two fields do together beyond each alone, less its mean', (_, graph) => {
  const weights = reference(graph, { seed: 5 }).weights();
  const space = fieldSpaceOf(graph, data);
  const outputs = gatedModel({ graph, weights, predictorOf }, space, data, data);
  const { pairs, values } = gatedRemovals(space, outputs, data);
  const together = (r: number, a: number, b: number) => {
    const [all, noA, noB, neither] = outputs(r, [[], [a], [b], [a, b]]);
    return all - noA - noB + neither;
  };
  for (const [q, { a, b }] of pairs.entries()) {
    const own = Array.from({ length: data.rows }, (_, r) => together(r, a, b));
    const mean = own.reduce((sum, x) => sum + x / data.rows, 0);
    for (const [r, c] of own.entries()) expect(values[r * pairs.length + q]).toBeCloseTo(c - mean, 5);
  }
});

describe('the rise of the loss', () => {
  const two = { ...tinyData('signs', 2), target: Float32Array.of(1, -1) };
  const contributions: Contributions = {
    pairs: [
      { a: 0, b: 1 },
      { a: 0, b: 2 },
    ],
    rows: 2,
    values: Float64Array.of(0.5, -0.25, -0.5, 0.25), // row by row
    cells: new Int32Array(8),
    outputs: new Float64Array(2),
    gap: null,
  };
  const rises = (context: MetricContext, predictions: Float32Array) =>
    lossRises(contributions, predictions, two, context).map(({ strength }) => strength);

  test('of RMSE and of log loss, by hand; below 0 where the model does better', () => {
    const y = two.target;
    // Without the second pair predictions are outside the range of the targets, and clipped to it.
    expect(rises({ meaning: 'value', range: [-1, 1] }, y)).toEqual([0.5, 0]);
    const loss = (outputs: readonly number[]) =>
      outputs.reduce((sum, z, r) => sum + Math.log1p(Math.exp(-y[r] * z)) / 2, 0);
    const outputs = Float32Array.of(0.3, -0.2);
    const expected = [loss([-0.2, 0.3]), loss([0.55, -0.45])].map((x) => expect.closeTo(x - loss([0.3, -0.2]), 6));
    expect(rises({ meaning: 'logit', range: [-1, 1] }, outputs)).toEqual(expected);
    expect(Math.min(...rises({ meaning: 'logit', range: [-1, 1] }, outputs))).toBeLessThan(0);
  });
});
