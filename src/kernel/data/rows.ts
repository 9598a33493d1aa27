/** Single rows as users write them, by field names or feature ids, as a small data set. */

import { nearest } from '../base/options.ts';
import type { Field } from '../graph/graph.ts';
import type { Dataset } from './dataset.ts';
import { type EncodedRow, encodeRow } from './encode.ts';
import { DataError, quote } from './errors.ts';
import type { FeatureMap } from './featureMap.ts';

/** A row: values by field name, feature ids (each with value 1), or ids with their values. */
export type Row =
  | Readonly<Record<string, unknown>>
  | readonly number[]
  | { readonly ids: readonly number[]; readonly values: readonly number[] };

/** What gives rows their ids: the names of a data set, and the fields and feature count of a model. */
export interface RowSpace extends Pick<Dataset, 'dictionary' | 'featureMap'> {
  readonly features: number;
  readonly fields: readonly Field[];
}

/**
 * Rows without targets as a data set. A value that the dictionary or feature map does not know is left out, as when
 * files are encoded.
 * @throws DataError naming the row, for names where none are known, an unknown field, or an id that is no feature
 */
export function datasetOfRows(rows: readonly Row[], space: RowSpace): Dataset {
  const encoded = rows.map((row, r) => {
    try {
      return encodedRow(row, space);
    } catch (error) {
      throw error instanceof DataError ? new DataError(`row ${r}: ${error.message}`) : error;
    }
  });
  const rowStart = new Int32Array(rows.length + 1);
  for (const [r, { ids }] of encoded.entries()) rowStart[r + 1] = rowStart[r] + ids.length;
  const ids = new Int32Array(rowStart[rows.length]);
  const values = new Float32Array(ids.length);
  for (const [r, row] of encoded.entries()) {
    ids.set(row.ids, rowStart[r]);
    values.set(row.values, rowStart[r]);
  }
  return {
    rows: rows.length,
    features: space.features,
    fields: space.fields,
    ...{ rowStart, ids, values },
    target: new Float32Array(rows.length),
    group: null,
    source: 'rows to predict',
  };
}

/**
 * One row as entries, in the order in which files are encoded, without zero values, which are no entries.
 * @throws DataError for names where none are known, an unknown field, or an id that is no feature
 */
export function encodedRow(row: Row, space: RowSpace): EncodedRow {
  if (Array.isArray(row)) return byIds(row, new Array(row.length).fill(1), space.features);
  const { ids, values } = row as { readonly ids?: unknown; readonly values?: unknown };
  if (Array.isArray(ids) && Array.isArray(values)) return byIds(ids, values, space.features);
  const named = row as Readonly<Record<string, unknown>>;
  if (space.dictionary) return encodeRow(space.dictionary, named);
  if (space.featureMap) return byNames(space.featureMap, named);
  throw new DataError(
    'expected feature ids such as [3, 17], got names, and the model was trained on rows without names; ' +
      'load the data with a schema or a feature map',
  );
}

function byIds(ids: readonly number[], values: readonly number[], features: number): EncodedRow {
  for (const id of ids)
    if (!Number.isInteger(id) || id < 0 || id >= features)
      throw new DataError(`expected feature ids from 0 to ${features - 1}, got ${id}`);
  if (values.length !== ids.length || !values.every(Number.isFinite))
    throw new DataError(`expected ${ids.length} finite values, one per id, got [${values.join(', ')}]`);
  const entries = ids.map((id, e) => [id, Math.fround(values[e])] as const).filter(([, value]) => value !== 0);
  return {
    ids: Int32Array.from(entries, ([id]) => id),
    values: Float32Array.from(entries, ([, value]) => value),
    unseen: [],
  };
}

/** By the values that a feature map lists; a field named `*` there takes a number. */
function byNames(map: FeatureMap, row: Readonly<Record<string, unknown>>): EncodedRow {
  const names = map.fields.map(({ name }) => name);
  for (const name of Object.keys(row))
    if (!names.includes(name)) {
      const near = nearest(name, names);
      throw new DataError(
        `expected the fields ${names.join(', ')}, got ${quote(name)}; ${near ? `did you mean ${quote(near)}?` : 'leave it out'}`,
      );
    }
  const ids: number[] = [];
  const values: number[] = [];
  const unseen: string[] = [];
  for (const [f, { name, offset }] of map.fields.entries()) {
    const value = row[name];
    if (value === null || value === undefined) continue;
    const isNumber = map.values[f].length === 1 && map.values[f][0] === '*';
    if (isNumber && !Number.isFinite(value))
      throw new DataError(`expected a finite number in field ${quote(name)}, got ${JSON.stringify(value)}`);
    const at = isNumber ? 0 : placesOf(map.values[f]).get(String(value));
    if (at === undefined) unseen.push(name);
    else if (!isNumber || Math.fround(Number(value)) !== 0) {
      ids.push(offset + at);
      values.push(isNumber ? Number(value) : 1);
    }
  }
  return { ids: Int32Array.from(ids), values: Float32Array.from(values), unseen };
}

/** Where each value of a field stands; made once per field, since there may be many. */
function placesOf(values: readonly string[]): ReadonlyMap<string, number> {
  let places = known.get(values);
  if (!places) known.set(values, (places = new Map(values.map((value, at) => [value, at]))));
  return places;
}
const known = new WeakMap<readonly string[], ReadonlyMap<string, number>>();
