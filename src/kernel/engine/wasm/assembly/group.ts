/**
 * Grouping: the entries of a batch sorted by feature id (counting sort), so that each distinct feature's gradient is
 * summed in registers and its row updated once, without a gradient table and without atomics.
 */

import { No, Ones, Valued, valued, Yes, yes } from './vector';

/**
 * Grouped entries are their rows, and what the updates at the end of the step need besides: values where not all are 1
 * (`X`), and the entries' places in the batch where gradients lie by entry (`Places`).
 */
// @ts-expect-error: decorator
@inline
function grouped<X, Places>(rowStart: usize, rows: i32, ids: usize, values: usize, counts: usize, unique: usize, start: usize, groupRow: usize, groupEntry: usize, groupValue: usize): i32 {
  const entriesEnd = ids + ((<usize>load<i32>(rowStart + ((<usize>rows) << 2))) << 2);
  const found = groupRow; // free until the entries go there
  let last = found;
  for (let p = ids; p < entriesEnd; p += 4) {
    const id = load<i32>(p);
    const cell = counts + ((<usize>id) << 2);
    const seen = load<i32>(cell);
    store<i32>(last, id);
    last += (<usize>(seen == 0)) << 2;
    store<i32>(cell, seen + 1);
  }

  // Ids that occur once come first: then the updates' loops over an id's rows end when the processor expects it.
  let place = unique;
  let rest = start; // free until the groups' starts go there
  for (let p = found; p < last; p += 4) {
    const id = load<i32>(p);
    const isSingle = (<usize>(load<i32>(counts + ((<usize>id) << 2)) == 1)) << 2;
    store<i32>(place, id);
    store<i32>(rest, id);
    place += isSingle;
    rest += 4 - isSingle;
  }
  memory.copy(place, start, rest - start);
  place += rest - start;

  let total = 0;
  let s = start;
  for (let u = unique; u < place; u += 4) {
    const cell = counts + ((<usize>load<i32>(u)) << 2);
    const count = load<i32>(cell);
    store<i32>(s, total);
    store<i32>(cell, total);
    total += count;
    s += 4;
  }
  store<i32>(s, total);
  let entry: usize = 0;
  for (let r = 0; r < rows; r++) {
    rowStart += 4;
    for (const end = (<usize>load<i32>(rowStart)) << 2; entry < end; entry += 4) {
      const cell = counts + ((<usize>load<i32>(ids + entry)) << 2);
      const to = load<i32>(cell);
      store<i32>(cell, to + 1);
      const at = (<usize>to) << 2;
      store<i32>(groupRow + at, r);
      if (yes<Places>()) store<i32>(groupEntry + at, <i32>(entry >> 2));
      if (valued<X>()) store<f32>(groupValue + at, load<f32>(values + entry));
    }
  }
  for (let u = unique; u < place; u += 4) store<i32>(counts + ((<usize>load<i32>(u)) << 2), 0);
  return <i32>((place - unique) >> 2);
}

/**
 * @param ones whether all values are 1: groupValue is left as it is
 * @param rowStart rows + 1 entry offsets (i32)
 * @param ids, values entries of the batch
 * @param counts one i32 per feature, all 0 before and after
 * @param unique out: the distinct ids, those that occur once first; @param start out: their first grouped entry, one more at the end
 * @param groupRow, groupEntry, groupValue out: for each grouped entry its row, its place in the batch (unless 0), its value
 * @returns number of distinct ids
 */
export function group(ones: i32, rowStart: usize, rows: i32, ids: usize, values: usize, counts: usize, unique: usize, start: usize, groupRow: usize, groupEntry: usize, groupValue: usize): i32 {
  if (ones) {
    if (groupEntry) return grouped<Ones, Yes>(rowStart, rows, ids, values, counts, unique, start, groupRow, groupEntry, groupValue);
    return grouped<Ones, No>(rowStart, rows, ids, values, counts, unique, start, groupRow, groupEntry, groupValue);
  }
  if (groupEntry) return grouped<Valued, Yes>(rowStart, rows, ids, values, counts, unique, start, groupRow, groupEntry, groupValue);
  return grouped<Valued, No>(rowStart, rows, ids, values, counts, unique, start, groupRow, groupEntry, groupValue);
}
