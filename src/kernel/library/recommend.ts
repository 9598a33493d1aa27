/** The best items for a user: every candidate completes the user's row, and the scores of all are compared. */

import { describe, integer, listOf, OptionError, type OptionRule, readOptions, text, value } from '../base/options.ts';
import type { Dataset, Split } from '../data/dataset.ts';
import { DataError, quote } from '../data/errors.ts';
import { encodedRow, type Row, type RowSpace } from '../data/rows.ts';
import type { Field } from '../graph/graph.ts';
import { type ItemName, itemsNamed, itemsOfField, knownItems } from './candidates.ts';

/** A user by name, a feature id where features have no names, or a row of all that is known but the item. */
export type User = string | number | Row;

export interface RecommendOptions {
  /** Items at most. @default 10 */
  readonly n?: number;
  /** The field of items. @default 'item' */
  readonly itemField?: string;
  /** The field of users. @default 'user' */
  readonly userField?: string;
  /** Only these: names, or feature ids where features have no names. @default all that the model knows */
  readonly items?: readonly ItemName[];
  /** Not these. */
  readonly exclude?: readonly ItemName[];
  /**
   * Not the items that rows of these have with this user and a target above 0 (others are sampled negatives).
   * @default the training rows of a run; `[]` leaves nothing out
   */
  readonly seen?: Dataset | Split | readonly Dataset[];
}

/** An item with its score: the estimate, the probability of the positive class, or the score, as `predict` gives them. */
export interface Recommendation {
  readonly item: ItemName;
  readonly score: number;
}

/** What recommending needs of a model. */
export interface Recommender {
  readonly space: RowSpace;
  /** Raw outputs ŷ. */
  readonly predict: (rows: Dataset) => Float32Array;
  /** The number that a raw output means. */
  readonly numberOf: (raw: number) => number;
  /** @throws DataError for rows with other names */
  readonly checkNames: (rows: Dataset) => void;
  /** What `seen` is where it is not given, and a user is. */
  readonly trainedOn?: Dataset;
}

const isRows = (v: unknown): v is Dataset => typeof v === 'object' && v !== null && 'rowStart' in v;
const areRows = (v: unknown): boolean =>
  isRows(v) || isRows((v as Partial<Split> | null)?.train) || (Array.isArray(v) && v.every(isRows));
const itemName: OptionRule<ItemName> = {
  read: (v, fail) => (typeof v === 'string' || Number.isFinite(v) ? (v as ItemName) : fail('a name or a feature id')),
};
const rules = {
  n: integer(10, { min: 1 }),
  itemField: text('item'),
  userField: text('user'),
  items: listOf<ItemName, null>(itemName, null),
  exclude: listOf(itemName, []),
  seen: value<Dataset | Split | readonly Dataset[], null>('rows, a split or a list of rows', areRows, null),
};

/**
 * The `n` candidates with the highest outputs, best first; of equal ones the one with the smaller feature id. All are
 * predicted as one data set.
 * @throws OptionError for options that do not fit the model; DataError for a user or items that the model does not know
 */
export function recommend(model: Recommender, user: User, options: RecommendOptions = {}): Recommendation[] {
  const { n, itemField, userField, items, exclude, seen } = readOptions('recommend()', options, rules);
  const fields = fieldsOf(model.space);
  const base = userRow(user, userField, itemField, model.space);
  const itemBlock = () => fieldNamed(fields, itemField, 'itemField');
  const named = hasNames(model.space) ? itemBlock() : null;
  const all = items ? itemsNamed(model.space, named, items) : itemsOfField(model.space, itemBlock());
  const left = new Set(knownItems(model.space, named, exclude));
  const users = idsIn(base.ids, fields, userField);
  const looked = seen ? listed(seen) : model.trainedOn && users.length === 1 ? [model.trainedOn] : [];
  if (looked.length > 0 && users.length !== 1) throw noUser(fields, userField);
  for (const rows of looked) {
    model.checkNames(rows);
    addSeen(left, rows, users[0], itemBlock());
  }
  const kept = all.ids.flatMap((id, at) => (left.has(id) ? [] : [at]));
  const ids = Int32Array.from(kept, (at) => all.ids[at]);
  const outputs = model.predict(completed(base, ids, model.space));
  return best(outputs, ids, n).map((at) => ({
    item: all.names[kept[at]],
    score: model.numberOf(outputs[at]),
  }));
}

const hasNames = ({ dictionary, featureMap }: RowSpace): boolean => (dictionary ?? featureMap) !== undefined;
const fieldsOf = ({ dictionary, featureMap, fields }: RowSpace): readonly Field[] =>
  dictionary?.fields ?? featureMap?.fields ?? fields;

function fieldNamed(fields: readonly Field[], name: string, option: string): Field {
  const field = fields.find((each) => each.name === name);
  if (field) return field;
  throw new OptionError(
    fields.length > 0
      ? `recommend(): the model has no field ${quote(name)}; give ${option}: one of ${fields.map((f) => quote(f.name)).join(', ')}`
      : 'recommend(): the model knows no fields; give the feature ids of the candidates as "items", and no "seen"',
  );
}

/**
 * The entries of a user's row, without one of a missing item.
 * @throws OptionError for a row with an item; DataError for a value that has no feature: it would have no part in the scores
 */
function userRow(user: User, userField: string, itemField: string, space: RowSpace): Entries {
  const isName = typeof user === 'string' || (typeof user === 'number' && hasNames(space));
  if (isName) fieldNamed(fieldsOf(space), userField, 'userField');
  const row: Row = isName ? { [userField]: user } : typeof user === 'number' ? [user] : user;
  if (typeof row !== 'object' || row === null)
    throw new OptionError(`recommend(): expected a user (a name, a feature id or a row), got ${describe(row)}`);
  const { ids, values, unseen } = encodedRow(row, space);
  const named = row as Readonly<Record<string, unknown>>;
  const inItems = idsIn(ids, fieldsOf(space), itemField);
  const isNamed = !Array.isArray(row) && !Array.isArray(named.ids);
  if (isNamed ? (named[itemField] ?? null) !== null : inItems.length > 0)
    throw new OptionError(`recommend(): the row names its ${itemField}; leave that out, all candidates take its place`);
  const lost = unseen.filter((name) => !hasUnknownId(space, name));
  if (lost.length > 0)
    throw new DataError(
      `recommend(): the model has not seen ${lost[0]} ${JSON.stringify(named[lost[0]])} in training; ` +
        'for someone new leave it out: recommend({}) ranks the items by themselves',
    );
  const kept = (_: number, e: number): boolean => !inItems.includes(ids[e]);
  return { ids: ids.filter(kept), values: values.filter(kept) };
}

/** Whether values that a dictionary does not know have a feature together. */
const hasUnknownId = ({ dictionary }: RowSpace, name: string): boolean =>
  dictionary?.fields.find((field) => field.name === name)?.unknownId != null;

interface Entries {
  readonly ids: Int32Array;
  readonly values: Float32Array;
}

const listed = (seen: Dataset | Split | readonly Dataset[]): readonly Dataset[] => {
  if (isList(seen)) return seen;
  if (isRows(seen)) return [seen];
  return [seen.train, seen.validation, seen.test].filter((rows) => rows !== undefined);
};
const isList = (seen: object): seen is readonly Dataset[] => Array.isArray(seen);

/** The feature ids of a field in a row. */
function idsIn(ids: Int32Array, fields: readonly Field[], name: string): Int32Array {
  const field = fields.find((each) => each.name === name);
  return ids.filter((id) => field && id >= field.offset && id < field.offset + field.size);
}

function noUser(fields: readonly Field[], userField: string): OptionError {
  fieldNamed(fields, userField, 'userField'); // which says so where there is no such field
  return new OptionError(
    `recommend(): "seen" needs one ${userField} to look up; name the ${userField}, or leave "seen" out`,
  );
}

/** Adds the items of the user's rows with a target above 0. */
function addSeen(items: Set<number>, rows: Dataset, user: number, { offset, size }: Field): void {
  const { rowStart, ids, target } = rows;
  for (let row = 0; row < rows.rows; row++) {
    if (!(target[row] > 0)) continue;
    const entries = ids.subarray(rowStart[row], rowStart[row + 1]);
    if (entries.includes(user)) for (const id of entries) if (id >= offset && id < offset + size) items.add(id);
  }
}

/** The base row once with each item, which takes its place among the ascending ids. */
function completed(base: Entries, items: Int32Array, { features, fields }: RowSpace): Dataset {
  const length = base.ids.length + 1;
  const ids = new Int32Array(items.length * length);
  const values = new Float32Array(ids.length);
  for (const [row, item] of items.entries()) {
    const found = base.ids.findIndex((id) => id > item);
    const place = found < 0 ? length - 1 : found;
    const at = row * length;
    ids.set(base.ids.subarray(0, place), at);
    values.set(base.values.subarray(0, place), at);
    ids[at + place] = item;
    values[at + place] = 1;
    ids.set(base.ids.subarray(place), at + place + 1);
    values.set(base.values.subarray(place), at + place + 1);
  }
  return {
    rows: items.length,
    ...{ features, fields, ids, values },
    rowStart: Int32Array.from({ length: items.length + 1 }, (_, row) => row * length),
    target: new Float32Array(items.length),
    group: null,
    source: 'candidates',
  };
}

/** Where the `n` greatest outputs are, greatest first, then by id; one that is no number comes last. */
function best(outputs: Float32Array, ids: Int32Array, n: number): number[] {
  const scores = outputs.map((raw) => (Number.isNaN(raw) ? -Infinity : raw));
  const least = scores.slice().sort()[Math.max(0, scores.length - n)];
  const found = Array.from(scores.keys()).filter((at) => scores[at] >= least);
  return found.sort((a, b) => scores[b] - scores[a] || ids[a] - ids[b]).slice(0, n);
}
