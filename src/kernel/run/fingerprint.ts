/** Hashes that tell whether two runs saw the same rows. */

import { createHash } from 'node:crypto';
import type { Dataset } from '../data/dataset.ts';

const bytes = (a: Int32Array | Float32Array): Uint8Array => new Uint8Array(a.buffer, a.byteOffset, a.byteLength);

// A data set never changes, and every checkpoint asks.
const known = new WeakMap<Dataset, string>();

/** SHA-256 (first 16 hexadecimal digits) of the rows: ids, values, targets and groups, in their order. */
export function fingerprint(data: Dataset): string {
  const before = known.get(data);
  if (before) return before;
  const hash = createHash('sha256').update(`${data.rows} ${data.features} ${!!data.values} ${!!data.group}\n`);
  for (const part of [data.rowStart, data.ids, data.values, data.target, data.group])
    if (part) hash.update(bytes(part));
  const digits = hash.digest('hex').slice(0, 16);
  known.set(data, digits);
  return digits;
}
