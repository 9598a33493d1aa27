/**
 * Data with main effects in every field and one true interaction, between fields 1 and 4, that is pure (its means given
 * either field are 0). Feature shares are skewed as in real data: value c has weight 1 / (c + 1).
 */

import { Random } from '../../../src/kernel/base/random.ts';
import type { Dataset } from '../../../src/kernel/data/dataset.ts';

const fieldCount = 6;
const values = 12;
export const truePair = { a: 1, b: 4 };

export function plantedData(rows: number, seed: number): Dataset {
  const random = new Random(seed, 'planted');
  const features = fieldCount * values;
  const shares = Array.from({ length: values }, (_, c) => 1 / (c + 1));
  const total = shares.reduce((sum, x) => sum + x, 0);
  const main = Array.from({ length: features }, () => random.normal());
  const pure = purePair(
    random,
    shares.map((x) => x / total),
  );
  const draw = () => {
    let left = random.uniform() * total;
    let c = 0;
    while (c < values - 1 && (left -= shares[c]) > 0) c++;
    return c;
  };
  const ids = new Int32Array(rows * fieldCount);
  const target = new Float32Array(rows);
  for (let r = 0; r < rows; r++) {
    const cells = Array.from({ length: fieldCount }, draw);
    cells.forEach((c, f) => {
      ids[r * fieldCount + f] = f * values + c;
    });
    target[r] = cells.reduce((sum, c, f) => sum + main[f * values + c], 0.3 * random.normal());
    target[r] += pure[cells[truePair.a]][cells[truePair.b]];
  }
  return {
    rows,
    features,
    fields: Array.from({ length: fieldCount }, (_, f) => ({ name: `f${f}`, offset: f * values, size: values })),
    rowStart: Int32Array.from({ length: rows + 1 }, (_, r) => r * fieldCount),
    ids,
    values: null,
    target,
    group: null,
    source: 'planted data',
  };
}

/** A random table of values x values whose means over rows and columns, weighted by the shares, are 0. */
function purePair(random: Random, shares: readonly number[]): number[][] {
  const table = shares.map(() => shares.map(() => random.normal()));
  const mean = (cells: readonly number[]) => cells.reduce((sum, x, c) => sum + shares[c] * x, 0);
  for (const row of table) {
    const m = mean(row);
    for (let c = 0; c < row.length; c++) row[c] -= m;
  }
  for (let c = 0; c < shares.length; c++) {
    const m = mean(table.map((row) => row[c]));
    for (const row of table) row[c] -= m;
  }
  return table;
}
