/** The Shapley interaction index against its definition over orders of the fields, on models of every kind. */

import { describe, expect, test } from 'vitest';
import { predictorOf } from '../../../src/kernel/engine/wasm/predictor.ts';
import type { Graph } from '../../../src/kernel/graph/graph.ts';
import { centredContributions } from '../../../src/kernel/run/contributions.ts';
import { factorizationOf, fieldSpaceOf } from '../../../src/kernel/run/factorization.ts';
import { gatedModel } from '../../../src/kernel/run/fieldGates.ts';
import { headOf } from '../../../src/kernel/run/head.ts';
import { firstOrder } from '../../../src/kernel/run/interactions.ts';
import { deviation } from '../../../src/kernel/run/purify.ts';
import { shapleyInteractions } from '../../../src/kernel/run/shapleyInteractions.ts';
import { reference } from '../engine/reference.ts';
import { tinyData } from '../engine/tinyData.ts';
import { tinyAfm, tinyDeepCross, tinyFm, tinyHofm, tinyNfm, tinyWideDeep } from '../engine/tinyModels.ts';
import { plantedData } from './plantedData.ts';

const data = tinyData('numbers', 12); // values other than 1, empty fields, a field of several values, an empty row
const F = 4;
const pairs = [0, 1, 2, 3].flatMap((b) => [0, 1, 2, 3].filter((a) => a < b).map((a) => [a, b] as const));

const weightsOf = (graph: Graph) => reference(graph, { seed: 5 }).weights();
const read = (graph: Graph) => {
  const [weights, space] = [weightsOf(graph), fieldSpaceOf(graph, data)];
  const outputs = gatedModel({ graph, weights, predictorOf }, space, data, data);
  return { weights, outputs, ...shapleyInteractions(space, outputs, data) };
};

/** All orders of 0 .. n-1. */
const orders = (n: number): number[][] =>
  n === 0
    ? [[]]
    : orders(n - 1).flatMap((order) => Array.from(order.concat(0), (_, at) => order.toSpliced(at, 0, n - 1)));

describe('outputs with absent fields', () => {
  test.each([
    ['Wide&Deep', tinyWideDeep()],
    ['DeepCross', tinyDeepCross()],
  ])('%s: equal the tower of the fields’ sums, with the means of those that are absent', (_, graph) => {
    const { weights, outputs } = read(graph);
    const { value } = headOf(graph, weights, 'concat');
    const V = weights.get('embedding.V')!;
    const w = weights.get('linear.w');
    const { fieldOf } = fieldSpaceOf(graph, data);
    const K = V.length / 16;
    const sums = Array.from({ length: data.rows }, (_, r) => {
      const sum = new Float64Array(F * K + F); // embeddings by field, then first-order parts
      for (let e = data.rowStart[r]; e < data.rowStart[r + 1]; e++) {
        const [id, x] = [data.ids[e], data.values![e]];
        for (let k = 0; k < K; k++) sum[fieldOf[id] * K + k] += x * V[id * K + k];
        sum[F * K + fieldOf[id]] += w ? x * w[id] : 0;
      }
      return sum;
    });
    const mean = sums[0].map((_, at) => sums.reduce((all, sum) => all + sum[at] / data.rows, 0));
    for (const r of [0, 2, 4, 9])
      for (const absent of [[], [2], [0, 3], [0, 1, 2, 3]]) {
        const gone = (at: number) => absent.includes(at < F * K ? Math.floor(at / K) : at - F * K);
        const parts = sums[r].map((x, at) => (gone(at) ? mean[at] : x));
        const linear = w ? weights.get('linear.w0')![0] + parts.subarray(F * K).reduce((a, b) => a + b, 0) : 0;
        expect(outputs(r, [absent])[0]).toBeCloseTo(linear + value(parts.slice(0, F * K)), 4);
      }
  });
});

describe('the index', () => {
  test.each([
    ['FM', tinyFm()],
    ['HOFM', tinyHofm()],
    ['NFM', tinyNfm({ hidden: [{ units: 5, activation: 'tanh' }] })],
    ['AFM', tinyAfm()],
    ['Wide&Deep', tinyWideDeep()],
    ['DeepCross', tinyDeepCross()],
  ])('%s: is the mean over all orders in which a pair arrives together; all parts add up', (_, graph) => {
    const { contributions, effects, outputs } = read(graph);
    const f = (row: number, present: readonly number[]) =>
      outputs(row, [[0, 1, 2, 3].filter((field) => !present.includes(field))])[0];
    for (const row of [0, 2, 4, 10])
      for (const [q, { a, b }] of contributions.pairs.entries()) {
        const others = [0, 1, 2, 3].filter((field) => field !== a && field !== b);
        const arrivals = orders(3).map((order) => {
          const before = order.slice(0, order.indexOf(2)).map((i) => others[i]); // 2 is the pair
          const with_ = (...more: number[]) => f(row, [...before, ...more]);
          return with_(a, b) - with_(a) - with_(b) + with_();
        });
        const index = arrivals.reduce((sum, x) => sum + x / arrivals.length, 0);
        expect(contributions.values[row * pairs.length + q]).toBeCloseTo(index, 5);
      }
    expect(contributions.gap).toBeLessThan(1e-5);
    for (let row = 0; row < data.rows; row++) {
      const parts = [
        ...effects.subarray(row * F, (row + 1) * F),
        ...contributions.values.subarray(row * 6, (row + 1) * 6),
      ];
      const whole = f(row, [0, 1, 2, 3]) - f(row, []);
      expect(parts.reduce((sum, x) => sum + x, 0)).toBeCloseTo(whole, 4);
    }
  });

  test('of an FM it is the centred contribution, and what fields do alone is their first-order part', () => {
    const rows = plantedData(300, 3);
    const graph = JSON.parse(JSON.stringify(tinyFm())) as Graph;
    Object.assign(graph.nodes[0].attributes, { features: rows.features, fields: rows.fields });
    const [weights, space] = [weightsOf(graph), fieldSpaceOf(graph, rows)];
    const read = factorizationOf(graph, weights, rows);
    const outputs = gatedModel({ graph, weights, predictorOf }, space, rows, rows);
    const { contributions, effects } = shapleyInteractions(space, outputs, rows);
    const centred = centredContributions(read, rows);
    for (const [at, value] of contributions.values.entries()) expect(value).toBeCloseTo(centred.values[at], 4);
    for (const { field, withMoved } of firstOrder(read))
      expect(deviation(effects.filter((_, at) => at % 6 === field))).toBeCloseTo(withMoved, 4);
  });
});
