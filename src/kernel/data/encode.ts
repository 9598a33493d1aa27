/** Cells to feature ids and values by a dictionary: whole tables, and single rows by field names. */

import { nearest } from '../base/options.ts';
import { CellFault } from './cell.ts';
import { type CellEntries, cellEncoder } from './cellEncoder.ts';
import type { Dataset, FieldCounts } from './dataset.ts';
import { type Dictionary, type DictionaryField, featureMapOf } from './dictionary.ts';
import { DataError, Problems, quote } from './errors.ts';
import { type FeatureMap, featureName } from './featureMap.ts';
import { Growing } from './growing.ts';
import { columnOf, numbersOf, type Table } from './table.ts';

/**
 * The rows of a table as a data set. Values that the dictionary does not know take the field's unknown id or are left
 * out; `report.fields` counts them.
 * @param rows the rows to take, in order; default all
 * @throws DataError with the lines of the cells that cannot be encoded
 */
export function encode(table: Table, dictionary: Dictionary, rows?: Int32Array): Dataset {
  const chosen = rows ?? Int32Array.from({ length: table.rows }, (_, row) => row);
  const problems = new Problems(table.source);
  const target = encodeTarget(table, dictionary, chosen, problems);
  const columns = dictionary.fields.map((field) => cellsOf(table, field));
  const counts = dictionary.fields.map(({ name }) => ({ name, missing: 0, unseen: 0, merged: 0, clipped: 0 }));
  const rowStart = new Int32Array(chosen.length + 1);
  const ids = new Growing<Int32Array>(Int32Array);
  const values = new Growing<Float32Array>(Float32Array);
  let allOnes = true;
  let zeros = 0;
  for (const [i, row] of chosen.entries()) {
    for (const [f, cells] of columns.entries()) {
      const entries = cells(row, problems);
      if (entries === null) continue;
      const count = counts[f];
      count.missing += entries.missing ? 1 : 0;
      count.unseen += entries.unseen;
      count.merged += entries.merged;
      count.clipped += entries.clipped ? 1 : 0;
      for (let e = 0; e < entries.ids.length; e++) {
        const value = Math.fround(entries.values[e]);
        if (value === 0) {
          zeros++;
          continue;
        }
        if (value !== 1) allOnes = false;
        ids.push(entries.ids[e]);
        values.push(value);
      }
    }
    rowStart[i + 1] = ids.length;
  }
  problems.throwIfAny();
  const merged = counts.reduce((sum, field) => sum + field.merged, 0);
  return {
    rows: chosen.length,
    features: dictionary.features,
    fields: featureMapOf(dictionary).fields,
    rowStart,
    ids: ids.join(),
    values: allOnes ? null : values.join(),
    target,
    group: null,
    source: table.source,
    report: { lines: table.rows, skippedRows: 0, zeros, merged, problems: [], fields: counts satisfies FieldCounts[] },
    dictionary,
    featureMap: featureMapOf(dictionary),
  };
}

/** One row of a data set, by names. */
export interface EncodedRow {
  readonly ids: Int32Array;
  readonly values: Float32Array;
  /** Fields with values that the dictionary does not know. */
  readonly unseen: readonly string[];
}

/**
 * One row by field names, for prediction. Fields not named are missing.
 * @param row a text, number or boolean per field; for lists also an array, or an object `{ value: weight }`
 * @throws DataError for an unknown field or a cell that cannot be encoded
 */
export function encodeRow(dictionary: Dictionary, row: Readonly<Record<string, unknown>>): EncodedRow {
  const names = dictionary.fields.map(({ name }) => name);
  for (const name of Object.keys(row)) {
    if (names.includes(name)) continue;
    const near = nearest(name, names);
    throw new DataError(
      `expected the fields ${names.join(', ')}, got ${quote(name)}; ${near ? `did you mean ${quote(near)}?` : 'leave it out'}`,
    );
  }
  const ids: number[] = [];
  const values: number[] = [];
  const unseen: string[] = [];
  for (const field of dictionary.fields) {
    const entries = inField(field, () => cellEncoder(field)(row[field.name]));
    for (const [e, id] of entries.ids.entries())
      if (Math.fround(entries.values[e]) !== 0) {
        ids.push(id);
        values.push(entries.values[e]);
      }
    if (entries.unseen > 0) unseen.push(field.name);
  }
  return { ids: Int32Array.from(ids), values: Float32Array.from(values), unseen };
}

/** One entry of a row by names: `value` is `*` for a numeric field, whose transformed number is `x`. */
export interface NamedEntry {
  readonly field: string;
  readonly value: string;
  readonly x: number;
}

/** The entries of a row by field names, in the order of `ids`. `values` null means that every x is 1. */
export const decodeRow = (map: FeatureMap, ids: Int32Array, values: Float32Array | null = null): NamedEntry[] =>
  Array.from(ids, (id, e) => ({ ...featureName(map, id), x: values ? values[e] : 1 }));

function inField<T>(field: DictionaryField, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof CellFault)) throw error;
    throw new DataError(`field ${quote(field.name)}: ${error.message}`);
  }
}

/** The entries of a field by table row; each distinct text is encoded once. Null where the cell is a problem. */
function cellsOf(table: Table, field: DictionaryField) {
  const name = field.spec.column ?? field.name;
  const encoder = cellEncoder(field);
  const tryCell = (cell: unknown, row: number, problems: Problems): CellEntries | null => {
    try {
      return encoder(cell);
    } catch (error) {
      if (!(error instanceof CellFault)) throw error;
      problems.add(table.lines[row], 0, `field ${quote(field.name)}: ${error.message}`);
      return null;
    }
  };
  if (field.spec.kind === 'numeric') {
    const numbers = numbersOf(table, name);
    return (row: number, problems: Problems) =>
      tryCell(Number.isNaN(numbers[row]) ? null : numbers[row], row, problems);
  }
  const column = columnOf(table, name);
  if (column.kind === 'number')
    throw new DataError(`${table.source}: expected column ${quote(name)} as text, got it read as numbers`);
  const known: (CellEntries | null | undefined)[] = new Array(column.values.length + 1);
  return (row: number, problems: Problems) => {
    const code = column.codes[row] + 1;
    const entries = known[code];
    if (entries) return entries;
    return (known[code] = tryCell(code === 0 ? null : column.values[code - 1], row, problems));
  };
}

function encodeTarget(table: Table, dictionary: Dictionary, rows: Int32Array, problems: Problems): Float32Array {
  const { column, positiveAbove } = dictionary.schema.target;
  const numbers = numbersOf(table, column);
  return Float32Array.from(rows, (row) => {
    const y = numbers[row];
    if (Number.isNaN(y))
      problems.add(table.lines[row], 0, `expected a target in column ${quote(column)}, got an empty cell; fill it`);
    return positiveAbove === null ? y : y > positiveAbove ? 1 : -1;
  });
}
