import { expect, test } from 'vitest';
import {
  counted,
  formatDuration,
  formatNumber,
  formatRate,
  formatShare,
  type NumberFormat,
} from '../../../src/renderers/views/numbers.ts';

test.each<[number | null | undefined, NumberFormat, string]>([
  [354183, {}, '354,183'],
  [0.39214, {}, '0.3921'],
  [12.3456, {}, '12.35'],
  [123456.78, {}, '123,457'],
  [0, {}, '0'],
  [-0.5, { digits: 2 }, '-0.50'],
  [0.00001234, {}, '1.234e-5'],
  [1.2e-7, {}, '1.2e-7'],
  [1e-100, {}, '1e-100'],
  [2e15, {}, '2e15'],
  [0.39, { decimals: 4 }, '0.3900'],
  [0.00001, { decimals: 4 }, '0.0000'],
  [null, {}, '—'],
  [undefined, {}, '—'],
  [Number.NaN, {}, 'NaN'],
  [-Infinity, {}, '-∞'],
])('%s with %j is %s', (x, format, text) => {
  expect(formatNumber(x, format)).toBe(text);
});

test('shares, durations, rates, counts', () => {
  expect([0.973, 0, 0.0004, 1].map(formatShare)).toEqual(['97.3 %', '0.0 %', '< 0.1 %', '100.0 %']);
  expect([0.84, 9.97, 45, 59.7, 200, 7500, Number.NaN].map(formatDuration)).toEqual([
    ...['0.8 s', '10 s', '45 s', '1 min 0 s', '3 min 20 s', '2 h 5 min', '—'],
  ]);
  expect([12, 999.7, 12_345, 123_456, 999_700, 1_500_000].map(formatRate)).toEqual([
    ...['12', '1.0k', '12.3k', '123k', '1.0M', '1.5M'],
  ]);
  expect([counted(1, 'pair'), counted(4500, 'pair')]).toEqual(['1 pair', '4,500 pairs']);
});
