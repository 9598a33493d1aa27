/** Fields of data sets that are already ids: field blocks from the position in the row, groups from a field's ids. */

import { nearest } from '../base/options.ts';
import type { Field } from '../graph/graph.ts';
import { type Dataset, entriesOf } from './dataset.ts';
import { DataError, quote } from './errors.ts';

/**
 * Derives the fields of libFM data without a feature map: position p in every row is field p. Ids between the ranges
 * of two positions belong to the earlier one.
 * @param datasets all splits of one data set
 * @param names default `field1`, `field2`, ...
 * @throws DataError if rows differ in length, or the positions' id ranges overlap or are out of order
 */
export function fieldsFromPosition(datasets: readonly Dataset[], names?: readonly string[]): Dataset[] {
  const positions = entriesOf(datasets[0], 0);
  const low = new Array<number>(positions).fill(Infinity);
  const high = new Array<number>(positions).fill(-1);
  for (const data of datasets)
    for (let row = 0; row < data.rows; row++) {
      if (entriesOf(data, row) !== positions)
        throw refuse(
          data,
          `expected ${positions} features in every row, got ${entriesOf(data, row)} in row ${row}`,
          'use a feature map',
        );
      for (let p = 0; p < positions; p++) {
        const id = data.ids[data.rowStart[row] + p];
        if (id < low[p]) low[p] = id;
        if (id > high[p]) high[p] = id;
      }
    }
  for (let p = 1; p < positions; p++)
    if (low[p] <= high[p - 1])
      throw refuse(
        datasets[0],
        `expected the ids of each position above those of the position before, got ${low[p]} to ${high[p]} at position ` +
          `${p + 1} after ${low[p - 1]} to ${high[p - 1]}`,
        'the position is no field here, use a feature map',
      );
  if (positions === 0) throw refuse(datasets[0], 'expected features in every row, got none', 'check the file');
  if (names && names.length !== positions)
    throw refuse(datasets[0], `expected ${positions} field names, got ${names.length}`, 'name each position');
  const offsets = low.map((id, p) => (p === 0 ? 0 : id));
  const fields: Field[] = offsets.map((offset, p) => ({
    name: names?.[p] ?? `field${p + 1}`,
    offset,
    size: (offsets[p + 1] ?? datasets[0].features) - offset,
  }));
  return datasets.map((data) => ({ ...data, fields }));
}

/** The field of this name. @throws DataError naming the fields there are */
export function fieldOf(data: Dataset, name: string): Field {
  const field = data.fields.find((f) => f.name === name);
  if (field) return field;
  const names = data.fields.map((f) => f.name);
  const near = nearest(name, names);
  throw refuse(
    data,
    `expected a field ${quote(name)}, got ${names.length ? `the fields ${names.join(', ')}` : 'rows without fields'}`,
    near ? `did you mean ${quote(near)}?` : names.length ? 'name one of them' : 'give a feature map or a schema',
  );
}

/**
 * For each row the position in `ids` of its one entry in a field, -1 if it has none.
 * @throws DataError if a row has several
 */
export function entriesInField(data: Dataset, name: string): Int32Array {
  const field = fieldOf(data, name);
  const end = field.offset + field.size;
  const found = new Int32Array(data.rows).fill(-1);
  for (let row = 0; row < data.rows; row++)
    for (let e = data.rowStart[row]; e < data.rowStart[row + 1]; e++) {
      if (data.ids[e] < field.offset || data.ids[e] >= end) continue;
      if (found[row] >= 0)
        throw refuse(
          data,
          `expected one value of field ${quote(name)} in each row, got several in row ${row}`,
          'name another field',
        );
      found[row] = e;
    }
  return found;
}

/**
 * The data set with groups by a field, for example by user for GAUC: the group of a row is the number of its value in
 * the field (id - offset), -1 for rows without one.
 * @throws DataError for an unknown field, or one with several values in a row
 */
export function groupByField(data: Dataset, name: string): Dataset {
  const { offset } = fieldOf(data, name);
  return { ...data, group: entriesInField(data, name).map((e) => (e < 0 ? -1 : data.ids[e] - offset)) };
}

const refuse = (data: Dataset, what: string, next: string): DataError =>
  new DataError(`${data.source}: ${what}; ${next}`, data.source);
