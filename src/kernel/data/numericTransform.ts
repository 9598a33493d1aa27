/** Numbers to feature values: what a numeric field learns from its training numbers, and what it makes of a number. */

import { DataError, quote } from './errors.ts';
import type { NumericSpec } from './schema.ts';

/** What a numeric field learnt; plain JSON. */
export interface Scale {
  /** x = (number - shift) / width, for `standard`, `log1p` (after the logarithm) and `minMax`. */
  readonly shift: number;
  readonly width: number;
  /** Inner borders of buckets or quantiles, ascending. */
  readonly borders: readonly number[];
}

/**
 * Learns a field's scale.
 * @param numbers the training numbers, NaN where missing
 * @throws DataError if there is no number, a constant cannot be scaled, or log1p meets a negative number
 */
export function fitScale(name: string, spec: NumericSpec, numbers: Float64Array): Scale {
  const known = numbers.filter((x) => !Number.isNaN(x)).sort();
  const fail = (what: string, next: string) => new DataError(`field ${quote(name)}: expected ${what}; ${next}`);
  if (known.length === 0) throw fail('at least one number in the training rows, got none', 'leave the field out');
  const low = known[0];
  const high = known[known.length - 1];
  const constant = () =>
    fail(`different numbers to scale (${spec.transform}), got ${low} in every row`, 'leave the field out');
  const scale = { shift: 0, width: 1, borders: [] as readonly number[] };
  if (spec.buckets !== null)
    return { ...scale, borders: typeof spec.buckets === 'number' ? quantiles(known, spec.buckets) : spec.buckets };
  switch (spec.transform) {
    case 'none':
      return scale;
    case 'quantile':
      return { ...scale, borders: everyQuantile(known, spec.quantiles) };
    case 'minMax':
      if (low === high) throw constant();
      return { ...scale, shift: low, width: high - low };
    case 'log1p':
      if (low < 0) throw fail(`numbers from 0 for log1p, got ${low}`, 'use another transform');
      if (low === high) throw constant();
      return { ...scale, ...meanAndDeviation(known.map(Math.log1p)) };
    case 'standard':
      if (low === high) throw constant();
      return { ...scale, ...meanAndDeviation(known) };
  }
}

/** The feature value of a number under `transform`, and whether it had to be clipped. NaN where log1p has no value. */
export function transformNumber(spec: NumericSpec, scale: Scale, x: number): { x: number; clipped: boolean } {
  const scaled = ((spec.transform === 'log1p' ? Math.log1p(x) : x) - scale.shift) / scale.width;
  switch (spec.transform) {
    case 'minMax':
      return { x: Math.min(1, Math.max(0, scaled)), clipped: scaled < 0 || scaled > 1 };
    case 'quantile':
      return { x: bucketOf(scale.borders, x) / scale.borders.length, clipped: false };
    case 'log1p':
      return { x: x < 0 ? Number.NaN : scaled, clipped: false };
    default:
      return { x: scaled, clipped: false };
  }
}

/** The bucket of x: the number of borders at or below it. */
export function bucketOf(borders: readonly number[], x: number): number {
  let low = 0;
  let high = borders.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (borders[middle] <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Names of the buckets: `[-inf, 18)`, `[18, 25)`, `[25, inf)`. */
export const bucketNames = (borders: readonly number[]): string[] =>
  [...borders, Infinity].map((to, i) => `[${i === 0 ? '-inf' : borders[i - 1]}, ${to === Infinity ? 'inf' : to})`);

/** The q - 1 inner borders of q quantile groups; equal ones kept, so that the i-th group has rank i. */
const everyQuantile = (sorted: Float64Array, q: number): number[] =>
  Array.from(
    { length: q - 1 },
    (_, i) => sorted[Math.min(sorted.length - 1, Math.floor(((i + 1) * sorted.length) / q))],
  );

/** The same without equal borders. A border at the lowest number moves up, so that the first bucket is not empty. */
function quantiles(sorted: Float64Array, q: number): number[] {
  const next = sorted.find((x) => x > sorted[0]);
  if (next === undefined) return [];
  return [...new Set(everyQuantile(sorted, q).map((border) => Math.max(border, next)))];
}

function meanAndDeviation(numbers: Float64Array): { shift: number; width: number } {
  const shift = numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
  const width = Math.sqrt(numbers.reduce((sum, x) => sum + (x - shift) ** 2, 0) / numbers.length);
  return { shift, width };
}
