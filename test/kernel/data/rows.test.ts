import { expect, test } from 'vitest';
import { parseCsv } from '../../../src/kernel/data/csv.ts';
import { fitDictionary } from '../../../src/kernel/data/dictionary.ts';
import { encode } from '../../../src/kernel/data/encode.ts';
import { datasetOfRows, type Row } from '../../../src/kernel/data/rows.ts';
import { categorical, columnsOf, defineSchema, numeric, target } from '../../../src/kernel/data/schema.ts';

const featureMap = {
  features: 6,
  fields: [
    { name: 'user', offset: 0, size: 3 },
    { name: 'city', offset: 3, size: 2 },
    { name: 'age', offset: 5, size: 1 },
  ],
  values: [['anna', 'ben', '7'], ['rome', 'oslo'], ['*']],
};
const plain = { features: 6, fields: featureMap.fields };
const entries = (rows: readonly Row[], space: Parameters<typeof datasetOfRows>[1]) => {
  const { rowStart, ids, values } = datasetOfRows(rows, space);
  return rows.map((_, r) =>
    Array.from(ids.subarray(rowStart[r], rowStart[r + 1]), (id, e) => [id, values![rowStart[r] + e]]),
  );
};

test('ids, ids with values, values of 0 and no entry at all', () => {
  const rows = [[2, 4], { ids: [5, 3, 0], values: [0.5, 0, -1] }, []];
  expect(entries(rows, plain)).toEqual([
    [
      [2, 1],
      [4, 1],
    ],
    [
      [5, 0.5],
      [0, -1],
    ],
    [],
  ]);
});

test('names of a feature map, in the order of its fields: unknown values are left out, missing fields are missing', () => {
  const rows = [{ city: 'oslo', user: 7, age: 31.5 }, { user: 'nobody', city: null }, {}];
  expect(entries(rows, { ...plain, featureMap })).toEqual([
    [
      [2, 1],
      [4, 1],
      [5, 31.5],
    ],
    [],
    [],
  ]);
});

test('names of a dictionary encode like the file that it was learnt from', () => {
  const schema = defineSchema({
    fields: { user: categorical(), age: numeric({ transform: 'standard' }) },
    target: target('rating'),
  });
  const table = parseCsv('user,age,rating\nanna,20,1\nben,30,2\n', columnsOf(schema));
  const dictionary = fitDictionary(schema, table);
  const encoded = encode(table, dictionary);
  const rows = datasetOfRows(
    [
      { user: 'anna', age: 20 },
      { user: 'ben', age: 30 },
    ],
    { ...encoded, dictionary },
  );
  expect([rows.ids, rows.values, rows.rowStart]).toEqual([encoded.ids, encoded.values, encoded.rowStart]);
});

test.each([
  [[[6]], plain, 'row 0: expected feature ids from 0 to 5, got 6'],
  [[[0], [-1]], plain, 'row 1: expected feature ids from 0 to 5, got -1'],
  [[[0.5]], plain, 'got 0.5'],
  [[{ ids: [0, 1], values: [1] }], plain, 'expected 2 finite values, one per id, got [1]'],
  [[{ ids: [0], values: [Number.NaN] }], plain, 'expected 1 finite values, one per id, got [NaN]'],
  [[{ user: 'anna' }], plain, 'expected feature ids such as [3, 17], got names'],
  [[{ usr: 'anna' }], { ...plain, featureMap }, 'got "usr"; did you mean "user"?'],
  [[{ age: 'old' }], { ...plain, featureMap }, 'expected a finite number in field "age", got "old"'],
])('refuses %j', (rows, space, message) => {
  expect(() => datasetOfRows(rows as Row[], space)).toThrow(message);
});
