/**
 * Interactions of any model, seen from outside (Wide&Deep, DeepCross): exchange the features of two fields for those of
 * another row x', and take off what exchanging each alone does,
 *
 *   c_ab(x) = mean over x' of f(x) - f(x with a of x') - f(x with b of x') + f(x with a and b of x').
 *
 * It is 0 where the model adds up the two fields. Where it has pairs and nothing higher, c_ab is their functional-ANOVA
 * term for fields that occur independently.
 */

import { permutation, Random } from '../base/random.ts';
import type { Dataset } from '../data/dataset.ts';
import { type Contributions, contributionsOf, sampleRows } from './contributions.ts';
import type { FieldSpace } from './factorization.ts';

export interface FieldSwaps {
  readonly contributions: Contributions;
  /** What each field adds by itself: exchanging it, less its pairs; rows x fields. */
  readonly effects: Float64Array;
}

/** Rows that each row is crossed with. */
const others = 16;
/** About this many predictions are made, whatever the number of fields. */
const mostPredictions = 300_000;

/**
 * @param predict raw outputs of rows
 * @param rows to read at most; many fields allow fewer
 */
export function swapContributions(
  space: FieldSpace,
  predict: (rows: Dataset) => Float32Array,
  train: Dataset,
  rows: number,
): FieldSwaps {
  const F = space.fields.length;
  const each = others * (F + (F * (F - 1)) / 2);
  const sample = sampleRows(train, Math.max(10, Math.min(rows, Math.floor(mostPredictions / each))));
  const backgrounds = partners(sample.rows, train.rows);
  const entries = entriesByField(space, train);
  const own = entriesByField(space, sample);
  const plain = predict(sample);
  /** Mean over x' of f(x) - f(x with these fields of x'). */
  const change = (swapped: readonly number[]): Float64Array => {
    const crossed = predict(crossedRows(sample, own, entries, backgrounds, swapped));
    return Float64Array.from(plain, (output, r) => {
      let sum = 0;
      for (let t = 0; t < others; t++) sum += output - crossed[r * others + t];
      return sum / others;
    });
  };
  const single = space.fields.map((_, a) => change([a]));
  const effects = new Float64Array(sample.rows * F);
  for (const [a, changes] of single.entries()) for (const [r, x] of changes.entries()) effects[r * F + a] = x;
  const both = new Map<number, Float64Array>();
  for (let a = 0; a < F; a++) for (let b = a + 1; b < F; b++) both.set(a * F + b, change([a, b]));
  const contributions = contributionsOf(space, sample, (r) => ({
    pair: (a, b) => {
      const c = single[a][r] + single[b][r] - both.get(a * F + b)![r];
      effects[r * F + a] -= c;
      effects[r * F + b] -= c;
      return c;
    },
    within: 0,
    output: plain[r],
  }));
  return { contributions: { ...contributions, gap: null }, effects };
}

/** For each row the other rows it is crossed with. */
function partners(rows: number, of: number): Int32Array {
  const order = permutation(of, new Random(2016, 'partners'));
  return Int32Array.from({ length: rows * others }, (_, i) => order[i % of]);
}

type Entries = (row: number, field: number) => readonly number[];

/** Places in `ids` of the entries that a row has in a field. */
function entriesByField({ fields, fieldOf }: FieldSpace, data: Dataset): Entries {
  return (row, field) => {
    const found: number[] = [];
    for (let e = data.rowStart[row]; e < data.rowStart[row + 1]; e++)
      if (fieldOf[data.ids[e]] === field && field < fields.length) found.push(e);
    return found;
  };
}

/** Every row crossed with its partners: the swapped fields come from the partner. */
function crossedRows(
  sample: Dataset & { readonly from?: Dataset },
  own: Entries,
  theirs: Entries,
  backgrounds: Int32Array,
  swapped: readonly number[],
): Dataset {
  void [sample, own, theirs, backgrounds, swapped];
  throw new Error('replaced below');
}
