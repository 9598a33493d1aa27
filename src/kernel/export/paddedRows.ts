/** Rows in the shape that exported models take: as many slots in every row, the rest filled with id 0 and value 0. */

import { Random } from '../base/random.ts';
import { type Dataset, entriesOf } from '../data/dataset.ts';
import { datasetOfRows } from '../data/rows.ts';
import { type Graph, inputOf } from '../graph/graph.ts';

export interface PaddedRows {
  readonly rows: number;
  /** Entries of the longest row, at least 1. */
  readonly slots: number;
  /** [rows, slots], row by row. */
  readonly ids: Int32Array;
  readonly values: Float32Array;
}

export function padded(data: Dataset): PaddedRows {
  let slots = 1;
  for (let row = 0; row < data.rows; row++) slots = Math.max(slots, entriesOf(data, row));
  const ids = new Int32Array(data.rows * slots);
  const values = new Float32Array(data.rows * slots);
  for (let row = 0; row < data.rows; row++) {
    const [from, to] = [data.rowStart[row], data.rowStart[row + 1]];
    ids.set(data.ids.subarray(from, to), row * slots);
    if (data.values) values.set(data.values.subarray(from, to), row * slots);
    else values.fill(1, row * slots, row * slots + to - from);
  }
  return { rows: data.rows, slots, ids, values };
}

/**
 * Rows of chance for a model, the same for the same graph: an empty one, missing fields, several values of a field, and
 * values other than 1. An exported model is checked on them against this program's predictions.
 */
export function sampleRows(graph: Graph, rows: number): Dataset {
  const { features, fields } = inputOf(graph).attributes;
  const random = new Random(2016, 'sample rows');
  const blocks = fields.filter(({ size }) => size > 0);
  const drawn = Array.from({ length: rows }, (_, row) => {
    const ids = new Set<number>();
    if (row > 0 && blocks.length > 0)
      for (const { offset, size } of blocks)
        for (let more = random.uniform() < 0.9; more; more = random.uniform() < 0.2)
          ids.add(offset + random.below(size));
    else if (row > 0) for (let left = 1 + random.below(10); left > 0; left--) ids.add(random.below(features));
    const values = Array.from(ids, () => (random.uniform() < 0.7 ? 1 : 0.5 + random.uniform()));
    return { ids: [...ids], values };
  });
  return datasetOfRows(drawn, { features, fields });
}
