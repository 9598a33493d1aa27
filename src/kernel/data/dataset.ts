/**
 * Rows in memory: compressed sparse rows in typed arrays, no object per row. Row r holds the entries
 * `rowStart[r] .. rowStart[r + 1]`; entry e is feature `ids[e]` with value `values[e]` (1 where `values` is null).
 */

import type { Field } from '../graph/graph.ts';
import type { Dictionary } from './dictionary.ts';
import type { FeatureMap } from './featureMap.ts';

export interface Dataset {
  readonly rows: number;
  /** Size of the feature id space n; every id is below it. */
  readonly features: number;
  /** Blocks of feature ids, empty when unknown (plain libFM files). */
  readonly fields: readonly Field[];
  /** rows + 1 offsets into `ids`. */
  readonly rowStart: Int32Array;
  readonly ids: Int32Array;
  /** null: every value is 1. */
  readonly values: Float32Array | null;
  readonly target: Float32Array;
  /** Group of each row (user, query) for GAUC, ranking metrics and pairwise losses. */
  readonly group: Int32Array | null;
  /** Where the rows came from, for messages and the run record: a file path or a generator's name. */
  readonly source: string;
  /** Under which terms the rows may be used, where whoever loaded them said so. */
  readonly terms?: string;
  /** What the reader left out or changed, where the rows came from a file. */
  readonly report?: ReadReport;
  /** The names of the features, where they are known. */
  readonly featureMap?: FeatureMap;
  /** How names become features, where the rows came through a schema. */
  readonly dictionary?: Dictionary;
}

/** What a reader did not take as it was. Never silent: data cards and run records show it. */
export interface ReadReport {
  /** Lines of the file, with blank lines and comments. */
  readonly lines: number;
  /** Broken rows left out (`onError: 'skip'`). */
  readonly skippedRows: number;
  /** Explicit zero values, which are no entries. */
  readonly zeros: number;
  /** Values added to an earlier one of the same feature in the same row. */
  readonly merged: number;
  /** The first of the messages about skipped rows. */
  readonly problems: readonly string[];
  /** Per field, where the rows came through a schema. */
  readonly fields?: readonly FieldCounts[];
}

/** What was noticed in the cells of a field: counts of cells (`missing`, `clipped`) and of values. */
export interface FieldCounts {
  readonly name: string;
  readonly missing: number;
  /** Values that the dictionary does not know. */
  readonly unseen: number;
  /** Repeated values of a list. */
  readonly merged: number;
  /** Numbers outside the training range of `minMax`. */
  readonly clipped: number;
}

/** The rows used for fitting, for choosing, and for the final figure. */
export interface Split {
  readonly train: Dataset;
  readonly validation?: Dataset;
  readonly test?: Dataset;
}

/** What an engine must make room for: the largest batch of `rows` rows that `datasets` can give. */
export interface Capacity {
  readonly rows: number;
  /** Entries (feature, value) in such a batch. */
  readonly entries: number;
  /** Pairs of entries of one row, summed over such a batch (attention works on pairs). */
  readonly pairs: number;
  /** Entries of the longest single row. */
  readonly longestRow: number;
}

export const entriesOf = (data: Dataset, row: number): number => data.rowStart[row + 1] - data.rowStart[row];

/** The most that any `rows` rows of the data sets can hold: the sum over their longest rows. */
export function capacityFor(datasets: readonly Dataset[], rows: number): Capacity {
  const counts = new Map<number, number>(); // row length -> number of rows, summed over data sets
  for (const data of datasets)
    for (let r = 0; r < data.rows; r++) {
      const length = entriesOf(data, r);
      counts.set(length, (counts.get(length) ?? 0) + 1);
    }
  const lengths = [...counts.keys()].sort((a, b) => b - a);
  let left = rows;
  let entries = 0;
  let pairs = 0;
  for (const length of lengths) {
    const taken = Math.min(left, counts.get(length)!);
    entries += taken * length;
    pairs += taken * ((length * (length - 1)) / 2);
    left -= taken;
  }
  return { rows, entries, pairs, longestRow: lengths[0] ?? 0 };
}

/** Smallest and largest target: the range that RMSE and MAE clip predictions to. */
export function targetRange(data: Dataset): readonly [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const y of data.target) {
    if (y < low) low = y;
    if (y > high) high = y;
  }
  return [low, high];
}

/** The rows `rows` of `data`, in that order, as a data set of their own. Counts per field, which were of all rows, go. */
export function takeRows(data: Dataset, rows: Int32Array): Dataset {
  const rowStart = new Int32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) rowStart[i + 1] = rowStart[i] + entriesOf(data, rows[i]);
  const ids = new Int32Array(rowStart[rows.length]);
  const values = data.values ? new Float32Array(ids.length) : null;
  const target = new Float32Array(rows.length);
  const group = data.group ? new Int32Array(rows.length) : null;
  for (let i = 0; i < rows.length; i++) {
    const from = data.rowStart[rows[i]];
    const to = data.rowStart[rows[i] + 1];
    ids.set(data.ids.subarray(from, to), rowStart[i]);
    if (values) values.set(data.values!.subarray(from, to), rowStart[i]);
    target[i] = data.target[rows[i]];
    if (group) group[i] = data.group![rows[i]];
  }
  const report = data.report && { ...data.report, fields: undefined };
  return { ...data, rows: rows.length, rowStart, ids, values, target, group, ...(report ? { report } : {}) };
}
