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
}

/**
 * Takes from each pair of fields its mean and then, in turns, its conditional means given the one and given the other
 * field's feature. What is left is interaction: no function of one field is in it. Numeric fields count as present or not.
 * @param passes rounds over both fields; six are plenty
 */
export function purify(contributions: Contributions, passes = 6): Purified {
  const { pairs, rows, cells, outputs } = contributions;
  const fields = cells.length / rows;
  const values = contributions.values.slice();
  const column = new Float64Array(rows);
  for (const [q, { a, b }] of pairs.entries()) {
    for (let r = 0; r < rows; r++) column[r] = values[r * pairs.length + q];
    subtractMeans(column, () => 0);
    for (let pass = 0; pass < passes; pass++)
      for (const field of [a, b]) subtractMeans(column, (r) => cells[r * fields + field]);
    for (let r = 0; r < rows; r++) values[r * pairs.length + q] = column[r];
  }
  const purified = { ...contributions, values };
  const pure = strengthsOf(purified).reduce((sum, { strength }) => sum + strength ** 2, 0);
  const mean = outputs.reduce((sum, x) => sum + x, 0) / rows;
  const variance = outputs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / rows;
  return { contributions: purified, varianceShare: variance > 0 ? pure / variance : 0 };
}

/** Subtracts from each value the mean of the values with the same key. */
function subtractMeans(column: Float64Array, keyOf: (row: number) => number): void {
  const sums = new Map<number, { sum: number; n: number }>();
  for (let r = 0; r < column.length; r++) {
    const key = keyOf(r);
    const entry = sums.get(key);
    if (!entry) sums.set(key, { sum: column[r], n: 1 });
    else {
      entry.sum += column[r];
      entry.n++;
    }
  }
  for (let r = 0; r < column.length; r++) {
    const { sum, n } = sums.get(keyOf(r))!;
    column[r] -= sum / n;
  }
}
