/**
 * What the columns of a table mean: the fields with their kinds, and the target. A schema is plain frozen JSON, so
 * that it can be saved with a model; what is learnt from the rows (vocabularies, means) is in the `Dictionary`.
 */

import {
  boolean,
  integer,
  number,
  OptionError,
  type OptionRules,
  oneOf,
  readOptions,
  text,
  value,
} from '../base/options.ts';
import { freeze } from '../graph/graph.ts';

/** Where a field's cells are and how values are compared: as text, exactly, unless these change the text first. */
interface TextSpec {
  /** The table's column; default the field's name. */
  readonly column: string | null;
  /** Remove outer white space. */
  readonly trim: boolean;
  readonly lowercase: boolean;
  /** Unicode normal form C, so that equal-looking letters are equal. */
  readonly normalise: boolean;
  /** Empty cells give no feature, a value of their own, or an error. */
  readonly missing: 'absent' | 'value' | 'error';
}

interface VocabularySpec extends TextSpec {
  /** Values that occur in fewer rows become the field's unknown id. */
  readonly minCount: number;
  /** Whether the field has an unknown id, the last of its block. */
  readonly unknown: boolean;
}

interface ListSpec {
  /** Text between the values of a cell. */
  readonly separator: string;
  /** x of each of the m values: 1, 1/m or 1/sqrt(m); of weighted ones w, w/Σ|w| or w/sqrt(Σw²). */
  readonly combine: 'one' | 'mean' | 'sqrt';
  /** Values come as `value:weight`. */
  readonly weighted: boolean;
}

/** One value a row, one id per distinct value, x = 1. */
export interface CategoricalSpec extends VocabularySpec {
  readonly kind: 'categorical';
}

/** A list of values a row, one id per distinct value. */
export interface MultiValuedSpec extends VocabularySpec, ListSpec {
  readonly kind: 'multiValued';
}

/** As categorical (or multi-valued with a separator), but ids are hashes of the values: no vocabulary to keep. */
export interface HashedSpec extends TextSpec, ListSpec {
  readonly kind: 'hashed';
  readonly buckets: number;
  /** Whether a cell is a list. */
  readonly list: boolean;
}

/** One number a row: one id whose x is the transformed number, or one id per bucket with x = 1. */
export interface NumericSpec {
  readonly kind: 'numeric';
  readonly column: string | null;
  readonly transform: 'none' | 'standard' | 'minMax' | 'log1p' | 'quantile';
  /** Number of quantiles of `transform: 'quantile'`. */
  readonly quantiles: number;
  /** Number of quantile buckets, or their inner borders ascending; buckets are half-open [a, b). */
  readonly buckets: number | readonly number[] | null;
  /** Empty cells give x = 0, additionally an indicator feature, or an error. */
  readonly missing: 'zero' | 'indicator' | 'error';
}

export type FieldSpec = CategoricalSpec | MultiValuedSpec | HashedSpec | NumericSpec;
export type FieldKind = FieldSpec['kind'];

/** The column that is predicted. */
export interface TargetSpec {
  readonly column: string;
  /** Targets above this become 1, all others -1; null: numbers as they are (`true` 1, `false` 0). */
  readonly positiveAbove: number | null;
}

export interface Schema<Name extends string = string> {
  readonly version: 1;
  readonly fields: readonly (FieldSpec & { readonly name: Name })[];
  readonly target: TargetSpec;
  /** Vocabularies and statistics come from the training rows only (default), or from all rows. */
  readonly dictionary: 'train' | 'all';
  /** Order of ids inside a field. */
  readonly order: 'firstAppearance' | 'sorted';
}

const textRules = {
  column: text(null),
  trim: boolean(false),
  lowercase: boolean(false),
  normalise: boolean(false),
  missing: oneOf(['absent', 'value', 'error'], 'absent' as const),
};
const vocabularyRules = { ...textRules, minCount: integer(1, { min: 1 }), unknown: boolean(null) };
const listRules = {
  separator: text('|'),
  combine: oneOf(['one', 'mean', 'sqrt'], null),
  weighted: boolean(false),
};

/** The options of a call: those named in the rules. */
type Given<R extends OptionRules> = { readonly [K in keyof R]?: Exclude<ReturnType<R[K]['read']>, null> };

/** A field with one value a row, for example a user. */
export function categorical(options?: Given<typeof vocabularyRules>): CategoricalSpec {
  const read = readOptions('categorical()', options, vocabularyRules);
  return { kind: 'categorical', ...read, unknown: read.unknown ?? read.minCount > 1 };
}

/** A field with a list of values a row, for example genres; `combine` is `mean`, or `one` for weighted values. */
export function multiValued(options?: Given<typeof vocabularyRules & typeof listRules>): MultiValuedSpec {
  const read = readOptions('multiValued()', options, { ...vocabularyRules, ...listRules });
  const combine = read.combine ?? (read.weighted ? 'one' : 'mean');
  return { kind: 'multiValued', ...read, unknown: read.unknown ?? read.minCount > 1, combine };
}

/**
 * A field whose ids are MurmurHash3 of its values modulo `buckets`; values that meet share an id. With a `separator`
 * a cell is a list.
 */
export function hashed(buckets: number, options?: Given<typeof textRules & typeof listRules>): HashedSpec {
  const read = readOptions('hashed()', { ...options, buckets }, { ...textRules, ...listRules, buckets: bucketRule });
  const combine = read.combine ?? (read.weighted ? 'one' : 'mean');
  return { kind: 'hashed', ...read, list: options?.separator !== undefined || read.weighted, combine };
}
const bucketRule = integer(Number.NaN, { min: 1, max: 0x7fffffff });

const numericRules = {
  column: text(null),
  transform: oneOf(['none', 'standard', 'minMax', 'log1p', 'quantile'], 'none' as const),
  quantiles: integer(100, { min: 2 }),
  buckets: value<number | readonly number[], null>(
    'a number of buckets (2 or more) or ascending borders',
    (v) =>
      Array.isArray(v)
        ? v.length > 0 && v.every((b, i) => Number.isFinite(b) && (i === 0 || b > v[i - 1]))
        : Number.isInteger(v) && (v as number) >= 2,
    null,
  ),
  missing: oneOf(['zero', 'indicator', 'error'], 'zero' as const),
};

/** A field with one number a row. For FM-like models `buckets` are usually better than the number itself. */
export function numeric(options?: Given<typeof numericRules>): NumericSpec {
  const read = readOptions('numeric()', options, numericRules);
  if (read.buckets !== null && read.transform !== 'none')
    throw new OptionError('numeric(): "buckets" and "transform" exclude each other; leave one out');
  return { kind: 'numeric', ...read };
}

const targetRules = { positiveAbove: number(null) };

/** The column that is predicted. */
export function target(column: string, options?: Given<typeof targetRules>): TargetSpec {
  return { column, ...readOptions('target()', options, targetRules) };
}

const isObject = (v: unknown): boolean => typeof v === 'object' && v !== null && !Array.isArray(v);

/**
 * A schema, checked and frozen.
 * @example defineSchema({ fields: { user: categorical(), age: numeric({ buckets: 10 }) }, target: target('rating') })
 * @throws OptionError
 */
export function defineSchema<const Name extends string>(definition: {
  readonly fields: Readonly<Record<Name, FieldSpec>>;
  readonly target: TargetSpec;
  readonly dictionary?: 'train' | 'all';
  readonly order?: 'firstAppearance' | 'sorted';
}): Schema<Name> {
  const read = readOptions('defineSchema()', definition, {
    fields: value<Record<Name, FieldSpec>, null>('an object of fields', isObject, null),
    target: value<TargetSpec, null>('target(column)', (v) => isObject(v) && 'column' in (v as object), null),
    dictionary: oneOf(['train', 'all'], 'train' as const),
    order: oneOf(['firstAppearance', 'sorted'], 'firstAppearance' as const),
  });
  if (read.target === null) throw new OptionError('defineSchema(): "target" is missing; add target: target(column)');
  const fields = Object.entries<FieldSpec>(read.fields ?? {}).map(([name, spec]) => {
    if (!isObject(spec) || !('kind' in spec))
      throw new OptionError(`defineSchema(): field "${name}" must be a field such as categorical(), got ${spec}`);
    return { name: name as Name, ...spec };
  });
  if (fields.length === 0) throw new OptionError('defineSchema(): "fields" must name at least one field');
  return freeze({ version: 1, fields, target: read.target, dictionary: read.dictionary, order: read.order });
}

/** The columns of a table that a schema reads, and which of them are numbers. */
export function columnsOf(schema: Schema): { readonly only: readonly string[]; readonly numbers: readonly string[] } {
  const numbers = [schema.target.column];
  const others: string[] = [];
  for (const field of schema.fields) (field.kind === 'numeric' ? numbers : others).push(field.column ?? field.name);
  return {
    only: [...new Set([...others, ...numbers])],
    numbers: [...new Set(numbers)].filter((c) => !others.includes(c)),
  };
}
