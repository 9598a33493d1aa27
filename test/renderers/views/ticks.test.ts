import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isFar, spreadOut } from '../../../src/renderers/views/curveScales.ts';
import { integerTicks, linearTicks, logTicks, tickDecimals } from '../../../src/renderers/views/ticks.ts';

test('round numbers', () => {
  expect(linearTicks(0.37, 1.2)).toEqual([0.4, 0.6, 0.8, 1, 1.2]);
  expect(integerTicks(1, 12)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect(integerTicks(1, 200)).toEqual([1, 20, 40, 60, 80, 100, 120, 140, 160, 180, 200]);
  expect(integerTicks(1, 2)).toEqual([1, 2]);
  expect(logTicks(0.01, 10)).toEqual([0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10]);
  expect(logTicks(0.41, 0.49)).toEqual([0.42, 0.44, 0.46, 0.48]);
  expect(tickDecimals([0.2, 0.25])).toBe(2);
});

test('ticks lie within their range, ascending and not many', () => {
  const value = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(value, value, (a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b) * 1.001];
      for (const ticks of [linearTicks(low, high), logTicks(low, high)]) {
        expect(ticks.length).toBeGreaterThan(0);
        expect(ticks.length).toBeLessThan(20);
        for (const [i, tick] of ticks.entries()) {
          expect(tick).toBeGreaterThanOrEqual(low - (high - low) * 1e-6);
          expect(tick).toBeLessThanOrEqual(high + (high - low) * 1e-6);
          if (i > 0) expect(tick).toBeGreaterThan(ticks[i - 1]);
        }
      }
    }),
  );
});

test('labels keep their distance within the plot', () => {
  expect(spreadOut([50, 20, 52], 14, 0, 100)).toEqual([50, 20, 64]);
  expect(spreadOut([95, 99], 14, 0, 100)).toEqual([86, 100]);
});

test('far baselines', () => {
  expect(isFar(5.2, [0.4, 1])).toBe(true);
  expect(isFar(0.3, [0.4, 1])).toBe(false);
  expect(isFar(9, [])).toBe(false);
});
