/** The two workloads of the speed comparison, and where their rows come from. */

import { join } from 'node:path';
import { Random } from '../../src/kernel/base/random.ts';
import type { Dataset } from '../../src/kernel/data/dataset.ts';
import { readLibfm } from '../../src/kernel/data/libfm.ts';

export interface Workload {
  readonly name: 'W1' | 'W2';
  readonly what: string;
  readonly data: Dataset;
  readonly factors: number;
  readonly batch: number;
}

function dataset(source: string, features: number, fields: number, ids: Int32Array, target: Float32Array): Dataset {
  const rowStart = Int32Array.from({ length: target.length + 1 }, (_, r) => r * fields);
  return { rows: target.length, features, fields: [], rowStart, ids, values: null, target, group: null, source };
}

/** Draws from 0 .. n-1 with probability proportional to (rank + 10)^-exponent, ranks in a random order. */
function zipf(n: number, exponent: number, random: Random): () => number {
  const cumulative = new Float64Array(n);
  let total = 0;
  for (let i = 0; i < n; i++) cumulative[i] = total += (i + 10) ** -exponent;
  const names = random.shuffle(Int32Array.from({ length: n }, (_, i) => i));
  return () => {
    const u = random.uniform() * total;
    let [low, high] = [0, n - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulative[middle] < u) low = middle + 1;
      else high = middle;
    }
    return names[low];
  };
}

const frappeSizes = [957, 4082, 7, 7, 2, 3, 2, 9, 80, 233];

/**
 * W1: NFM-1 at the size of Frappe, 10 fields, 5,382 features, K = hidden = 64, batch 128, 202,027 rows: the real rows
 * where the shared files are, else rows with the same field sizes.
 */
export async function frappeSized(sharedData: string | null): Promise<Workload> {
  const size = { name: 'W1', factors: 64, batch: 128 } as const;
  if (sharedData) {
    const data = await readLibfm(join(sharedData, 'frappe', 'frappe.train.libfm'), { features: 5382 });
    return { ...size, data, what: 'Frappe, K 64, batch 128' };
  }
  const random = new Random(1, 'W1');
  let offset = 0;
  const fields = frappeSizes.map((n) => {
    const draw = zipf(n, 1, random);
    const from = offset;
    offset += n;
    return () => from + draw();
  });
  const rows = 202_027;
  const ids = Int32Array.from({ length: rows * 10 }, (_, e) => fields[e % 10]());
  const target = Float32Array.from({ length: rows }, () => (random.below(3) === 0 ? 1 : -1));
  return {
    ...size,
    data: dataset('generated rows of the size of Frappe', 5382, 10, ids, target),
    what: 'Frappe-sized, K 64, batch 128',
  };
}

/** W2: 3 fields, 90,445 features, K = hidden = 256, batch 4096, 1,404,801 generated rows: one tag of a user on an item, two others. */
export function tagSized(): Workload {
  const random = new Random(1, 'W2');
  const [users, items, tags] = [17_045, 23_743, 49_657];
  const [user, item, tag] = [zipf(users, 1, random), zipf(items, 0.9, random), zipf(tags, 1, random)];
  const rows = 1_404_801;
  const ids = new Int32Array(rows * 3);
  const target = new Float32Array(rows);
  for (let r = 0, u = 0, i = 0; r < rows; r++) {
    const positive = r % 3 === 0;
    if (positive) [u, i] = [user(), item()];
    ids.set([u, users + i, users + items + (positive ? tag() : random.below(tags))], 3 * r);
    target[r] = positive ? 1 : -1;
  }
  return {
    name: 'W2',
    what: 'tag-sized, K 256, batch 4096',
    factors: 256,
    batch: 4096,
    data: dataset('generated tag rows', 90_445, 3, ids, target),
  };
}
