/** Random data sets for property tests: any float32 values but zero, unequal rows, empty rows. */

import fc from 'fast-check';
import type { Dataset } from '../../../src/kernel/data/dataset.ts';

const float32 = fc.float({ noNaN: true, noDefaultInfinity: true });
const entry = fc.tuple(
  fc.oneof(fc.nat(30), fc.nat(2147483646)),
  fc.oneof(
    fc.constant(1),
    float32.filter((v) => v !== 0),
  ),
);
const row = fc.record({
  target: float32,
  group: fc.nat(0x7fffffff),
  entries: fc.uniqueArray(entry, { maxLength: 12, selector: ([id]) => id }),
});

type Row = { target: number; group: number; entries: [number, number][] };

export const arbitraryDataset: fc.Arbitrary<Dataset> = fc
  .tuple(fc.array(row, { minLength: 1, maxLength: 20 }), fc.boolean())
  .map(([rows, grouped]) => datasetOf(rows, grouped));

/** A data set of rows as the reader gives it: entries ascending, values null when all are 1. */
export function datasetOf(rows: readonly Row[], grouped: boolean): Dataset {
  const sorted = rows.map((r) => [...r.entries].sort((a, b) => a[0] - b[0]));
  const entries = sorted.flat();
  const rowStart = new Int32Array(rows.length + 1);
  for (const [r, list] of sorted.entries()) rowStart[r + 1] = rowStart[r] + list.length;
  return {
    rows: rows.length,
    features: 1 + Math.max(0, ...entries.map(([id]) => id)),
    fields: [],
    rowStart,
    ids: Int32Array.from(entries, ([id]) => id),
    values: entries.every(([, v]) => v === 1) ? null : Float32Array.from(entries, ([, v]) => v),
    target: Float32Array.from(rows, (r) => r.target),
    group: grouped ? Int32Array.from(rows, (r) => r.group) : null,
    source: 'random',
  };
}
