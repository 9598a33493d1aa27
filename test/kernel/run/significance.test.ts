import { expect, test } from 'vitest';
import { meansByGroup, pairedTest, twoSidedP } from '../../../src/kernel/run/significance.ts';

test('Student’s sleep data (1908): extra hours of sleep with two drugs', () => {
  const first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
  const second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
  const result = pairedTest(first.map((x, i) => x - second[i]))!;
  expect(result).toMatchObject({ n: 10, degreesOfFreedom: 9 });
  expect(result.meanDifference).toBeCloseTo(-1.58, 10);
  expect(result.t).toBeCloseTo(-4.062127683, 8);
  expect(result.p).toBeCloseTo(0.00283289019738, 10);
  expect(result.interval[0]).toBeCloseTo(-2.4598858, 6);
  expect(result.interval[1]).toBeCloseTo(-0.7001142, 6);
});

test('p equals the closed forms of one, two and four degrees of freedom', () => {
  for (const t of [0, 1e-3, 0.5, 1, 2, 7, 40, 1e4]) {
    expect(twoSidedP(t, 1)).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(t), 10);
    expect(twoSidedP(t, 2)).toBeCloseTo(1 - t / Math.sqrt(2 + t * t), 10);
    const s = t / Math.sqrt(4 + t * t);
    expect(twoSidedP(-t, 4)).toBeCloseTo(1 - 1.5 * s + 0.5 * s ** 3, 10);
  }
});

test('many degrees of freedom come to the normal distribution', () => {
  expect(twoSidedP(1.959963984540054, 1e7)).toBeCloseTo(0.05, 6);
  expect(twoSidedP(40, 80_000)).toBeLessThan(1e-300);
});

test('differences without spread, and too few of them', () => {
  expect(pairedTest([0, 0, 0])).toMatchObject({ t: 0, p: 1, interval: [0, 0] });
  expect(pairedTest([2, 2, 2])).toMatchObject({ t: Infinity, p: 0, interval: [2, 2] });
  expect(pairedTest([1])).toBeNull();
});

test('means by group', () => {
  expect([...meansByGroup([1, 3, 10, 5], Int32Array.of(4, 4, 9, 4))]).toEqual([3, 10]);
});
