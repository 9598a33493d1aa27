/** Models that are each other's special cases, and models against their defining sums. */

import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../../src/kernel/data/dataset.ts';
import { freeze, type Graph, type GraphNode } from '../../../src/kernel/graph/graph.ts';
import { parametersOf } from '../../../src/kernel/graph/params.ts';
import { type ReferenceModel, reference } from './reference.ts';
import { pairsOf } from './referenceAttention.ts';
import { rules } from './referenceOps.ts';
import type { Matrix, Vector } from './referenceVectors.ts';
import { scatter } from './scatter.ts';
import { allRows, dataOf, tinyData, tinyFields } from './tinyData.ts';
import { tinyAfm, tinyDeepCross, tinyFm, tinyHofm, tinyLr, tinyNfm, tinyWideDeep } from './tinyModels.ts';

const data = tinyData('numbers', 20);

/** Copies the weights that both models have. */
function share(from: ReferenceModel, to: ReferenceModel): void {
  for (const [id, values] of to.values) if (from.values.has(id)) values.set(from.values.get(id)!);
}

function expectClose(actual: Vector, expected: Vector, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  const worst = actual.reduce((most, v, i) => Math.max(most, Math.abs(v - expected[i])), 0);
  expect(worst).toBeLessThanOrEqual(tolerance);
}

/** w0 + Σ w_i x_i of a row, and its p_i = x_i v_i, from the weights. */
function parts(model: ReferenceModel, rows: Dataset, row: number, table = 'embedding.V') {
  const w = model.values.get('linear.w')!;
  const V = model.values.get(table)!;
  const K = V.length / w.length;
  let linear = model.values.get('linear.w0')![0];
  const p: Vector[] = [];
  for (let e = rows.rowStart[row]; e < rows.rowStart[row + 1]; e++) {
    const [id, x] = [rows.ids[e], rows.values![e]];
    linear += w[id] * x;
    p.push([...V.subarray(id * K, (id + 1) * K)].map((v) => v * x));
  }
  return { linear, p };
}

/** Σ over all subsets of `order` of the vectors, and over factors, of their product: by enumeration. */
function subsetProducts(p: Matrix, order: number): number {
  const choose = (from: number, left: number, product: Vector): number => {
    if (left === 0) return product.reduce((a, b) => a + b, 0);
    let sum = 0;
    for (let i = from; i < p.length; i++)
      sum += choose(
        i + 1,
        left - 1,
        product.map((v, f) => v * p[i][f]),
      );
    return sum;
  };
  return p.length === 0 ? 0 : choose(0, order, new Array(p[0].length).fill(1));
}

describe('factorization machine', () => {
  const model = scatter(reference(tinyFm()));

  test('the linear-time form equals the explicit sum over pairs', () => {
    const explicit = Array.from({ length: data.rows }, (_, row) => {
      const { linear, p } = parts(model, data, row);
      return pairsOf(p.length).reduce((sum, [i, j]) => sum + p[i].reduce((dot, v, f) => dot + v * p[j][f], 0), linear);
    });
    expectClose(model.exactOutputs(data), explicit, 1e-12);
  });

  test('the output is linear in each single parameter', () => {
    for (const values of model.values.values())
      for (let i = 0; i < values.length; i++) {
        const kept = values[i];
        const [low, middle, high] = [-1, 0, 1].map((move) => {
          values[i] = kept + move;
          return model.exactOutputs(data);
        });
        values[i] = kept;
        expectClose(
          low.map((v, r) => v + high[r]),
          middle.map((v) => 2 * v),
          1e-12,
        );
      }
  });
});

describe('NFM', () => {
  test('NFM-0 with h fixed to 1 is FM: outputs, gradients, and weights after 50 Adagrad steps, exactly', () => {
    const fm = reference(tinyFm());
    const nfm = reference(tinyNfm(), { freeze: ['prediction'] });
    const rows = allRows(data);
    expect(nfm.exactOutputs(data)).toEqual(fm.exactOutputs(data));
    expect(nfm.exactGradients(data, rows, 0, 7)).toEqual(fm.exactGradients(data, rows, 0, 7));
    for (let step = 0; step < 50; step++) {
      const from = (step * 3) % 15;
      expect(nfm.step(data, rows, from, from + 5)).toBe(fm.step(data, rows, from, from + 5));
    }
    for (const [id, values] of fm.values) expect(nfm.values.get(id), id).toEqual(values);
    expect(nfm.exactOutputs(data)).toEqual(fm.exactOutputs(data));
    expect(fm.exactOutputs(data)).not.toEqual(reference(tinyFm()).exactOutputs(data)); // it did learn
  });

  test('NFM-0 with h > 0 is FM with the factors scaled by √h', () => {
    const nfm = scatter(reference(tinyNfm()));
    const h = [0.3, 1.7, 2.5];
    nfm.values.get('prediction.h')!.set(h);
    const fm = reference(tinyFm());
    share(nfm, fm);
    const V = fm.values.get('embedding.V')!;
    for (let i = 0; i < V.length; i++) V[i] *= Math.sqrt(h[i % 3]);
    expectClose(nfm.exactOutputs(data), fm.exactOutputs(data), 1e-10);
  });

  test('NFM-1 with identity activation, W = I, b = 0 and h = 1 is FM', () => {
    const nfm = scatter(reference(tinyNfm({ hidden: [{ units: 3, activation: 'identity' }] })));
    nfm.values.get('hidden1.W')!.set([1, 0, 0, 0, 1, 0, 0, 0, 1]);
    nfm.values.get('hidden1.b')!.fill(0);
    nfm.values.get('prediction.h')!.fill(1);
    const fm = reference(tinyFm());
    share(nfm, fm);
    expectClose(nfm.exactOutputs(data), fm.exactOutputs(data), 1e-12);
  });
});

test('AFM with uniform attention and p = R is FM', () => {
  const four = dataOf([
    [
      [0, 1],
      [5, 0.5],
      [11, -2],
      [15, 0.3],
    ],
    [
      [1, 0.2],
      [6, 1.5],
      [12, 1],
      [14, -0.7],
    ],
  ]); // R = 6 pairs a row
  const afm = scatter(reference(tinyAfm()));
  afm.values.get('attention.W')!.fill(0);
  afm.values.get('prediction.h')!.fill(6);
  const fm = reference(tinyFm());
  share(afm, fm);
  expectClose(afm.exactOutputs(four), fm.exactOutputs(four), 1e-12);
});

describe('higher-order FM', () => {
  test('orders 2 to 4 equal the enumeration of pairs, triples and quadruples', () => {
    const model = scatter(reference(tinyHofm({ order: 4 })));
    const explicit = Array.from({ length: data.rows }, (_, row) =>
      [2, 3, 4].reduce(
        (sum, order) => sum + subsetProducts(parts(model, data, row, `embedding${order}.V`).p, order),
        parts(model, data, row, 'embedding2.V').linear,
      ),
    );
    expectClose(model.exactOutputs(data), explicit, 1e-10);
  });

  test('order 2 is FM', () => {
    const hofm = scatter(reference(tinyHofm({ order: 2, shareTables: true })));
    const fm = reference(tinyFm());
    share(hofm, fm);
    expectClose(hofm.exactOutputs(data), fm.exactOutputs(data), 1e-12);
  });

  test('e_3 and its slopes by power sums; rows with fewer than 3 entries have e_3 = 0', () => {
    const model = scatter(reference(tinyHofm()));
    const outputs = model.activations(data, false);
    const pass = model.pass(data, false);
    const node = model.graph.nodes.find((n) => n.id === 'anova3') as GraphNode<'anova'>;
    const set = outputs.get('embedding3')!;
    const one = outputs.get('anova3')!.map((row) => row.map(() => 1));
    const [slopes] = rules.anova.backward(node, [set], pass, one, new Map());
    for (let row = 0; row < data.rows; row++) {
      const [from, to] = [data.rowStart[row], data.rowStart[row + 1]];
      const p = set.slice(from, to);
      const power = (f: number, q: number) => p.reduce((sum, v) => sum + v[f] ** q, 0);
      const e3 = [0, 1, 2].map((f) => (power(f, 1) ** 3 - 3 * power(f, 1) * power(f, 2) + 2 * power(f, 3)) / 6);
      expectClose(outputs.get('anova3')![row], e3, 1e-10);
      if (to - from < 3) expect(outputs.get('anova3')![row]).toEqual([0, 0, 0]);
      p.forEach((v, e) => {
        const slope = v.map((pf, f) => (power(f, 1) ** 2 - power(f, 2)) / 2 - pf * power(f, 1) + pf ** 2);
        expectClose(slopes[from + e], slope, 1e-10);
      });
    }
  });
});

describe('Wide&Deep', () => {
  test('with zero score weights it is LR', () => {
    const model = scatter(reference(tinyWideDeep()));
    model.values.get('prediction.h')!.fill(0);
    model.values.get('prediction.b')!.fill(0);
    const lr = reference(tinyLr());
    share(model, lr);
    expectClose(model.exactOutputs(data), lr.exactOutputs(data), 1e-12);
  });

  test('the order of the fields does not matter when the rows of W1 follow it', () => {
    const graph = tinyWideDeep();
    const order = [2, 0, 3, 1];
    const model = scatter(reference(graph));
    const permuted = reference(withFields(graph, order));
    share(model, permuted);
    const [W, P] = [model, permuted].map((m) => m.values.get('hidden1.W')!);
    const block = W.length / order.length;
    order.forEach((field, place) => {
      P.set(W.subarray(field * block, (field + 1) * block), place * block);
    });
    expect(P).not.toEqual(W);
    expectClose(permuted.exactOutputs(data), model.exactOutputs(data), 1e-12);
  });

  function withFields(graph: Graph, order: readonly number[]): Graph {
    const [input, ...rest] = graph.nodes;
    const attributes = { ...input.attributes, fields: order.map((f) => tinyFields[f]) };
    return freeze({ ...graph, nodes: [{ ...input, attributes } as GraphNode<'input'>, ...rest] });
  }
});

describe('DeepCross', () => {
  test('a unit whose outer layer is 0 is ReLU', () => {
    const model = scatter(reference(tinyDeepCross({ units: [3] })));
    model.values.get('unit1Outer.W')!.fill(0);
    model.values.get('unit1Outer.b')!.fill(0);
    const outputs = model.activations(data, false);
    const relu = outputs.get('concat')!.map((row) => row.map((v) => Math.max(v, 0)));
    expect(outputs.get('unit1Activation')).toEqual(relu);
  });

  test('it has no linear part', () => {
    expect(
      parametersOf(tinyDeepCross())
        .filter((p) => p.role === 'table')
        .map((p) => p.id),
    ).toEqual(['embedding.V']);
  });
});

test('an empty row gives w0 and what the network makes of zeros; one entry gives no interaction', () => {
  const rows = dataOf([[], [[6, -1.5]]]);
  for (const graph of [tinyFm(), tinyHofm(), tinyNfm(), tinyAfm()]) {
    const model = scatter(reference(graph));
    const w = model.values.get('linear.w')!;
    const [w0] = model.values.get('linear.w0')!;
    expectClose(model.exactOutputs(rows), [w0, w0 - 1.5 * w[6]], 1e-12);
  }
  const nfm = scatter(reference(tinyNfm({ hidden: [{ units: 2, activation: 'relu' }] })));
  const [[w0], b, h] = ['linear.w0', 'hidden1.b', 'prediction.h'].map((id) => nfm.values.get(id)!);
  expectClose([nfm.exactOutputs(rows)[0]], [w0 + h[0] * Math.max(b[0], 0) + h[1] * Math.max(b[1], 0)], 1e-12);
});
