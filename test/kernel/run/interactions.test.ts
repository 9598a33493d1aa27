import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../../src/kernel/data/dataset.ts';
import { initialWeights } from '../../../src/kernel/engine/initialise.ts';
import { wasmEngine } from '../../../src/kernel/engine/wasm/wasmEngine.ts';
import type { Graph } from '../../../src/kernel/graph/graph.ts';
import { fm } from '../../../src/kernel/models/fm.ts';
import { nfm } from '../../../src/kernel/models/nfm.ts';
import { attentionContributions } from '../../../src/kernel/run/attentionContributions.ts';
import {
  centredContributions,
  centredPathContributions,
  pathContributions,
  sampleRows,
} from '../../../src/kernel/run/contributions.ts';
import { factorizationOf } from '../../../src/kernel/run/factorization.ts';
import { headOf } from '../../../src/kernel/run/head.ts';
import { type FieldPair, fieldPairStrengths, firstOrder, pairWeight } from '../../../src/kernel/run/interactions.ts';
import { purify, strengthsOf } from '../../../src/kernel/run/purify.ts';
import { train } from '../../../src/kernel/run/train.ts';
import { reference } from '../engine/reference.ts';
import { tinyData } from '../engine/tinyData.ts';
import { tinyAfm, tinyFm, tinyLr, tinyNfm } from '../engine/tinyModels.ts';
import { plantedData, truePair } from './plantedData.ts';
import { collect } from './runs.ts';

const data = tinyData('numbers', 40);
const read = (graph: Graph, rows = data, weights = initialWeights(graph, 5)) => factorizationOf(graph, weights, rows);
const norms = { batchNorm: true } as const;
const deep = tinyNfm({
  pooled: norms,
  hidden: [
    { units: 5, activation: 'tanh', ...norms },
    { units: 4, activation: 'sigmoid' },
  ],
});

describe('the head of a model', () => {
  test('equals what the engine adds to the linear part, and its gradient equals central differences', () => {
    const model = reference(deep, { seed: 5 });
    for (const [id, values] of model.values)
      if (/mean|variance|gamma|beta/.test(id)) values.set(values.map((v, i) => v + 0.1 * (i + 1)));
    const head = headOf(deep, model.weights(), 'biInteraction');
    const outputs = model.activations(data, false);
    for (let r = 0; r < data.rows; r++) {
      const u = Float64Array.from(outputs.get('biInteraction')![r]);
      expect(head.value(u)).toBeCloseTo(outputs.get('prediction')![r][0], 6);
      const gradient = head.gradient(u);
      for (let k = 0; k < u.length; k++) {
        const moved = (by: number) => head.value(u.map((x, f) => x + (f === k ? by : 0)));
        expect(gradient[k]).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 6);
      }
    }
    expect(head.linear).toBe(false);
  });
});

describe('pair weights', () => {
  test('by hand: raw and centred, with h of NFM-0 between', () => {
    const V = Float32Array.of(1, 0, 3, 2, 0, 1, 2, 5);
    const fields = [
      { name: 'a', offset: 0, size: 2 },
      { name: 'b', offset: 2, size: 2 },
    ];
    const rows: Dataset = {
      ...data,
      rows: 4,
      features: 4,
      fields,
      rowStart: Int32Array.of(0, 2, 4, 6, 8),
      ids: Int32Array.of(0, 2, 0, 3, 0, 3, 1, 3), // shares 3/4, 1/4 and 1/4, 3/4
      values: null,
      target: new Float32Array(4),
      group: null,
    };
    const graph = JSON.parse(JSON.stringify(tinyNfm({ factors: 2 }))) as Graph;
    Object.assign(graph.nodes[0].attributes, { features: 4, fields });
    const weights = new Map([
      ...initialWeights(graph, 1),
      ['embedding.V', V],
      ['prediction.h', Float32Array.of(1, 10)],
    ]);
    weights.set('linear.w', Float32Array.of(1, 5, 0, 0));
    const model = factorizationOf(graph, weights, rows);
    expect([...model.means]).toEqual([1.5, 0.5, 1.5, 4]);
    expect(pairWeight(model, 1, 3)).toEqual({ raw: 3 * 2 + 10 * 2 * 5, centred: 1.5 * 0.5 + 10 * 1.5 * 1 });
    const all = [0, 1].flatMap((i) =>
      [2, 3].map((j) => ({ share: model.meanX[i] * model.meanX[j], ...pairWeight(model, i, j) })),
    );
    const rms = Math.sqrt(all.reduce((sum, { share, centred }) => sum + share * centred ** 2, 0));
    expect(fieldPairStrengths(model)).toEqual([{ a: 0, b: 1, strength: expect.closeTo(rms, 12) }]);
    // w: mean 2, deviation sqrt(3/4 · 1 + 1/4 · 9); moved adds hᵀ(v_i ⊙ v̄_b) = 1.5 and 4.5 + 80
    const [first] = firstOrder(model);
    expect(first.strength).toBeCloseTo(Math.sqrt(3), 12);
    expect(first.withMoved).toBeCloseTo(Math.sqrt(0.75 * 0.25) * (5 + 84.5 - 2.5), 10);
  });

  test('adding a constant to a field’s embeddings changes raw weights, not centred ones', () => {
    const rows = plantedData(500, 1);
    const graph = fm(rows, { factors: 4, initStdev: 0.5 }).graph;
    const weights = initialWeights(graph, 5);
    const moved = new Map(weights);
    const shifted = weights.get('embedding.V')!.map((v, at) => v + (at < 12 * 4 ? 0.7 : 0)); // field 0
    moved.set('embedding.V', shifted);
    const [before, after] = [read(graph, rows, weights), read(graph, rows, moved)];
    expect(pairWeight(after, 3, 30).raw).not.toBeCloseTo(pairWeight(before, 3, 30).raw, 3);
    expect(pairWeight(after, 3, 30).centred).toBeCloseTo(pairWeight(before, 3, 30).centred, 5);
    for (const [q, { strength }] of fieldPairStrengths(after).entries())
      expect(strength).toBeCloseTo(fieldPairStrengths(before)[q].strength, 5);
  });

  test('models and data without pairs of fields are refused', () => {
    expect(() => read(tinyLr())).toThrow('LR pools no pairs of features');
    expect(() => fieldPairStrengths(read(deep))).toThrow(
      'hidden layers, which bend what the pairs add up to; use pathContributions()',
    );
    const bare = JSON.parse(JSON.stringify(tinyFm())) as Graph;
    Object.assign(bare.nodes[0].attributes, { fields: [] });
    expect(() => read(bare, { ...data, fields: [] })).toThrow('load the data with a schema or a feature map');
    expect(() => read(bare, { ...data, fields: data.fields.slice(0, 3) })).toThrow('feature 15 belongs to no field');
  });
});

describe('contributions', () => {
  test('along the path they add up to f(u) - f(0): exactly for FM, within the gap for hidden layers', () => {
    const exact = pathContributions(read(tinyFm()), data, 3);
    expect(exact.gap).toBeLessThan(1e-12);
    expect(Math.max(...exact.outputs.map(Math.abs))).toBeGreaterThan(0.1);
    const coarse = pathContributions(read(deep), data, 2).gap!;
    const fine = pathContributions(read(deep), data, 32).gap!;
    expect(fine).toBeLessThan(coarse / 50); // the midpoint rule: error falls with the square of the steps
  });

  test('centred ones equal the weights of the pairs of the row', () => {
    const model = read(tinyFm());
    const row = 5; // features 2 (user) and 6 (item) with values 1 and 0.5
    const { values, pairs } = centredContributions(model, data);
    const V = (i: number, k: number) => model.V[i * 3 + k];
    const expected = [0, 1, 2].reduce(
      (sum, k) => sum + (V(2, k) - model.means[k]) * (0.5 * V(6, k) - model.means[3 + k]),
      0,
    );
    expect(values[row * pairs.length]).toBeCloseTo(expected, 12);
  });

  test('a field of several values has pairs within itself, by their formula', () => {
    const model = read(tinyFm());
    const { pairs, values } = centredContributions(model, data);
    const raw = pathContributions(model, data, 1);
    expect(pairs.slice(6)).toEqual([{ a: 2, b: 2 }]);
    const K = 3;
    const occurring = [11, 12, 13, 14].reduce((sum, i) => sum + model.meanX[i], 0);
    for (let r = 0; r < data.rows; r++) {
      let [expected, expectedRaw] = [0, 0];
      for (let e = data.rowStart[r]; e < data.rowStart[r + 1]; e++)
        for (let f = e + 1; f < data.rowStart[r + 1]; f++) {
          const [i, j] = [data.ids[e], data.ids[f]];
          if (model.fieldOf[i] !== 2 || model.fieldOf[j] !== 2) continue;
          for (let k = 0; k < K; k++) {
            const c = model.means[2 * K + k] / occurring;
            const x = data.values![e] * data.values![f];
            expected += x * (model.V[i * K + k] - c) * (model.V[j * K + k] - c);
            expectedRaw += x * model.V[i * K + k] * model.V[j * K + k];
          }
        }
      expect(values[r * 7 + 6]).toBeCloseTo(expected, 10);
      expect(raw.values[r * 7 + 6]).toBeCloseTo(expectedRaw, 10);
    }
  });

  test('of an AFM they are exact, and attention sums to 1', () => {
    const graph = tinyAfm();
    const model = reference(graph, { seed: 5 });
    const weights = model.weights();
    const { contributions, attention } = attentionContributions(read(graph, data, weights), weights, data);
    const predicted = model.activations(data, false).get('prediction')!;
    for (let r = 0; r < data.rows; r++) expect(contributions.outputs[r]).toBeCloseTo(predicted[r][0], 6);
    expect(contributions.gap).toBeLessThan(1e-12);
    const sum = attention.reduce((all, { strength }) => all + strength, 0);
    const withPair = data.rowStart.subarray(1).filter((end, r) => end - data.rowStart[r] > 1).length;
    expect(sum).toBeCloseTo(withPair / data.rows, 6);
    expect(attention.at(-1)).toMatchObject({ a: 2, b: 2 }); // genres: the field of several values
    expect(() => pathContributions(read(graph, data, weights), data)).toThrow('use attentionContributions()');
    expect(() => attentionContributions(read(tinyFm()), weights, data)).toThrow('has no attention');
  });

  test('purified ones have no mean left given either field', () => {
    const rows = plantedData(400, 2);
    const graph = fm(rows, { factors: 4, initStdev: 0.5 }).graph;
    const { contributions, varianceShare } = purify(pathContributions(read(graph, rows), rows), 200);
    const { pairs, values, cells } = contributions;
    for (const [q, pair] of pairs.entries())
      for (const field of [pair.a, pair.b])
        for (let id = field * 12; id < field * 12 + 12; id++) {
          let [sum, n] = [0, 0];
          for (let r = 0; r < rows.rows; r++)
            if (cells[r * 6 + field] === id) [sum, n] = [sum + values[r * pairs.length + q], n + 1];
          if (n) expect(sum / n).toBeCloseTo(0, 8);
        }
    expect(varianceShare).toBeGreaterThan(0);
  });

  test('centring path contributions changes no purified one, and needs fewer rows for it', () => {
    const rows = plantedData(2000, 2);
    const graph = fm(rows, { factors: 4, initStdev: 0.5 }).graph;
    const model = read(graph, rows);
    const raw = purify(pathContributions(model, rows), 50).contributions;
    const centred = purify(centredPathContributions(model, rows).contributions, 50).contributions;
    for (const [at, value] of centred.values.entries()) expect(value).toBeCloseTo(raw.values[at], 6);
    // Of 40 rows most features occur once or twice: their means are the pair itself, which must not be taken out.
    const few = sampleRows(rows, 40);
    const strength = (support: number) =>
      strengthsOf(purify(centredPathContributions(model, few).contributions, 6, support).contributions)[0].strength;
    const truth = strengthsOf(centred)[0].strength;
    expect(Math.abs(strength(5) - truth)).toBeLessThan(Math.abs(strength(1) - truth));
  });

  test('a sample is drawn by its seed and keeps the order of rows', () => {
    expect(sampleRows(data, 99)).toBe(data);
    const some = sampleRows(plantedData(300, 1), 50);
    expect(some.rows).toBe(50);
    expect(sampleRows(plantedData(300, 1), 50).ids).toEqual(some.ids);
  });
});

describe('on data with one true pair', () => {
  const ratio = (pairs: readonly FieldPair[]) => {
    const isTrue = ({ a, b }: FieldPair) => a === truePair.a && b === truePair.b;
    const worst = Math.max(...pairs.filter((p) => !isTrue(p)).map((p) => p.strength));
    return pairs.find(isTrue)!.strength / worst;
  };
  const fitted = async (graph: Graph, rows: Dataset) => {
    const optimizer = { name: 'adagrad', initialAccumulator: 0.01 } as const;
    const run = await collect(
      train(graph, { train: rows }, { engine: wasmEngine, epochs: 30, batchSize: 32, optimizer }),
    );
    const weights = run.fitted.model.weights();
    run.fitted.model.dispose();
    return factorizationOf(graph, weights, rows);
  };

  test.for([1, 2, 3, 4, 5])('seed %i: centring (FM) and purified paths (NFM) find it', async (seed) => {
    const rows = plantedData(20_000, seed);
    const flat = await fitted(fm(rows, { factors: 8, initStdev: 0.1 }).graph, rows);
    const bent = await fitted(
      nfm(rows, { factors: 8, hidden: [16], batchNorm: false, dropout: 0, initStdev: 0.1 }).graph,
      rows,
    );
    const sample = sampleRows(rows, 1000);
    const paths = pathContributions(bent, sample);
    expect(ratio(fieldPairStrengths(flat))).toBeGreaterThan(10);
    expect(ratio(strengthsOf(centredContributions(flat, sample)))).toBeGreaterThan(10);
    expect(ratio(strengthsOf(purify(paths).contributions))).toBeGreaterThan(5);
    expect(ratio(strengthsOf(paths))).toBeLessThan(5); // what purifying is for
  });
});
