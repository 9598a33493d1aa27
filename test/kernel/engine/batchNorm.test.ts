import { expect, test } from 'vitest';
import { reference } from './reference.ts';
import { moments } from './referenceOps.ts';
import { scatter } from './scatter.ts';
import { allRows, tinyData } from './tinyData.ts';
import { tinyNfm } from './tinyModels.ts';

const data = tinyData('numbers', 9);
const rows = allRows(data);
const normalised = tinyNfm({ pooled: { batchNorm: true } });

/** Mean and biased variance of column `f`, the textbook way. */
function column(matrix: readonly (readonly number[])[], f: number) {
  const mean = matrix.reduce((sum, row) => sum + row[f], 0) / matrix.length;
  return { mean, variance: matrix.reduce((sum, row) => sum + (row[f] - mean) ** 2, 0) / matrix.length };
}

test('a training batch leaves with mean β and variance γ² σ² / (σ² + ε)', () => {
  const model = scatter(reference(normalised));
  const [gamma, beta] = ['gamma', 'beta'].map((name) => model.values.get(`biNorm.${name}`)!);
  const outputs = model.activations(data, true);
  for (let f = 0; f < 3; f++) {
    const { variance } = column(outputs.get('biInteraction')!, f);
    const after = column(outputs.get('biNorm')!, f);
    expect(after.mean).toBeCloseTo(beta[f], 12);
    expect(after.variance).toBeCloseTo((gamma[f] ** 2 * variance) / (variance + 1e-3), 12);
  }
});

test('averages after k steps on the same input: 0.9^k of the start and the rest of the batch', () => {
  const model = reference(normalised, { freeze: ['embedding'] });
  const input = model.activations(data, true).get('biInteraction')!;
  for (let k = 1; k <= 5; k++) {
    model.step(data, rows, 0, data.rows);
    for (let f = 0; f < 3; f++) {
      const { mean, variance } = column(input, f);
      const kept = 0.9 ** k;
      expect(model.values.get('biNorm.mean')![f]).toBeCloseTo((1 - kept) * mean, 12);
      expect(model.values.get('biNorm.variance')![f]).toBeCloseTo(kept + (1 - kept) * variance, 12);
    }
  }
});

test('inference normalises by the averages, whatever the batch', () => {
  const model = scatter(reference(normalised));
  const [gamma, beta, mean, variance] = ['gamma', 'beta', 'mean', 'variance'].map(
    (name) => model.values.get(`biNorm.${name}`)!,
  );
  const outputs = model.activations(data, false);
  outputs.get('biNorm')!.forEach((row, r) => {
    row.forEach((v, f) => {
      const z = outputs.get('biInteraction')![r][f];
      expect(v).toBeCloseTo((gamma[f] * (z - mean[f])) / Math.sqrt(variance[f] + 1e-3) + beta[f], 12);
    });
  });
  const together = model.exactOutputs(data);
  expect(model.exactOutputs(data, 4, 5)).toEqual([together[4]]);
});

test('predictions and gradients leave all state bit-identical', () => {
  const model = scatter(reference(tinyNfm({ pooled: { batchNorm: true, dropout: 0.3 } })));
  model.step(data, rows, 0, 5);
  const copy = () => structuredClone({ values: model.values, slots: model.slots, steps: model.steps });
  const before = copy();
  model.predict(data);
  model.gradients(data, rows, 0, 5);
  model.objective(data, rows, 0, 5);
  expect(copy()).toEqual(before);
});

test('a bias that batch norm cancels keeps its value; other weights move', () => {
  const graph = tinyNfm({ pooled: { batchNorm: true }, hidden: [{ units: 5, batchNorm: true, activation: 'relu' }] });
  const model = scatter(reference(graph));
  const before = structuredClone(model.values);
  for (let step = 0; step < 3; step++) model.step(data, rows, 0, data.rows);
  const kept = [...model.values].filter(([id, values]) => values.every((v, i) => v === before.get(id)![i]));
  expect(kept.map(([id]) => id)).toEqual(['biNorm.beta', 'hidden1.b']);
});

test('moments are the mean and the biased variance', () => {
  const batch = [
    [1, 0],
    [2, 0],
    [6, 6],
  ];
  expect(moments(batch)).toEqual({ mean: [3, 2], variance: [14 / 3, 8].map((v) => expect.closeTo(v, 12)) });
});
