/** Contributions summed up over rows, and freed from what one field alone explains (functional ANOVA). */

import type { Contributions } from './contributions.ts';
import type { FieldPair } from './interactions.ts';

/** A pair of fields with the root mean square of its contributions and their mean. */
export interface SignedFieldPair extends FieldPair {
  readonly mean: number;
}

/** Strength of every pair over the rows of the sample: sqrt(mean c_ab²), and mean c_ab beside it. */
export function strengthsOf({ pairs, rows, values }: Contributions): SignedFieldPair[] {
  return pairs.map(({ a, b }, q) => {
    let [sum, squares] = [0, 0];
    for (let r = 0; r < rows; r++) {
      const c = values[r * pairs.length + q];
      sum += c;
      squares += c * c;
    }
    return { a, b, strength: Math.sqrt(squares / rows), mean: sum / rows };
  });
}

export interface Purified {
  readonly contributions: Contributions;
  /** Share of the variance of f(u) over the rows that the purified pairs make up; the rest are main effects and order three up. */
  readonly varianceShare: number;
  /** What was taken out as a function of a field, over all its pairs; rows x fields. */
  readonly moved: Float64Array;
}

/**
 * Takes from each pair of fields its mean and then, in turns, its conditional means given the one and given the other
 * field's feature. What is left is interaction: no function of one field is in it. Numeric fields count as present or not.
 * @param passes rounds over both fields; six are plenty
 * @param support features that fewer rows have count as one: the mean over a row or two would take the pair itself out
 */
export function purify(contributions: Contributions, passes = 6, support = 1): Purified {
  const { pairs, rows, cells, outputs } = contributions;
  const fields = cells.length / rows;
  const groups = Array.from({ length: fields }, (_, field) => groupsOf(cells, fields, field, support));
  const values = contributions.values.slice();
  const moved = new Float64Array(rows * fields);
  const column = new Float64Array(rows);
  for (const [q, { a, b }] of pairs.entries()) {
    for (let r = 0; r < rows; r++) column[r] = values[r * pairs.length + q];
    const mean = column.reduce((sum, x) => sum + x, 0) / rows;
    for (let r = 0; r < rows; r++) column[r] -= mean;
    for (let pass = 0; pass < passes; pass++)
      for (const field of [a, b]) {
        const means = meansOf(column, groups[field]);
        for (let r = 0; r < rows; r++) {
          const part = means[groups[field].of[r]];
          column[r] -= part;
          moved[r * fields + field] += part;
        }
      }
    for (let r = 0; r < rows; r++) values[r * pairs.length + q] = column[r];
  }
  const purified = { ...contributions, values };
  const pure = strengthsOf(purified).reduce((sum, { strength }) => sum + strength ** 2, 0);
  const variance = deviation(outputs) ** 2;
  return { contributions: purified, varianceShare: variance > 0 ? pure / variance : 0, moved };
}

/** Standard deviation of numbers that are all there are (n, not n - 1). */
export function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
}

/** The rows by the feature that they have in a field. */
interface Groups {
  /** Group of each row. */
  readonly of: Int32Array;
  /** Rows of each group. */
  readonly sizes: readonly number[];
}

function groupsOf(cells: Int32Array, fields: number, field: number, support: number): Groups {
  const rows = cells.length / fields;
  const counts = new Map<number, number>();
  for (let r = 0; r < rows; r++) {
    const id = cells[r * fields + field];
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  const numbers = new Map<number | 'rare', number>();
  const sizes: number[] = [];
  const of = new Int32Array(rows);
  for (let r = 0; r < rows; r++) {
    const id = cells[r * fields + field];
    const key = counts.get(id)! < support ? 'rare' : id;
    if (!numbers.has(key)) numbers.set(key, sizes.push(0) - 1);
    of[r] = numbers.get(key)!;
    sizes[of[r]]++;
  }
  return { of, sizes };
}

function meansOf(column: Float64Array, { of, sizes }: Groups): Float64Array {
  const means = new Float64Array(sizes.length);
  for (let r = 0; r < column.length; r++) means[of[r]] += column[r] / sizes[of[r]];
  return means;
}
