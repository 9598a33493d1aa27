import { expect, test } from 'vitest';
import { OptionError } from '../../../src/kernel/base/options.ts';
import { fieldNamed, readSchema, type Schema } from '../../../src/kernel/builder/schema.ts';

const fields = [
  { name: 'user', offset: 0, size: 5 },
  { name: 'item', offset: 5, size: 3 },
];

test('field sizes become consecutive blocks of feature ids', () => {
  expect(readSchema({ user: 5, item: 3 })).toEqual({ features: 8, fields });
});

test('of a data set only features and fields are taken', () => {
  const data = { features: 9, fields, rows: 100, source: 'a file' };
  expect(readSchema(data)).toEqual({ features: 9, fields });
  expect(readSchema({ features: 9, fields: [] })).toEqual({ features: 9, fields: [] });
});

test('fields named like the parts of a data set are still fields', () => {
  expect(readSchema({ features: 2, fields: 3 }).fields.map((f) => f.name)).toEqual(['features', 'fields']);
});

const refused: readonly [unknown, string][] = [
  [undefined, 'schema: expected { features, fields } or field sizes such as { user: 1000, item: 500 }, got undefined'],
  [{}, 'schema: expected { features, fields } or field sizes such as { user: 1000, item: 500 }, got {} (object)'],
  [[5], 'schema: expected { features, fields } or field sizes such as { user: 1000, item: 500 }, got [5] (array)'],
  [{ user: 0 }, 'schema: "user" must be an integer at least 1, got 0 (number)'],
  [{ user: '5' }, 'schema: "user" must be an integer at least 1, got "5" (string)'],
  [{ features: 0, fields: [] }, 'schema: "features" must be an integer at least 1, got 0 (number)'],
  [{ features: 7, fields }, 'schema: field "item" has the feature ids 5 to 7, expected ids from 0 to 6'],
  [{ features: 9, fields: [fields[0], fields[0]] }, 'schema: two fields are named "user"; names must differ'],
];
test.each(refused)('refuses %j', (schema, message) => {
  expect(() => readSchema(schema as Schema)).toThrow(new OptionError(message));
});

test('fields are found by name', () => {
  expect(fieldNamed(fields, 'item')).toBe(fields[1]);
  expect(() => fieldNamed(fields, 'itme')).toThrow('unknown field "itme" (string); did you mean "item"?');
  expect(() => fieldNamed(fields, 'weather')).toThrow('unknown field "weather" (string); fields: user, item');
  expect(() => fieldNamed([], 'user')).toThrow('unknown field "user" (string); fields: none');
});
