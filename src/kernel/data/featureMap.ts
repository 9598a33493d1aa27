/**
 * The names behind feature ids: for each id its field and value. Its canonical text (`features.tsv`) is what a
 * dictionary is stored as, compared by, and hashed from.
 */

import type { Field } from '../graph/graph.ts';
import { DataError, dataError, Problems, quote } from './errors.ts';
import { readChunks, textHash, writeFileAtomically } from './files.ts';

/** Names of all feature ids, in consecutive blocks by field. */
export interface FeatureMap {
  /** Number of features n. */
  readonly features: number;
  readonly fields: readonly Field[];
  /**
   * For each field the values of its ids, in order; `*` is the id of a numeric field, `?` the unknown id. A hashed
   * field has one value for its whole block, `#murmur3-32:<buckets>`.
   */
  readonly values: readonly (readonly string[])[];
}

const header = 'id\tfield\tvalue';
const hashedForm = /^#murmur3-32:([1-9]\d*)$/;

/** What the feature map says of a hashed field. */
export const hashedValue = (buckets: number): string => `#murmur3-32:${buckets}`;

/** The field and value of a feature id; ids of a hashed field are named by their bucket, `#17`. */
export function featureName(map: FeatureMap, id: number): { readonly field: string; readonly value: string } {
  const at = map.fields.findIndex((field) => id >= field.offset && id < field.offset + field.size);
  if (at < 0) throw new RangeError(`expected a feature id from 0 to ${map.features - 1}, got ${id}`);
  const field = map.fields[at];
  const values = map.values[at];
  return {
    field: field.name,
    value: values.length === field.size ? values[id - field.offset] : `#${id - field.offset}`,
  };
}

/** The canonical text: a header, then one line `id, field, value` per id (one per hashed field), tab-separated, LF. */
export function* featureMapText(map: FeatureMap): Generator<string, void, undefined> {
  yield `${header}\n`;
  for (const [at, field] of map.fields.entries())
    yield map.values[at]
      .map((value, i) => `${field.offset + i}\t${escapeValue(field.name)}\t${escapeValue(value)}\n`)
      .join('');
}

/** SHA-256 of the canonical text: the identity of a dictionary. */
export const dictionaryHash = (map: FeatureMap): string => textHash(featureMapText(map));

/** Writes a feature map (`features.tsv`), whole or not at all. */
export const writeFeatureMap = (map: FeatureMap, path: string): Promise<void> =>
  writeFileAtomically(path, featureMapText(map));

/**
 * Reads a feature map (`features.tsv`).
 * @throws DataError with file, line and column
 */
export async function readFeatureMap(path: string): Promise<FeatureMap> {
  const decoder = new TextDecoder('utf-8');
  let text = '';
  for await (const chunk of readChunks(path)) text += decoder.decode(chunk, { stream: true });
  return parseFeatureMap(text + decoder.decode(), path);
}

/**
 * Reads a feature map from its text.
 * @throws DataError
 */
export function parseFeatureMap(text: string, file = 'feature map'): FeatureMap {
  const lines = text.split(/\r?\n/);
  if (lines[lines.length - 1] === '') lines.pop();
  if (lines[0] !== header)
    throw dataError(file, 1, 1, `expected the header ${quote(header)}, got ${quote(lines[0] ?? '')}; add it`);
  const problems = new Problems(file);
  const blocks = new Map<string, { offset: number; size: number; values: string[] }>();
  let features = 0;
  let current = '';
  for (let i = 1; i < lines.length; i++) {
    const cells = lines[i].split('\t');
    const [id, name, value] = [cells[0], unescapeValue(cells[1] ?? ''), unescapeValue(cells[2] ?? '')];
    const problem = (column: number, message: string): void => problems.add(i + 1, column, message);
    if (cells.length !== 3) problem(1, `expected 3 cells (id, field, value), got ${cells.length}; use tabs between`);
    else if (id !== String(features)) problem(1, `expected id ${features}, got ${quote(id)}; list all ids ascending`);
    else if (name === '') problem(id.length + 2, 'expected the name of a field, got nothing; name it');
    else if (name !== current && blocks.has(name))
      problem(id.length + 2, `expected the ids of a field side by side, got field ${quote(name)} again; reorder them`);
    else {
      if (name !== current) blocks.set(name, { offset: features, size: 0, values: [] });
      const block = blocks.get(name)!;
      const buckets = hashedForm.exec(value);
      block.values.push(value);
      block.size += block.size === 0 && buckets ? Number(buckets[1]) : 1;
      current = name;
      features = block.offset + block.size;
      continue;
    }
    break; // ids after a wrong line would all be wrong too
  }
  problems.throwIfAny();
  if (features === 0)
    throw dataError(file, 2, 1, 'expected at least one feature, got none; check that this is the file');
  return {
    features,
    fields: [...blocks].map(([name, { offset, size }]) => ({ name, offset, size })),
    values: [...blocks.values()].map(({ values }) => values),
  };
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const escaped: Readonly<Record<string, string>> = { '\\\\': '\\', '\\t': '\t', '\\n': '\n', '\\r': '\r' };
const escapeValue = (text: string): string => text.replace(/[\\\t\n\r]/g, (c) => escapes[c]);
const unescapeValue = (text: string): string => text.replace(/\\[\\tnr]/g, (c) => escaped[c]);

/**
 * Refuses to use data with another dictionary than the one a model was trained with.
 * @throws DataError with both hashes and the first id that differs
 */
export function checkSameDictionary(expected: FeatureMap, got: FeatureMap): void {
  const [a, b] = [dictionaryHash(expected), dictionaryHash(got)];
  if (a === b) return;
  const lines = (map: FeatureMap): string[] => [...featureMapText(map)].join('').split('\n').slice(1, -1);
  const [linesA, linesB] = [lines(expected), lines(got)];
  let at = 0;
  while (linesA[at] === linesB[at]) at++;
  const shown = (line: string | undefined): string => quote(line ?? 'nothing');
  throw new DataError(
    `expected the dictionary ${a} of ${expected.features} features, got ${b} of ${got.features}; ` +
      `they first differ at ${shown(linesA[at])} against ${shown(linesB[at])}; encode the data with the model's dictionary`,
  );
}
