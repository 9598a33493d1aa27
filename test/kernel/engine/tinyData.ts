/**
 * Tiny data sets for gradient checks and engine conformance: values other than 1, rows of different lengths, an empty
 * row, a row with one entry, a field with several entries in one row, and ids that come back in many rows.
 */

import { Random } from '../../../src/kernel/base/random.ts';
import type { Dataset } from '../../../src/kernel/data/dataset.ts';
import { isPairwise, type Loss } from '../../../src/kernel/engine/losses.ts';
import type { Field } from '../../../src/kernel/graph/graph.ts';

export const tinyFields: readonly Field[] = [
  { name: 'user', offset: 0, size: 5 },
  { name: 'item', offset: 5, size: 6 },
  { name: 'genres', offset: 11, size: 4 },
  { name: 'age', offset: 15, size: 1 },
];
export const tinyFeatures = 16;

type Row = readonly (readonly [id: number, value: number])[];

const row = (text: string): Row =>
  text.split(' ').flatMap((entry) => {
    const [id, value] = entry.split(':').map(Number);
    return entry === '' ? [] : [[id, value] as const];
  });

const writtenRows: readonly Row[] = [
  row('0:1 6:0.5 11:0.25 13:-0.75 15:0.4'), // two genres
  row('0:1 7:2 12:1'), // user 0 again
  row(''), // no entry: no pair, a zero embedding sum
  row('6:-1.5'), // one entry: no pair
  row('4:0.3 10:1.2 11:0.8 12:0.6 14:-0.4 15:-1.1'), // three genres, the longest row
  row('2:1 6:0.5'), // one pair
  row('0:-0.6 5:1 13:1.5 15:2'),
];

/** A random row: a user, an item, none to three genres, sometimes an age. */
function drawnRow(random: Random): Row {
  const value = () => Math.round(random.normal() * 100) / 100 || 1;
  const genres = [11, 12, 13, 14].filter(() => random.uniform() < 0.4);
  const ids = [random.below(5), 5 + random.below(6), ...genres, ...(random.uniform() < 0.7 ? [15] : [])];
  return ids.map((id) => [id, value()]);
}

export type Targets = 'numbers' | 'signs' | 'pairs';

/**
 * `rows` rows, the first seven written by hand, the others drawn. Targets are `numbers`, `signs` (1 and -1), or made
 * for `pairs`: 1, -1, 1, -1, ...
 */
export function tinyData(targets: Targets = 'numbers', rows = 7): Dataset {
  const random = new Random(11, 'tiny data');
  const chosen = Array.from({ length: rows }, (_, r) => writtenRows[r] ?? drawnRow(random));
  return dataOf(chosen, (r) =>
    targets === 'numbers'
      ? Math.round(random.normal() * 100) / 100
      : (targets === 'pairs' ? r % 2 === 0 : random.below(2) === 1)
        ? 1
        : -1,
  );
}

/** Tiny data that suits a loss; pairwise losses get an even number of rows. */
export function tinyDataFor(loss: Loss, rows = 7): Dataset {
  if (isPairwise(loss)) return tinyData('pairs', rows - (rows % 2));
  return tinyData(loss === 'squared' ? 'numbers' : 'signs', rows);
}

/** A data set of written rows. */
export function dataOf(rows: readonly Row[], target: (row: number) => number = () => 1): Dataset {
  const rowStart = new Int32Array(rows.length + 1);
  rows.forEach((row, r) => {
    rowStart[r + 1] = rowStart[r] + row.length;
  });
  return {
    rows: rows.length,
    features: tinyFeatures,
    fields: tinyFields,
    rowStart,
    ids: Int32Array.from(rows.flat(), ([id]) => id),
    values: Float32Array.from(rows.flat(), ([, value]) => value),
    target: Float32Array.from(rows, (_, r) => target(r)),
    group: Int32Array.from(rows, (_, r) => r >> 1),
    source: 'tiny data',
  };
}

/** Row numbers 0 .. n-1: a batch of the whole data set. */
export const allRows = (data: Dataset): Int32Array => Int32Array.from({ length: data.rows }, (_, r) => r);
