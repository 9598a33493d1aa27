/**
 * What a schema learns from rows: a block of feature ids per field, the vocabularies, the statistics of numbers.
 * Plain frozen JSON, saved with a model so that single rows can be predicted by field names.
 */

import { type Field, freeze } from '../graph/graph.ts';
import { CellFault, type TextFieldSpec, valuesOfCell } from './cell.ts';
import { DataError, Problems, quote } from './errors.ts';
import { type FeatureMap, hashedValue } from './featureMap.ts';
import { bucketNames, fitScale, type Scale } from './numericTransform.ts';
import type { FieldSpec, NumericSpec, Schema } from './schema.ts';
import { columnOf, numbersOf, type Table, type TextColumn } from './table.ts';

export interface DictionaryField extends Field {
  readonly spec: FieldSpec;
  /** Values of the ids in order, as in a feature map. */
  readonly values: readonly string[];
  /** The id that rare and unseen values take, null if they are left out instead: an unknown id never trained. */
  readonly unknownId: number | null;
  /** What a numeric field learnt. */
  readonly scale: Scale | null;
}

export interface Dictionary<Name extends string = string> {
  readonly version: 1;
  readonly schema: Schema<Name>;
  /** Number of feature ids n. */
  readonly features: number;
  readonly fields: readonly DictionaryField[];
}

/** The value that stands for the unknown id of a field. */
const unknownValue = '?';

/**
 * Learns the dictionary of a schema.
 * @param rows the rows to learn from, in any order (default all): the training rows, unless the schema says `all`
 * @throws DataError
 */
export function fitDictionary<Name extends string>(
  schema: Schema<Name>,
  table: Table,
  rows?: Int32Array,
): Dictionary<Name> {
  const inFileOrder = rows ? rows.slice().sort() : Int32Array.from({ length: table.rows }, (_, row) => row);
  const fields: DictionaryField[] = [];
  let offset = 0;
  for (const spec of schema.fields) {
    const learnt = fitField(spec, table, inFileOrder, schema.order);
    const size = spec.kind === 'hashed' ? spec.buckets : learnt.values.length;
    if (size === 0)
      throw new DataError(
        `field ${quote(spec.name)}: expected at least one value in the training rows, got none; leave it out`,
      );
    const { unknown, ...rest } = learnt;
    fields.push({ name: spec.name, offset, size, spec, ...rest, unknownId: unknown ? offset + size - 1 : null });
    offset += size;
  }
  if (offset > 0x7fffffff)
    throw new DataError(`expected up to 2147483647 features, got ${offset}; use minCount or hashed()`);
  return freeze({ version: 1, schema, features: offset, fields });
}

/** The feature map of a dictionary: its canonical text and its hash are those of this. */
export function featureMapOf(dictionary: Dictionary): FeatureMap {
  return {
    features: dictionary.features,
    fields: dictionary.fields.map(({ name, offset, size }) => ({ name, offset, size })),
    values: dictionary.fields.map(({ values }) => values),
  };
}

interface Learnt {
  readonly values: readonly string[];
  readonly unknown: boolean;
  readonly scale: Scale | null;
}

function fitField(spec: Schema['fields'][number], table: Table, rows: Int32Array, order: Schema['order']): Learnt {
  const column = spec.column ?? spec.name;
  if (spec.kind === 'numeric') return fitNumeric(spec.name, spec, numbersOf(table, column), rows);
  const cells = columnOf(table, column);
  if (cells.kind === 'number')
    throw new DataError(
      `${table.source}: expected column ${quote(column)} as text for field ${quote(spec.name)}, got it read as numbers; ` +
        'leave it out of "numbers"',
    );
  if (spec.kind === 'hashed') return { values: [hashedValue(spec.buckets)], unknown: false, scale: null };
  const counts = countValues(spec.name, spec, table, cells, rows);
  const kept = [...counts].filter(([, count]) => count >= spec.minCount).map(([value]) => value);
  if (order === 'sorted') kept.sort();
  // Without rare values nothing would ever train the unknown id, so unseen values are better left out.
  const trained = kept.length < counts.size;
  return { values: spec.unknown ? [...kept, unknownValue] : kept, unknown: spec.unknown && trained, scale: null };
}

function fitNumeric(name: string, spec: NumericSpec, numbers: Float64Array, rows: Int32Array): Learnt {
  const scale = fitScale(
    name,
    spec,
    Float64Array.from(rows, (row) => numbers[row]),
  );
  const values = spec.buckets === null ? ['*'] : bucketNames(scale.borders);
  return { values: spec.missing === 'indicator' ? [...values, ''] : values, unknown: false, scale };
}

/** Rows per value, in order of first appearance. Each distinct cell is looked at once. */
function countValues(name: string, spec: TextFieldSpec, table: Table, cells: TextColumn, rows: Int32Array) {
  const rowsOfCode = new Map<number, number>();
  for (const row of rows) rowsOfCode.set(cells.codes[row], (rowsOfCode.get(cells.codes[row]) ?? 0) + 1);
  const counts = new Map<string, number>();
  const problems = new Problems(table.source);
  for (const [code, count] of rowsOfCode)
    try {
      const { weights } = valuesOfCell(spec, code < 0 ? null : cells.values[code]);
      for (const value of weights.keys()) counts.set(value, (counts.get(value) ?? 0) + count);
    } catch (error) {
      if (!(error instanceof CellFault)) throw error;
      problems.add(
        table.lines[rows.find((row) => cells.codes[row] === code)!],
        0,
        `field ${quote(name)}: ${error.message}`,
      );
    }
  problems.throwIfAny();
  return counts;
}
