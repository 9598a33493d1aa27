/** What a cell of a text field says: its values with their weights, in canonical form. */

import { describe } from '../base/options.ts';
import { quote } from './errors.ts';
import type { CategoricalSpec, HashedSpec, MultiValuedSpec } from './schema.ts';
import { parseNumber } from './table.ts';

export type TextFieldSpec = CategoricalSpec | MultiValuedSpec | HashedSpec;

/** What is wrong with a cell; the reader adds the field and the place. */
export class CellFault extends Error {
  override name = 'CellFault';
}

/** Values of a cell with their weights, each value once, and how many repeats were merged. */
export interface CellValues {
  readonly weights: ReadonlyMap<string, number>;
  readonly merged: number;
  /** No value in the cell (`weights` then holds the missing value, or nothing). */
  readonly missing: boolean;
}

/**
 * The values of a cell.
 * @param cell a text (a list is then separated text), a number or boolean, an array of these, an object
 *   `{ value: weight }`, or null or undefined for an empty cell
 * @throws CellFault
 */
export function valuesOfCell(spec: TextFieldSpec, cell: unknown): CellValues {
  const weights = new Map<string, number>();
  let merged = 0;
  for (const [text, weight] of parts(spec, cell)) {
    const value = canonical(spec, text);
    if (value === '') continue;
    const earlier = weights.get(value);
    if (earlier !== undefined) merged++;
    weights.set(value, earlier === undefined || !isWeighted(spec) ? weight : earlier + weight);
  }
  const missing = weights.size === 0;
  if (missing && spec.missing === 'error')
    throw new CellFault("expected a value, got an empty cell; fill it, or use missing: 'absent' or 'value'");
  if (missing && spec.missing === 'value') weights.set('', 1); // no other value is empty
  return { weights, merged, missing };
}

/** Scales the weights of a cell's entries as the field combines them. */
export function combineWeights(spec: TextFieldSpec, weights: number[]): number[] {
  if (spec.kind === 'categorical' || spec.combine === 'one') return weights;
  const norm =
    spec.combine === 'mean'
      ? weights.reduce((sum, w) => sum + Math.abs(w), 0)
      : Math.sqrt(weights.reduce((sum, w) => sum + w * w, 0));
  return norm === 0 ? weights : weights.map((w) => w / norm);
}

const isList = (spec: TextFieldSpec): spec is MultiValuedSpec | HashedSpec =>
  spec.kind === 'multiValued' || (spec.kind === 'hashed' && spec.list);
const isWeighted = (spec: TextFieldSpec): boolean => isList(spec) && spec.weighted;

function parts(spec: TextFieldSpec, cell: unknown): (readonly [string, number])[] {
  if (cell === null || cell === undefined || cell === '') return [];
  if (!isList(spec)) return [[scalar(cell), 1]];
  if (typeof cell === 'string') {
    const texts = cell.split(spec.separator);
    return spec.weighted ? texts.filter((t) => t.trim() !== '').map(weightedPart) : texts.map((t) => [t, 1] as const);
  }
  if (Array.isArray(cell)) return cell.map((item) => [scalar(item), 1] as const);
  if (typeof cell === 'object')
    return Object.entries(cell).map(([value, weight]) => {
      if (typeof weight !== 'number' || !Number.isFinite(weight))
        throw new CellFault(
          `expected a finite weight of ${quote(value)}, got ${describe(weight)}; write { value: weight }`,
        );
      return [value, weight] as const;
    });
  return [[scalar(cell), 1]];
}

function weightedPart(text: string): readonly [string, number] {
  const colon = text.lastIndexOf(':');
  const weight = colon < 0 ? Number.NaN : parseNumber(text.slice(colon + 1));
  if (Number.isNaN(weight)) throw new CellFault(`expected value:weight, got ${quote(text)}; give each value a weight`);
  return [text.slice(0, colon), weight];
}

function scalar(cell: unknown): string {
  if (typeof cell === 'string' || typeof cell === 'boolean' || typeof cell === 'bigint') return String(cell);
  if (typeof cell === 'number' && Number.isFinite(cell) && !(Number.isInteger(cell) && !Number.isSafeInteger(cell)))
    return String(cell);
  throw new CellFault(`expected one text, exact number or boolean, got ${describe(cell)}; give the value as text`);
}

function canonical(spec: TextFieldSpec, text: string): string {
  let value = text;
  if (spec.trim) value = value.trim();
  if (spec.lowercase) value = value.toLowerCase();
  return spec.normalise ? value.normalize('NFC') : value;
}
