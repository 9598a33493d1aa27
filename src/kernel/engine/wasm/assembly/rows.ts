/** Batches, put together from a data set whose rows lie in memory as records of one length (../residentRows.ts). */

import { keep } from './readAhead';

/**
 * Copies rows into the batch. Entries go four at a time, so up to three more than a row has are read and written; the
 * next row writes over them, and the batch's buffers have room for the last one's. The records are read once before:
 * with nothing else in between, their cache misses overlap.
 * @param order `count` row numbers; @param total rows of the data set; @param length entries of each
 * @param records of `recordBytes` bytes: ids, values if `valued`, target
 * @param rowStart, ids, values, targets out; values stay as they are unless `valued`
 * @returns -1, or the place in `order` of a number that is no row
 */
export function takeRows(
  order: usize,
  count: i32,
  total: i32,
  length: i32,
  valued: i32,
  records: usize,
  recordBytes: i32,
  rowStart: usize,
  ids: usize,
  values: usize,
  targets: usize,
): i32 {
  const bytes = (<usize>length) << 2;
  const target = valued ? bytes << 1 : bytes;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const row = load<u32>(order + ((<usize>i) << 2));
    if (row >= <u32>total) return i; // a negative one is large here
    const record = records + <usize>row * recordBytes;
    sum += load<i32>(record) + load<i32>(record + target);
  }
  keep(sum);
  for (let i = 0; i < count; i++) {
    const at = (<usize>i) << 2;
    const row = load<u32>(order + at);
    const record = records + <usize>row * recordBytes;
    for (let e: usize = 0; e < bytes; e += 16) v128.store(ids + e, v128.load(record + e));
    if (valued) for (let e: usize = 0; e < bytes; e += 16) v128.store(values + e, v128.load(record + bytes + e));
    store<f32>(targets + at, load<f32>(record + target));
    store<i32>(rowStart + at, i * length);
    ids += bytes;
    values += bytes;
  }
  store<i32>(rowStart + ((<usize>count) << 2), count * length);
  return -1;
}
