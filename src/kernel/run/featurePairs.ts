/** The strongest pairs of features behind the strength of two fields. */

import type { Contributions } from './contributions.ts';

/** Two features by their ids, in the order of their fields. */
export interface FeaturePairWeight {
  readonly first: number;
  readonly second: number;
  /** Mean of what the pair of fields adds in the rows that have both. */
  readonly weight: number;
  /** Rows of the sample that have both. */
  readonly rows: number;
}

/**
 * The feature pairs of a field pair by rows x |weight|, strongest first: what matters in many rows comes before what is
 * large in few. Pairs that fewer than `support` rows have are rare: they follow the others, where there is room for
 * them. Fields with several features in a row are left out there.
 * @param pair its number in `contributions.pairs`
 */
export function strongestFeaturePairs(
  { pairs, rows, values, cells }: Contributions,
  pair: number,
  { support, count }: { readonly support: number; readonly count: number },
): readonly FeaturePairWeight[] {
  const { a, b } = pairs[pair];
  const fields = cells.length / rows;
  const found = new Map<number, Map<number, { sum: number; rows: number }>>();
  for (let r = 0; r < rows; r++) {
    const [first, second] = [cells[r * fields + a], cells[r * fields + b]];
    if (first < 0 || second < 0) continue;
    let row = found.get(first);
    if (!row) found.set(first, (row = new Map()));
    let cell = row.get(second);
    if (!cell) row.set(second, (cell = { sum: 0, rows: 0 }));
    cell.sum += values[r * pairs.length + pair];
    cell.rows++;
  }
  return [...found]
    .flatMap(([first, row]) =>
      [...row].map(([second, cell]) => ({ first, second, weight: cell.sum / cell.rows, rows: cell.rows })),
    )
    .sort(
      (p, q) =>
        Number(q.rows >= support) - Number(p.rows >= support) ||
        q.rows * Math.abs(q.weight) - p.rows * Math.abs(p.weight) ||
        p.first - q.first,
    )
    .slice(0, count);
}
