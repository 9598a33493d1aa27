/** The reference as an engine: what its interface promises beside the mathematics. */

import { expect, test } from 'vitest';
import { lossValue } from '../../../src/kernel/engine/losses.ts';
import { optimizer } from '../../../src/kernel/engine/optimizers.ts';
import { compileOptions, reference, referenceEngine } from './reference.ts';
import { scatter } from './scatter.ts';
import { allRows, tinyData, tinyDataFor } from './tinyData.ts';
import { tinyCases, tinyFm, tinyNfm } from './tinyModels.ts';

const data = tinyData();
const rows = allRows(data);

test('a step returns the sum of the row losses before the update, whatever the reduction', () => {
  for (const reduction of ['sum', 'halfMean'] as const) {
    const model = scatter(reference(tinyFm(), { reduction }));
    const before = model.exactOutputs(data);
    const expected = before.reduce((sum, p, r) => sum + (p - data.target[r]) ** 2, 0);
    expect(model.step(data, rows, 0, data.rows)).toBeCloseTo(expected, 12);
    expect(model.objective(data, rows, 0, 7)).toBeLessThan(expected);
  }
});

test('a pairwise loss is taken on the difference of rows 2i and 2i + 1', () => {
  const pairs = tinyDataFor('bpr');
  const model = scatter(reference(tinyFm({ task: 'ranking' }), { loss: 'bpr', reduction: 'mean' }));
  const scores = model.exactOutputs(pairs);
  const expected = [0, 2, 4].map((r) => lossValue.bpr(scores[r] - scores[r + 1], 0)).reduce((a, b) => a + b);
  const order = allRows(pairs);
  expect(model.objective(pairs, order, 0, 6)).toBeCloseTo(expected / 3, 12);
  expect(model.step(pairs, order, 0, 6)).toBeCloseTo(expected, 12);
});

test('frozen weights stay and have no gradient; batch norm averages move all the same', () => {
  const graph = tinyNfm({ pooled: { batchNorm: true } });
  const model = reference(graph, { freeze: ['embedding', 'biNorm', 'linear.w'] });
  const before = structuredClone(model.values);
  model.step(data, rows, 0, 7);
  const moved = [...model.values].filter(([id, values]) => values.some((v, i) => v !== before.get(id)![i]));
  expect(moved.map(([id]) => id)).toEqual(['linear.w0', 'biNorm.mean', 'biNorm.variance', 'prediction.h']);
  expect([...model.gradients(data, rows, 0, 7).keys()]).toEqual(['linear.w0', 'prediction.h']);
});

test('every tiny case learns: the objective falls', () => {
  for (const { name, graph, data, loss } of tinyCases) {
    const model = reference(graph, { loss, optimizer: optimizer('adagrad', { learningRate: 0.02 }) });
    const order = allRows(data);
    const start = model.step(data, order, 0, data.rows);
    let last = start;
    for (let step = 0; step < 60; step++) last = model.step(data, order, 0, data.rows);
    expect(last, name).toBeLessThan(start);
  }
});

test('weights and state go out and in', async () => {
  const graph = tinyNfm({ pooled: { batchNorm: true, dropout: 0.3 } });
  const options = compileOptions({ optimizer: optimizer('adam') });
  const model = await referenceEngine.compile(graph, options);
  for (let step = 0; step < 3; step++) model.step(data, rows, 0, 7);
  const state = model.state();
  const copy = await referenceEngine.compile(graph, { ...options });
  expect(copy.state()).not.toEqual(state);
  copy.setState(structuredClone(state));
  expect(copy.state()).toEqual(state);
  const [next, nextOfCopy] = [model, copy].map((m) => m.step(data, rows, 0, 7));
  expect(nextOfCopy).toBeCloseTo(next, 5); // state is rounded to float32
  expect(() => copy.setWeights(new Map([['embeding.V', new Float32Array(3)]]))).toThrow(
    'graph "NFM-0" has no parameter "embeding.V"; it has linear.w, linear.w0, embedding.V',
  );
  expect(() => copy.setWeights(new Map([['embedding.V', new Float32Array(3)]]))).toThrow(
    '"embedding.V" of shape [16, 3] needs 48 values, got 3',
  );
});
