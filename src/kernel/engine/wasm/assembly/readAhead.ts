/**
 * Reading ahead. WebAssembly has no prefetch, and a row that comes from far away holds up all that stands behind it:
 * the processor looks a few hundred instructions ahead, which is less than the work on one wide row. So one word of
 * each cache line is read before, with nothing else in between; these misses overlap.
 */

/** Rows from this many bytes on are wide: worth reading ahead each time. */
export const wide = 512;

/** Written and never read. An instance's own, so threads do not share it. */
let sink = 0;

/** Keeps a loop of reads alive, of which `sum` is the outcome. */
export function keep(sum: i32): void {
  sink = sum;
}

// @ts-expect-error: decorator
@inline
function sumOfLines(from: usize, bytes: usize): i32 {
  let sum = 0;
  for (const end = from + bytes; from < end; from += 64) sum += load<i32>(from);
  return sum;
}

/** Bytes that lie together. */
export function readAhead(from: usize, bytes: usize): void {
  keep(sumOfLines(from, bytes));
}

/** The rows `ids` (`count` i32s) of a table. */
export function touch(ids: usize, count: i32, table: usize, rowBytes: i32): void {
  let sum = 0;
  for (let p = ids, end = ids + ((<usize>count) << 2); p < end; p += 4)
    sum += sumOfLines(table + <usize>load<i32>(p) * rowBytes, rowBytes);
  keep(sum);
}

/** How many ids' rows are read ahead at once: with their entries they stay in the second-level cache. */
export const idsAhead = 16;
/** Entries of one id that are read ahead. */
const entriesAhead = 8;

/**
 * What `updatePooled` needs for the ids `unique[u .. end)` of its thread: their rows of the table and of the first slot
 * (unless 0), and their entries' rows of S and D.
 */
export function readAheadUpdate(unique: usize, u: i32, end: i32, start: usize, groupRow: usize, table: usize, s: usize, bytes: i32, S: usize, D: usize, ld: i32, thread: i32, threads: i32): void {
  let sum = 0;
  for (; u < end; u++) {
    const id = load<i32>(unique + (<usize>u << 2));
    if (threads > 1 && id % threads != thread) continue;
    const row = <usize>id * bytes;
    sum += sumOfLines(table + row, bytes);
    if (s) sum += sumOfLines(s + row, bytes);
    const from = load<i32>(start + (<usize>u << 2));
    const to = min(load<i32>(start + (<usize>u << 2), 4), from + entriesAhead);
    for (let e = from; e < to; e++) {
      const o = <usize>(load<i32>(groupRow + (<usize>e << 2)) * ld);
      sum += sumOfLines(S + o, bytes) + sumOfLines(D + o, bytes);
    }
  }
  keep(sum);
}
