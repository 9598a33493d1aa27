/** One field's cells to entries: what encoding whole tables and single rows share. */

import { describe } from '../base/options.ts';
import { murmur3 } from '../base/random.ts';
import { CellFault, combineWeights, valuesOfCell } from './cell.ts';
import type { DictionaryField } from './dictionary.ts';
import { DataError, quote } from './errors.ts';
import { bucketOf, transformNumber } from './numericTransform.ts';
import { parseNumber } from './table.ts';

/** What a cell becomes: entries with ascending ids, and what was noticed on the way. */
export interface CellEntries {
  readonly ids: readonly number[];
  readonly values: readonly number[];
  readonly missing: boolean;
  /** Values that the dictionary does not know. */
  readonly unseen: number;
  readonly merged: number;
  readonly clipped: boolean;
}

/** @throws CellFault */
export type CellEncoder = (cell: unknown) => CellEntries;

/** The encoder of a field; made once per field, since a vocabulary may be large. */
export function cellEncoder(field: DictionaryField): CellEncoder {
  let encoder = encoders.get(field);
  if (!encoder)
    encoders.set(field, (encoder = field.spec.kind === 'numeric' ? numericEncoder(field) : textEncoder(field)));
  return encoder;
}
const encoders = new WeakMap<DictionaryField, CellEncoder>();

function textEncoder(field: DictionaryField): CellEncoder {
  const { spec } = field;
  if (spec.kind === 'numeric') throw notOfKind(field, 'text');
  const named = spec.kind !== 'hashed' && spec.unknown ? field.values.slice(0, -1) : field.values;
  const idOf = new Map(spec.kind === 'hashed' ? [] : named.map((value, i) => [value, field.offset + i]));
  const lookup = (value: string): number | undefined =>
    spec.kind === 'hashed' ? field.offset + (murmur3(`${field.name}=${value}`, 0) % spec.buckets) : idOf.get(value);
  return (cell) => {
    const { weights, merged, missing } = valuesOfCell(spec, cell);
    const entries = new Map<number, number>();
    let unseen = 0;
    for (const [value, weight] of weights) {
      let id = lookup(value);
      if (id === undefined) {
        if (!missing) unseen++;
        if (field.unknownId === null) continue;
        id = field.unknownId;
      }
      const weighted = spec.kind !== 'categorical' && spec.weighted;
      entries.set(id, weighted ? (entries.get(id) ?? 0) + weight : 1);
    }
    const ids = [...entries.keys()].sort((a, b) => a - b);
    const values = combineWeights(
      spec,
      ids.map((id) => entries.get(id)!),
    );
    return { ids, values, missing, unseen, merged, clipped: false };
  };
}

function numericEncoder(field: DictionaryField): CellEncoder {
  const { spec, scale } = field;
  if (spec.kind !== 'numeric' || !scale) throw notOfKind(field, 'numeric');
  const nothing = { unseen: 0, merged: 0, clipped: false };
  const indicator = [field.offset + field.size - 1];
  return (cell) => {
    if (cell === null || cell === undefined || cell === '') {
      if (spec.missing === 'error')
        throw new CellFault("expected a number, got an empty cell; fill it, or use missing: 'zero' or 'indicator'");
      return { ids: spec.missing === 'indicator' ? indicator : [], values: [1], missing: true, ...nothing };
    }
    const number = typeof cell === 'number' ? cell : parseNumber(String(cell));
    if (!Number.isFinite(number)) throw new CellFault(`expected a finite number, got ${describe(cell)}; mend the cell`);
    if (spec.buckets !== null)
      return { ids: [field.offset + bucketOf(scale.borders, number)], values: [1], missing: false, ...nothing };
    const { x, clipped } = transformNumber(spec, scale, number);
    if (!Number.isFinite(Math.fround(x)))
      throw new CellFault(
        Number.isNaN(x)
          ? `expected a number from 0 for log1p, got ${number}; use another transform`
          : `expected a number within float32, got ${number}; use a transform`,
      );
    return { ids: [field.offset], values: [x], missing: false, unseen: 0, merged: 0, clipped };
  };
}

const notOfKind = (field: DictionaryField, kind: string): DataError =>
  new DataError(
    `field ${quote(field.name)}: expected a ${kind} field, got ${field.spec.kind}; build the dictionary anew`,
  );
