/** What a model reads: the features and fields that it is built for. */

import { describe, nearest, OptionError } from '../base/options.ts';
import type { Field } from '../graph/graph.ts';
import { argument, count } from './options.ts';

/** The size of the feature id space, and its fields (none where they are unknown). A `Dataset` is one. */
export interface FeatureSpace<Name extends string = string> {
  readonly features: number;
  readonly fields: readonly (Field & { readonly name: Name })[];
}

/** The fields' sizes, in the order of their feature ids: `{ user: 1000, item: 500 }`. */
export type FieldSizes = { readonly [field: string]: number };

export type Schema = FeatureSpace | FieldSizes;

/** The field names of a schema, as a type: `'user' | 'item'`, or `string` where they are only known at run time. */
export type FieldName<S extends Schema> = S extends FeatureSpace<infer Name> ? Name : keyof S & string;

/**
 * The features and fields of either form of schema.
 * @throws OptionError for anything else, a size below 1, a repeated field name, or a field beyond the features
 */
export function readSchema(schema: Schema): FeatureSpace {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema) || Object.keys(schema).length === 0)
    throw new OptionError(
      `schema: expected { features, fields } or field sizes such as { user: 1000, item: 500 }, got ${describe(schema)}`,
    );
  return isFeatureSpace(schema) ? checked(schema) : fromSizes(schema);
}

const isFeatureSpace = (schema: Schema): schema is FeatureSpace => Array.isArray(schema.fields);

function fromSizes(sizes: FieldSizes): FeatureSpace {
  let features = 0;
  const fields = Object.entries(sizes).map(([name, size]) => {
    const field = { name, offset: features, size: argument('schema', name, size, count) };
    features += size;
    return field;
  });
  return { features, fields };
}

function checked({ features, fields }: FeatureSpace): FeatureSpace {
  argument('schema', 'features', features, count);
  const names = new Set<string>();
  for (const { name, offset, size } of fields) {
    if (names.has(name)) throw new OptionError(`schema: two fields are named "${name}"; names must differ`);
    names.add(name);
    if (!(offset >= 0 && size >= 0 && offset + size <= features))
      throw new OptionError(
        `schema: field "${name}" has the feature ids ${offset} to ${offset + size - 1}, ` +
          `expected ids from 0 to ${features - 1}`,
      );
  }
  return { features, fields: fields.map(({ name, offset, size }) => ({ name, offset, size })) };
}

/** The field with this name. */
export function fieldNamed(fields: readonly Field[], name: string): Field {
  const field = fields.find((f) => f.name === name);
  if (field) return field;
  const names = fields.map((f) => f.name);
  const near = nearest(name, names);
  const hint = near ? `did you mean "${near}"?` : `fields: ${names.join(', ') || 'none'}`;
  throw new OptionError(`unknown field ${describe(name)}; ${hint}`);
}
