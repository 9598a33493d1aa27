/** Schema files: what the columns of a table mean, as JSON. */

import { readFile } from 'node:fs/promises';
import { nearest, OptionError } from '../base/options.ts';
import { dataError } from '../data/errors.ts';
import {
  categorical,
  defineSchema,
  type FieldSpec,
  hashed,
  multiValued,
  numeric,
  type Schema,
  target,
} from '../data/schema.ts';
import { jsonFault } from '../format/jsonPosition.ts';

export const schemaFileHelp = `Schema files:
  A JSON object with the fields and the target column. A field is the name of its kind, or an object with the
  kind and its options as in the library:

  {
    "fields": {
      "user": "categorical",
      "genres": { "kind": "multiValued", "separator": "|" },
      "age": { "kind": "numeric", "buckets": 10 },
      "device": { "kind": "hashed", "buckets": 1000 }
    },
    "target": "rating"
  }

  "target" may also be { "column": "rating", "positiveAbove": 3 }.
`;

type Settings = Readonly<Record<string, unknown>>;

/** The options are checked by the functions themselves, which is why they take any here. */
const kinds: Readonly<Record<string, (options: never) => FieldSpec>> = {
  categorical,
  multiValued,
  numeric,
  hashed: ({ buckets, ...options }: { buckets: number }) => hashed(buckets, options),
};

/**
 * Reads a schema file.
 * @throws DataError with the file, and the line and column where it is not JSON
 */
export async function readSchemaFile(path: string): Promise<Schema> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw dataError(path, 0, 0, `expected a schema file, cannot read it (${error.code}); check the path`);
  });
  const fault = jsonFault(text);
  if (fault) throw dataError(path, fault.line, fault.column, `expected JSON, got ${fault.found}; mend the file`);
  try {
    return schemaOf(JSON.parse(text));
  } catch (error) {
    throw error instanceof OptionError ? dataError(path, 0, 0, error.message) : error;
  }
}

function schemaOf(json: unknown): Schema {
  const { fields, target: goal, ...options } = object('the schema', json);
  const { column, ...targetOptions } = typeof goal === 'string' ? { column: goal } : object('"target"', goal);
  if (typeof column !== 'string') throw new OptionError('"target" must be the name of a column');
  return defineSchema({
    ...options,
    fields: Object.fromEntries(
      Object.entries(object('"fields"', fields)).map(([name, spec]) => [name, fieldOf(name, spec)]),
    ),
    target: target(column, targetOptions),
  });
}

function fieldOf(name: string, spec: unknown): FieldSpec {
  const { kind, ...options } = typeof spec === 'string' ? { kind: spec } : object(`field "${name}"`, spec);
  const make = typeof kind === 'string' && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (make) return make(options as never);
  const near = nearest(String(kind), Object.keys(kinds));
  throw new OptionError(
    `field "${name}": expected the kind ${Object.keys(kinds).join(', ')}, got ${JSON.stringify(kind)}` +
      (near ? `; did you mean "${near}"?` : ''),
  );
}

function object(what: string, value: unknown): Settings {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Settings;
  throw new OptionError(`${what} must be an object, got ${JSON.stringify(value) ?? 'nothing'}`);
}
