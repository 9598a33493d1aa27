import { expect, test } from 'vitest';
import type { Dataset } from '../../../src/kernel/data/dataset.ts';
import { checkBatch, checkIds, trainedParameters } from '../../../src/kernel/engine/checks.ts';
import type { Loss } from '../../../src/kernel/engine/losses.ts';
import { reference } from './reference.ts';
import { allRows, dataOf, tinyData } from './tinyData.ts';
import { tinyFm, tinyLr, tinyNfm } from './tinyModels.ts';

const withIds = (...ids: number[]): Dataset => dataOf([[[0, 1]], ids.map((id) => [id, 1])]);
const withTargets = (...targets: number[]): Dataset =>
  dataOf(
    targets.map(() => [[0, 1]]),
    (r) => targets[r],
  );

test.each([16, -1])('feature id %d is refused with its row and the feature count, and nothing changes', (id) => {
  const data = withIds(3, id);
  const message = `row 1 (from 0) of tiny data: feature id ${id} is outside 0 .. 15, the 16 features of the model`;
  const model = reference(tinyNfm({ pooled: { batchNorm: true } }));
  const before = structuredClone({ values: model.values, slots: model.slots });
  expect(() => model.step(data, allRows(data), 0, 2)).toThrow(message);
  expect(() => model.predict(data)).toThrow(message);
  expect(() => model.gradients(data, allRows(data), 0, 2)).toThrow(message);
  expect({ values: model.values, slots: model.slots }).toEqual(before);
  expect(model.steps).toBe(0);
  expect(() => model.predict(data, 0, 1)).not.toThrow(); // row 0 is fine
});

test('row numbers outside the data are refused', () => {
  const data = tinyData();
  expect(() => checkIds(data, tinyLr(), 0, 8)).toThrow('expected rows within 0 .. 7 of tiny data, got 0 .. 8');
  const step = (rows: number[], from: number, to: number) => () =>
    checkBatch(tinyLr(), 'squared', data, Int32Array.from(rows), from, to);
  expect(step([0, 7], 0, 2)).toThrow('batch row 1: expected a row number in 0 .. 6 of tiny data, got 7');
  expect(step([0, 1], 0, 3)).toThrow('within 0 .. 2, got 0 .. 3');
  expect(step([0, 1], 1, 1)).toThrow('a batch needs at least one row');
});

test('a training batch of one row is refused under batch norm only', () => {
  const data = tinyData();
  const model = reference(tinyFm({ batchNorm: true }));
  expect(() => model.step(data, allRows(data), 3, 4)).toThrow(
    'batch normalisation "biNorm" needs at least 2 rows in a training batch, got 1',
  );
  expect(() => reference(tinyFm()).step(data, allRows(data), 3, 4)).not.toThrow();
  expect(() => model.predict(data, 3, 4)).not.toThrow();
});

test('targets must suit the loss', () => {
  const check =
    (loss: Loss, ...targets: number[]) =>
    () => {
      const data = withTargets(...targets);
      checkBatch(tinyLr(), loss, data, allRows(data), 0, data.rows);
    };
  for (const loss of ['log', 'hinge'] as const) {
    expect(check(loss, 1, 0, 1)).not.toThrow();
    expect(check(loss, 1, -1)).not.toThrow();
    expect(check(loss, 1, 4)).toThrow(
      `row 1 (from 0) of tiny data: loss "${loss}" needs labels 1 and 0, or 1 and -1, got 4`,
    );
  }
  expect(check('squared', 0.3, 4)).not.toThrow();
  for (const bad of [NaN, Infinity]) expect(check('squared', 1, bad)).toThrow(`expected a finite target, got ${bad}`);
  expect(check('bpr', 4, 2)).not.toThrow(); // pairs: targets are not read
  expect(check('maxMargin', 1, 0, 1)).toThrow('pairs of rows (positive, negative), so an even number, got 3 rows');
});

test('freeze names parameters or nodes', () => {
  const ids = (freeze: string[]) =>
    trainedParameters(tinyNfm({ pooled: { batchNorm: true } }), freeze).map((p) => p.id);
  const all = ['linear.w', 'linear.w0', 'embedding.V', 'biNorm.gamma', 'biNorm.beta', 'prediction.h'];
  expect(ids([])).toEqual(all);
  expect(ids(['linear', 'biNorm.beta'])).toEqual(['embedding.V', 'biNorm.gamma', 'prediction.h']);
  expect(() => ids(['linaer'])).toThrow('freeze: graph "NFM-0" has no parameters "linaer"; it has linear.w, linear.w0');
});
