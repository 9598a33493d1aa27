/** A data set as canonical libFM text: what `writeLibfm` writes and what split hashes are taken of. */

import { type Dataset, entriesOf } from './dataset.ts';
import { DataError } from './errors.ts';

const pieceLength = 1 << 16;

/**
 * The rows of `data` as libFM lines (indices ascending, shortest numbers, LF), in pieces of many lines.
 * @param groups write `qid:` where the data set has groups
 * @throws DataError if a number is not finite
 */
export function* libfmLines(data: Dataset, groups: boolean): Generator<string, void, undefined> {
  let piece = '';
  for (let row = 0; row < data.rows; row++) {
    piece += shortest(data.target[row], data, row);
    if (groups && data.group) piece += ` qid:${groupOf(data.group[row], data, row)}`;
    for (const e of ascendingEntries(data, row))
      piece += ` ${data.ids[e]}:${data.values ? shortest(data.values[e], data, row) : '1'}`;
    piece += '\n';
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

/** The positions of a row's entries, ordered by feature id. */
function ascendingEntries(data: Dataset, row: number): Iterable<number> {
  const { ids, rowStart } = data;
  const entries = Array.from({ length: entriesOf(data, row) }, (_, i) => rowStart[row] + i);
  return entries.sort((a, b) => ids[a] - ids[b]);
}

function shortest(value: number, data: Dataset, row: number): string {
  if (!Number.isFinite(value))
    throw new DataError(
      `${data.source}: expected finite numbers to write, got ${value} in row ${row}; remove or mend the row`,
      data.source,
    );
  return shortestFloat32(value);
}

function groupOf(group: number, data: Dataset, row: number): number {
  if (group >= 0) return group;
  throw new DataError(
    `${data.source}: expected a group from 0 to write as qid, got ${group} in row ${row}; write with groups: false`,
    data.source,
  );
}

/** The shortest decimal text that reads back to the same float32 `value`. */
export function shortestFloat32(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return Object.is(value, -0) ? '-0' : String(value);
  for (let digits = 1; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return String(rounded);
  }
  return String(Number(value.toPrecision(9))); // 9 digits always suffice
}
