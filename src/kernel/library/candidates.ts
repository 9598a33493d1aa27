/** Items to choose from: their names as results show them, and their feature ids. */

import { CellFault } from '../data/cell.ts';
import { cellEncoder } from '../data/cellEncoder.ts';
import { featureMapOf } from '../data/dictionary.ts';
import { DataError, quote } from '../data/errors.ts';
import type { RowSpace } from '../data/rows.ts';
import type { Field } from '../graph/graph.ts';

/** A name, or a feature id where features have no names. */
export type ItemName = string | number;

export interface Candidates {
  readonly names: readonly ItemName[];
  readonly ids: readonly number[];
}

/**
 * All items of a field, without the id of missing values and that of unknown ones.
 * @throws DataError for a field whose values are numbers, or are not kept
 */
export function itemsOfField(space: RowSpace, field: Field): Candidates {
  refuseNumbers(space, field);
  const values = valuesOf(space, field);
  const places = Array.from({ length: field.size }, (_, at) => at);
  const items = values
    ? places.filter((at) => values[at] !== '' && !(at === field.size - 1 && values[at] === '?'))
    : places;
  const ids = items.map((at) => field.offset + at);
  return { names: values ? items.map((at) => values[at]) : ids, ids };
}

/** The values of a field by id; null where features have no names. */
function valuesOf({ dictionary, featureMap }: RowSpace, { name }: Field): readonly string[] | null {
  const map = dictionary ? featureMapOf(dictionary) : featureMap;
  if (!map) return null;
  const values = map.values[map.fields.findIndex((field) => field.name === name)];
  if (values.length === 1 && values[0].startsWith('#'))
    throw new DataError(`recommend(): the names of the hashed field ${quote(name)} are not kept; give them as "items"`);
  return values;
}

/**
 * Items by their names, or by feature ids where features have no names.
 * @param field the field of the items, of which only names are looked up
 * @throws DataError naming those that the model does not know
 */
export function itemsNamed(space: RowSpace, field: Field | null, names: readonly ItemName[]): Candidates {
  const each = [...new Set(names)];
  const ids = each.map(field ? idFinder(space, field) : (id) => plainId(space, id));
  const unknown = each.filter((_, at) => ids[at] === null).map((name) => JSON.stringify(name));
  if (unknown.length === 0) return { names: each, ids: ids as number[] };
  const expected = field ? `names of ${field.name}` : `feature ids from 0 to ${space.features - 1}`;
  throw new DataError(
    `recommend(): expected as items ${expected} that the model knows, got ${unknown.slice(0, 5).join(', ')}` +
      `${unknown.length > 5 ? ` and ${unknown.length - 5} more` : ''}; leave them out`,
  );
}

/** The feature ids of those of the items that the model knows. */
export function knownItems(space: RowSpace, field: Field | null, names: readonly ItemName[]): readonly number[] {
  return names.map(field ? idFinder(space, field) : (id) => plainId(space, id)).filter((id) => id !== null);
}

const plainId = ({ features }: RowSpace, id: ItemName): number | null =>
  Number.isInteger(id) && (id as number) >= 0 && (id as number) < features ? (id as number) : null;

function idFinder(space: RowSpace, field: Field): (name: ItemName) => number | null {
  refuseNumbers(space, field);
  const { dictionary, featureMap } = space;
  const learnt = dictionary?.fields.find(({ name }) => name === field.name);
  if (!learnt) {
    const values = featureMap!.values[featureMap!.fields.findIndex(({ name }) => name === field.name)];
    const places = new Map(values.map((value, at) => [value, field.offset + at]));
    return (name) => places.get(String(name)) ?? null;
  }
  const encode = cellEncoder(learnt);
  return (name) => {
    try {
      const { ids, unseen } = encode(name);
      return ids.length === 1 && unseen === 0 ? ids[0] : null;
    } catch (error) {
      if (error instanceof CellFault) return null;
      throw error;
    }
  };
}

/** A field with one id, whose value is a number. */
function refuseNumbers({ dictionary, featureMap }: RowSpace, { name }: Field): void {
  const spec = dictionary?.fields.find((field) => field.name === name)?.spec;
  const values = featureMap?.values[featureMap.fields.findIndex((field) => field.name === name)];
  if (spec ? spec.kind === 'numeric' && spec.buckets === null : values?.length === 1 && values[0] === '*')
    throw new DataError(`recommend(): the field ${quote(name)} has numbers, no items; name the field of the items`);
}
