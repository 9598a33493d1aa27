import { expect, test } from 'vitest';
import {
  defaultLoss,
  type Loss,
  losses,
  lossSlope,
  lossValue,
  reductionFactor,
} from '../../../src/kernel/engine/losses.ts';

test('log loss from logits is finite at ±1000 and equals the form with s = ±1', () => {
  expect(lossValue.log(1000, 1)).toBe(0);
  expect(lossValue.log(1000, 0)).toBe(1000);
  expect(lossValue.log(-1000, 1)).toBe(1000);
  expect(lossValue.log(-1000, -1)).toBe(0);
  for (const p of [-30, -2.5, -1, 0, 0.3, 1, 4, 30])
    for (const s of [1, -1]) {
      expect(lossValue.log(p, s)).toBeCloseTo(Math.log(1 + Math.exp(-s * p)), 12);
      const t = (s + 1) / 2;
      expect(lossValue.log(p, t)).toBe(lossValue.log(p, s)); // labels 0 and 1 mean the same
      expect(lossSlope.log(p, s)).toBeCloseTo(1 / (1 + Math.exp(-p)) - t, 12);
    }
});

test('slopes at ±1000 are finite', () => {
  for (const p of [1000, -1000])
    for (const y of [1, -1]) for (const loss of losses) expect(Number.isFinite(lossSlope[loss](p, y))).toBe(true);
  expect(lossSlope.bpr(-1000, 0)).toBe(-1);
  expect(Math.abs(lossSlope.bpr(1000, 0))).toBe(0);
});

test.each<[Loss, number, number, number, number]>([
  // loss, ŷ or margin, y, value, slope
  ['squared', 3, 1, 4, 4],
  ['hinge', 0.25, 1, 0.75, -1],
  ['hinge', 0.25, -1, 1.25, 1],
  ['hinge', 0.25, 0, 1.25, 1],
  ['hinge', 2, 1, 0, 0],
  ['hinge', 1, 1, 0, 0],
  ['bpr', 0, 0, Math.LN2, -0.5],
  ['maxMargin', 0.25, 0, 0.75, -1],
  ['maxMargin', 2, 0, 0, 0],
])('%s at %d, target %d: value %d, slope %d', (loss, p, y, value, slope) => {
  expect(lossValue[loss](p, y)).toBeCloseTo(value, 15);
  expect(lossSlope[loss](p, y)).toBeCloseTo(slope, 15);
});

test('slopes are the derivatives of the values', () => {
  for (const loss of losses)
    for (const p of [-3.3, -0.7, 0.2, 0.9, 2.6])
      for (const y of [1, -1]) {
        const difference = (lossValue[loss](p + 1e-6, y) - lossValue[loss](p - 1e-6, y)) / 2e-6;
        expect(lossSlope[loss](p, y)).toBeCloseTo(difference, 8);
      }
});

test('reductions, and the defaults of the tasks', () => {
  expect((['sum', 'halfSum', 'mean', 'halfMean'] as const).map((r) => reductionFactor(r, 4))).toEqual([
    1, 0.5, 0.25, 0.125,
  ]);
  expect(defaultLoss.regression).toEqual({ loss: 'squared', reduction: 'halfSum' });
  expect(defaultLoss.binary).toEqual({ loss: 'log', reduction: 'mean' });
});
