/**
 * Grouping: the entries of a batch sorted by feature id (counting sort), so that each distinct feature's gradient is
 * summed in registers and its row updated once, without a gradient table and without atomics.
 */

/**
 * @param rowStart rows + 1 entry offsets (i32)
 * @param ids, values entries of the batch
 * @param counts one i32 per feature, all 0 before and after
 * @param unique out: the distinct ids; @param start out: their first grouped entry, one more at the end
 * @param groupRow, groupEntry, groupValue out: for each grouped entry its row, its place in the batch, its value
 * @returns number of distinct ids
 */
export function group(
  rowStart: usize,
  rows: i32,
  ids: usize,
  values: usize,
  counts: usize,
  unique: usize,
  start: usize,
  groupRow: usize,
  groupEntry: usize,
  groupValue: usize,
): i32 {
  const entriesEnd = ids + ((<usize>load<i32>(rowStart + ((<usize>rows) << 2))) << 2);
  let last = unique;
  for (let p = ids; p < entriesEnd; p += 4) {
    const id = load<i32>(p);
    const cell = counts + ((<usize>id) << 2);
    const seen = load<i32>(cell);
    store<i32>(last, id);
    last += (<usize>(seen == 0)) << 2;
    store<i32>(cell, seen + 1);
  }
  let total = 0;
  let s = start;
  for (let u = unique; u < last; u += 4) {
    const cell = counts + ((<usize>load<i32>(u)) << 2);
    const count = load<i32>(cell);
    store<i32>(s, total);
    store<i32>(cell, total);
    total += count;
    s += 4;
  }
  store<i32>(s, total);
  let entry = 0;
  for (let r = 0; r < rows; r++) {
    const end = load<i32>(rowStart + ((<usize>(r + 1)) << 2));
    for (; entry < end; entry++) {
      const cell = counts + ((<usize>load<i32>(ids + ((<usize>entry) << 2))) << 2);
      const place = load<i32>(cell);
      store<i32>(cell, place + 1);
      const at = (<usize>place) << 2;
      store<i32>(groupRow + at, r);
      store<i32>(groupEntry + at, entry);
      store<f32>(groupValue + at, load<f32>(values + ((<usize>entry) << 2)));
    }
  }
  for (let u = unique; u < last; u += 4) store<i32>(counts + ((<usize>load<i32>(u)) << 2), 0);
  return <i32>((last - unique) >> 2);
}

/**
 * Reads one word of every cache line of the rows `unique` of a table. WebAssembly has no prefetch; back to back these
 * misses overlap, which pays while the batch's rows stay in the second-level cache.
 */
export function touch(unique: usize, count: i32, table: usize, rowBytes: i32, sink: usize): void {
  let sum = 0;
  for (let u = unique, end = unique + ((<usize>count) << 2); u < end; u += 4) {
    let p = table + <usize>load<i32>(u) * rowBytes;
    for (const e = p + rowBytes; p < e; p += 64) sum += load<i32>(p);
  }
  store<i32>(sink, sum); // keeps the loop alive
}
