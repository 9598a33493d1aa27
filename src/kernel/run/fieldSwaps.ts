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
import { type Dataset, takeRows } from '../data/dataset.ts';
import { affordableRows } from './affordableRows.ts';
import { type Contributions, contributionsOf, sampleRows } from './contributions.ts';
import type { FieldSpace } from './factorization.ts';

export interface FieldSwaps {
  readonly contributions: Contributions;
  /** What each field does by itself: exchanging it, less its pairs; rows x fields. */
  readonly effects: Float64Array;
}

/** Rows that each row is crossed with. */
const partners = 8;

/**
 * @param predict raw outputs of rows
 * @param rows to read at most; many fields and large models allow fewer
 * @param cost multiply-adds of one prediction
 */
export function swapContributions(
  space: FieldSpace,
  predict: (rows: Dataset) => Float32Array,
  train: Dataset,
  rows: number,
  cost: number,
): FieldSwaps {
  const F = space.fields.length;
  const perRow = partners * (F + (F * (F - 1)) / 2);
  const sample = sampleRows(train, Math.min(rows, affordableRows(perRow, cost)));
  const order = permutation(train.rows, new Random(2016, 'partners'));
  const repeated = takeRows(
    sample,
    numbersTo(sample.rows * partners, (i) => Math.floor(i / partners)),
  );
  const others = takeRows(
    train,
    numbersTo(sample.rows * partners, (i) => order[i % order.length]),
  );
  const plain = predict(sample);

  /** Mean over x' of f(x) - f(x with these fields of x'). */
  const change = (...swapped: readonly number[]): Float64Array => {
    const crossed = predict(crossedRows(space, repeated, others, swapped));
    return Float64Array.from(plain, (output, r) => {
      let sum = 0;
      for (let i = r * partners; i < (r + 1) * partners; i++) sum += output - crossed[i];
      return sum / partners;
    });
  };
  const alone = space.fields.map((_, a) => change(a));
  const together = new Map<number, Float64Array>();
  for (let a = 0; a < F; a++) for (let b = a + 1; b < F; b++) together.set(a * F + b, change(a, b));

  const effects = new Float64Array(sample.rows * F);
  const read = (r: number) => {
    for (let a = 0; a < F; a++) effects[r * F + a] += alone[a][r];
    const pair = (a: number, b: number): number => {
      const c = alone[a][r] + alone[b][r] - together.get(a * F + b)![r];
      effects[r * F + a] -= c;
      effects[r * F + b] -= c;
      return c;
    };
    return { pair, output: plain[r] };
  };
  const contributions = contributionsOf(space, sample, read, false);
  return { contributions: { ...contributions, gap: null }, effects };
}

const numbersTo = (length: number, of: (i: number) => number): Int32Array =>
  Int32Array.from({ length }, (_, i) => of(i));

/** Row by row, the features of `rows`, but those of the swapped fields from `others`; in the order of fields. */
function crossedRows({ fieldOf }: FieldSpace, rows: Dataset, others: Dataset, swapped: readonly number[]): Dataset {
  const rowStart = new Int32Array(rows.rows + 1);
  const ids: number[] = [];
  const values: number[] = [];
  for (let r = 0; r < rows.rows; r++) {
    const row: { readonly id: number; readonly x: number }[] = [];
    for (const data of [rows, others])
      for (let e = data.rowStart[r]; e < data.rowStart[r + 1]; e++) {
        const id = data.ids[e];
        if (swapped.includes(fieldOf[id]) === (data === others)) row.push({ id, x: data.values?.[e] ?? 1 });
      }
    row.sort((p, q) => fieldOf[p.id] - fieldOf[q.id]); // models on concatenated embeddings go by position
    for (const { id, x } of row) {
      ids.push(id);
      values.push(x);
    }
    rowStart[r + 1] = ids.length;
  }
  return { ...rows, rowStart, ids: Int32Array.from(ids), values: rows.values && Float32Array.from(values) };
}
