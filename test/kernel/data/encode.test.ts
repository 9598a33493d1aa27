import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../../src/kernel/data/csv.ts';
import type { Dataset } from '../../../src/kernel/data/dataset.ts';
import { featureMapOf, fitDictionary } from '../../../src/kernel/data/dictionary.ts';
import { decodeRow, encode, encodeRow } from '../../../src/kernel/data/encode.ts';
import { inferSchema } from '../../../src/kernel/data/inferSchema.ts';
import {
  categorical,
  defineSchema,
  type FieldSpec,
  hashed,
  multiValued,
  numeric,
  type Schema,
  target,
} from '../../../src/kernel/data/schema.ts';
import { type Table, tableOf } from '../../../src/kernel/data/table.ts';

/** A table of one column `f` beside the target `y`. */
const column = (...cells: unknown[]): Table =>
  tableOf(
    cells.map((f, i) => ({ y: i % 2, f })),
    'f.csv',
  );
const schemaOf = (f: FieldSpec, more: Partial<Parameters<typeof defineSchema>[0]> = {}): Schema =>
  defineSchema({ fields: { f }, target: target('y'), ...more });
const rowsOf = (data: Dataset): [id: number, x: number][][] =>
  Array.from({ length: data.rows }, (_, row) =>
    Array.from({ length: data.rowStart[row + 1] - data.rowStart[row] }, (_, i) => {
      const e = data.rowStart[row] + i;
      return [data.ids[e], data.values ? data.values[e] : 1];
    }),
  );
const encoded = (f: FieldSpec, ...cells: unknown[]): Dataset => {
  const table = column(...cells);
  return encode(table, fitDictionary(schemaOf(f), table));
};
const fitted = (f: FieldSpec, ...cells: unknown[]) => fitDictionary(schemaOf(f), column(...cells));
const valuesOf = (f: FieldSpec, ...cells: unknown[]) => fitted(f, ...cells).fields[0].values;

describe('categorical', () => {
  it('gives one id per distinct text in order of first appearance, x = 1', () => {
    const data = encoded(categorical(), 'b', '007', 'b', '7');
    expect(rowsOf(data)).toEqual([[[0, 1]], [[1, 1]], [[0, 1]], [[2, 1]]]);
    expect(data.values).toBeNull();
    expect([...data.target]).toEqual([0, 1, 0, 1]);
    expect(data.fields).toEqual([{ name: 'f', offset: 0, size: 3 }]);
  });

  it('takes first appearance in file order, whatever the order of the training rows, or sorts', () => {
    const table = column('c', 'a', 'b');
    const rows = Int32Array.of(2, 0);
    expect(fitDictionary(schemaOf(categorical()), table, rows).fields[0].values).toEqual(['c', 'b']);
    expect(fitDictionary(schemaOf(categorical(), { order: 'sorted' }), table).fields[0].values).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  it('compares text exactly, or trimmed, in lower case, normalised', () => {
    expect(valuesOf(categorical(), 'A', 'a', ' a', 'e\u0301', '\u00e9')).toHaveLength(5);
    const spec = categorical({ trim: true, lowercase: true, normalise: true });
    expect(valuesOf(spec, 'A', 'a', ' a', 'e\u0301', '\u00e9')).toEqual(['a', '\u00e9']);
  });

  it('leaves missing cells out, gives them a value, or refuses them', () => {
    expect(rowsOf(encoded(categorical(), 'a', '', 'b'))).toEqual([[[0, 1]], [], [[1, 1]]]);
    expect(encoded(categorical(), 'a', null).report?.fields?.[0].missing).toBe(1);
    expect(rowsOf(encoded(categorical({ missing: 'value' }), 'a', '', 'b'))).toEqual([[[0, 1]], [[1, 1]], [[2, 1]]]);
    expect(() => encoded(categorical({ missing: 'error' }), 'a', '')).toThrow(
      'f.csv:2: field "f": expected a value, got an empty cell; fill it',
    );
  });
});

describe('unknown values', () => {
  const unseen = (spec: FieldSpec, ...seen: string[]) => {
    const data = encode(column('new', 'a'), fitted(spec, ...seen));
    return { rows: rowsOf(data), count: data.report?.fields?.[0].unseen };
  };

  it('are left out and counted without an unknown id', () => {
    expect(unseen(categorical(), 'a', 'b')).toEqual({ rows: [[], [[0, 1]]], count: 1 });
  });

  it('take the unknown id, the last of the block, where rare values trained it', () => {
    const spec = categorical({ minCount: 2 });
    expect(valuesOf(spec, 'a', 'b', 'a', 'c')).toEqual(['a', '?']);
    expect(rowsOf(encoded(spec, 'a', 'b', 'a', 'c'))).toEqual([[[0, 1]], [[1, 1]], [[0, 1]], [[1, 1]]]);
    expect(unseen(spec, 'a', 'b', 'a', 'c')).toEqual({ rows: [[[1, 1]], [[0, 1]]], count: 1 });
  });

  it('are left out where nothing trained the unknown id', () => {
    expect(unseen(categorical({ minCount: 2 }), 'a', 'a')).toEqual({ rows: [[], [[0, 1]]], count: 1 });
    expect(unseen(categorical({ unknown: true }), 'a')).toEqual({ rows: [[], [[0, 1]]], count: 1 });
    expect(fitted(categorical({ unknown: true }), 'a').features).toBe(2);
  });
});

describe('multi-valued', () => {
  it('gives 1/m, 1 or 1/sqrt(m) to each of m values, ids ascending', () => {
    const cells = ['b|a', 'a|c|d|b', ''];
    expect(rowsOf(encoded(multiValued(), ...cells))).toEqual([
      [
        [0, 0.5],
        [1, 0.5],
      ],
      [
        [0, 0.25],
        [1, 0.25],
        [2, 0.25],
        [3, 0.25],
      ],
      [],
    ]);
    expect(rowsOf(encoded(multiValued({ combine: 'one' }), ...cells))[0]).toEqual([
      [0, 1],
      [1, 1],
    ]);
    expect(rowsOf(encoded(multiValued({ combine: 'sqrt' }), ...cells))[1].map(([, x]) => x)).toEqual([
      0.5, 0.5, 0.5, 0.5,
    ]);
  });

  it('merges repeated values and counts them', () => {
    const data = encoded(multiValued({ combine: 'one' }), 'a|b|a');
    expect([rowsOf(data), data.report?.merged]).toEqual([
      [
        [
          [0, 1],
          [1, 1],
        ],
      ],
      1,
    ]);
    expect(rowsOf(encoded(multiValued({ weighted: true }), 'a:1|b:2|a:0.5'))).toEqual([
      [
        [0, 1.5],
        [1, 2],
      ],
    ]);
  });

  it('takes weights, raw or normalised, and drops zero weights', () => {
    expect(rowsOf(encoded(multiValued({ weighted: true }), 'a:3|b:-1|c:0'))).toEqual([
      [
        [0, 3],
        [1, -1],
      ],
    ]);
    expect(rowsOf(encoded(multiValued({ weighted: true, combine: 'mean' }), 'a:3|b:1'))).toEqual([
      [
        [0, 0.75],
        [1, 0.25],
      ],
    ]);
    expect(rowsOf(encoded(multiValued({ weighted: true, combine: 'sqrt' }), 'x:y:3|b:4'))).toEqual([
      [
        [0, Math.fround(0.6)],
        [1, Math.fround(0.8)],
      ],
    ]);
    expect(() => encoded(multiValued({ weighted: true }), 'a')).toThrow(
      'f.csv:1: field "f": expected value:weight, got "a"',
    );
  });

  it('counts each value of a list for minCount', () => {
    expect(valuesOf(multiValued({ minCount: 2 }), 'a|b', 'a|c', 'b|d')).toEqual(['a', 'b', '?']);
  });
});

describe('numeric', () => {
  const xs = (spec: FieldSpec, ...cells: unknown[]) => rowsOf(encoded(spec, ...cells)).map((row) => row[0]?.[1] ?? 0);

  it('has one id whose x is the number, zero leaving no entry', () => {
    const data = encoded(numeric(), 2, '', 0, -1.5);
    expect(rowsOf(data)).toEqual([[[0, 2]], [], [], [[0, -1.5]]]);
    expect([data.features, data.report?.zeros, data.report?.fields?.[0].missing]).toEqual([1, 1, 1]);
  });

  it('standardises by mean and deviation of the training rows, missing being the mean', () => {
    expect(xs(numeric({ transform: 'standard' }), 1, 3, '', 5, 7)).toEqual(
      [-3, -1, 0, 1, 3].map((x) => Math.fround(x / Math.sqrt(5))),
    );
    expect(() => encoded(numeric({ transform: 'standard' }), 4, 4)).toThrow('got 4 in every row; leave the field out');
  });

  it('scales to [0, 1] and clips what lies outside, counted', () => {
    const dictionary = fitted(numeric({ transform: 'minMax' }), 10, 20);
    const data = encode(column(15, 30, 0), dictionary);
    expect(rowsOf(data)).toEqual([[[0, 0.5]], [[0, 1]], []]);
    expect(data.report?.fields?.[0].clipped).toBe(2);
  });

  it('takes log1p then standardises, and refuses negative numbers', () => {
    const [a, b] = [Math.log1p(0), Math.log1p(9)];
    expect(xs(numeric({ transform: 'log1p' }), 0, 9)).toEqual(
      [a, b].map((x) => Math.fround((x - (a + b) / 2) / ((b - a) / 2))),
    );
    expect(() => encoded(numeric({ transform: 'log1p' }), 1, -1)).toThrow('expected numbers from 0 for log1p, got -1');
    expect(() => encode(column(-1), fitted(numeric({ transform: 'log1p' }), 0, 9))).toThrow(
      'got -1; use another transform',
    );
  });

  it('ranks by quantile', () => {
    const cells = Array.from({ length: 100 }, (_, i) => i);
    const values = xs(numeric({ transform: 'quantile', quantiles: 5 }), ...cells);
    expect(values.slice(18, 22)).toEqual([0, 0, 0.25, 0.25]);
    expect(values[99]).toBe(1);
  });

  it('buckets by half-open borders, given or of equal counts', () => {
    const data = encoded(numeric({ buckets: [18, 25] }), 17.9, 18, 24, 25, 99, '');
    expect(data.ids).toEqual(Int32Array.of(0, 1, 1, 2, 2));
    expect(featureMapOf(data.dictionary!).values).toEqual([['[-inf, 18)', '[18, 25)', '[25, inf)']]);
    const equal = encoded(numeric({ buckets: 4 }), ...Array.from({ length: 40 }, (_, i) => i));
    expect([0, 1, 2, 3].map((id) => equal.ids.filter((x) => x === id).length)).toEqual([10, 10, 10, 10]);
    expect(valuesOf(numeric({ buckets: 4 }), 1, 1, 1, 1, 1, 2)).toEqual(['[-inf, 2)', '[2, inf)']);
  });

  it('marks missing cells on request, or refuses them', () => {
    expect(rowsOf(encoded(numeric({ missing: 'indicator' }), 2, ''))).toEqual([[[0, 2]], [[1, 1]]]);
    expect(() => encoded(numeric({ missing: 'error' }), 2, '')).toThrow(
      'f.csv:2: field "f": expected a number, got an empty',
    );
    expect(() => encoded(numeric(), 2, '12px')).toThrow('f.csv:2: expected a number in column "f", got "12px"');
  });
});

describe('hashed', () => {
  it('hashes field=value into a fixed block', () => {
    const table = tableOf([{ y: 1, first: 'a', city: '369' }]);
    const schema = defineSchema({ fields: { first: categorical(), city: hashed(1000) }, target: target('y') });
    const data = encode(table, fitDictionary(schema, table));
    expect(data.features).toBe(1001);
    expect([...data.ids]).toEqual([0, 1 + (172_366_692 % 1000)]); // "city=369" hashes to 172366692
    expect(encode(tableOf([{ y: 1, first: 'a', city: 'new' }]), data.dictionary!).report?.fields?.[1].unseen).toBe(0);
  });

  it('takes lists with a separator', () => {
    expect(rowsOf(encoded(hashed(1000, { separator: '|' }), 'a|b'))[0].map(([, x]) => x)).toEqual([0.5, 0.5]);
    expect(rowsOf(encoded(hashed(1000), 'a|b'))[0]).toHaveLength(1);
  });
});

describe('the target', () => {
  it('is a number, or 1 and -1 by a border, true and false being 1 and 0', () => {
    const table = tableOf([
      { f: 'a', y: 3 },
      { f: 'a', y: 4 },
    ]);
    const schema = defineSchema({ fields: { f: categorical() }, target: target('y', { positiveAbove: 3 }) });
    expect([...encode(table, fitDictionary(schema, table)).target]).toEqual([-1, 1]);
    const booleans = tableOf([
      { f: 'a', y: true },
      { f: 'a', y: false },
    ]);
    expect([...encode(booleans, fitDictionary(schemaOf(categorical()), booleans)).target]).toEqual([1, 0]);
  });

  it('must be there in every row', () => {
    const table = tableOf(
      [
        { f: 'a', y: 1 },
        { f: 'a', y: null },
      ],
      'f.csv',
    );
    expect(() => encode(table, fitDictionary(schemaOf(categorical()), table))).toThrow(
      'f.csv:2: expected a target in column "y", got an empty cell; fill it',
    );
  });
});

describe('single rows', () => {
  const csv = 'user,genres,age,y\nu1,a|b,20,1\nu2,c,40,0\nu1,,30,1\n';
  const schema = defineSchema({
    fields: { user: categorical(), genres: multiValued(), age: numeric({ transform: 'standard' }) },
    target: target('y'),
  });
  const table = parseCsv(csv);
  const dictionary = fitDictionary(schema, table);

  it('encode as rows of a table do, and decode to names', () => {
    const data = encode(table, dictionary);
    const row = encodeRow(dictionary, { user: 'u1', genres: ['b', 'a'], age: 20 });
    expect(row.ids).toEqual(data.ids.subarray(0, data.rowStart[1]));
    expect(row.values).toEqual(data.values!.subarray(0, data.rowStart[1]));
    expect(decodeRow(data.featureMap!, row.ids, row.values)).toEqual([
      { field: 'user', value: 'u1', x: 1 },
      { field: 'genres', value: 'a', x: 0.5 },
      { field: 'genres', value: 'b', x: 0.5 },
      { field: 'age', value: '*', x: Math.fround(-Math.sqrt(1.5)) },
    ]);
  });

  it('name unseen values and unknown fields', () => {
    expect(encodeRow(dictionary, { user: 'u9', age: null })).toEqual({
      ids: new Int32Array(),
      values: new Float32Array(),
      unseen: ['user'],
    });
    expect(() => encodeRow(dictionary, { usr: 'u1' })).toThrow('got "usr"; did you mean "user"?');
    expect(() => encodeRow(dictionary, { user: ['u1'] })).toThrow(
      'field "user": expected one text, exact number or boolean',
    );
    expect(() => encodeRow(dictionary, { user: 2 ** 53 })).toThrow('give the value as text');
  });

  it('survive saving the dictionary as JSON', () => {
    const saved = JSON.parse(JSON.stringify(dictionary));
    expect(saved).toEqual(dictionary);
    expect(encode(table, saved).ids).toEqual(encode(table, dictionary).ids);
  });

  it('give back every value of every row (property)', () => {
    const value = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), (cells) => {
        const data = encoded(categorical(), ...cells);
        const back = Array.from(data.ids, (id) => decodeRow(data.featureMap!, Int32Array.of(id))[0].value);
        expect(back).toEqual(cells);
      }),
      { seed: 4, numRuns: 100 },
    );
  });
});

describe('schemas', () => {
  it('refuse misspelt options, wrong fields and missing parts', () => {
    expect(() => categorical({ mincount: 2 } as object)).toThrow(
      'categorical(): unknown option "mincount"; did you mean "minCount"?',
    );
    expect(() => hashed(0)).toThrow('hashed(): "buckets" must be an integer at least 1');
    expect(() => numeric({ buckets: [3, 2] })).toThrow(
      '"buckets" must be a number of buckets (2 or more) or ascending borders',
    );
    expect(() => numeric({ buckets: 4, transform: 'standard' })).toThrow('exclude each other');
    expect(() => defineSchema({ fields: {}, target: target('y') })).toThrow('must name at least one field');
    expect(() => defineSchema({ fields: { f: 'categorical' as unknown as FieldSpec }, target: target('y') })).toThrow(
      'field "f" must be a field such as categorical(), got categorical',
    );
    expect(() => defineSchema({ fields: { f: categorical() } } as never)).toThrow('"target" is missing');
  });

  it('name the columns there are when one is missing', () => {
    const schema = defineSchema({ fields: { g: categorical({ column: 'ff' }) }, target: target('y') });
    expect(() => fitDictionary(schema, column('a'))).toThrow('f.csv: expected a column "ff", got the columns "y", "f"');
  });

  it('are proposed with reasons', () => {
    const table = parseCsv('user,genres,score,rating\n1,a|b,0.5,3\n2,c,1,4\n1,,2,5\n');
    const { schema, reasons } = inferSchema(table);
    expect(schema.target.column).toBe('rating');
    expect(schema.fields.map((f) => [f.name, f.kind])).toEqual([
      ['user', 'categorical'],
      ['genres', 'multiValued'],
      ['score', 'numeric'],
    ]);
    expect(reasons).toEqual([
      'rating: target, guessed from its name or place; give target to change it',
      'user: categorical, every cell is an integer, which may be an id (kept so) or a quantity (numeric); 2 distinct cells',
      'genres: multiValued, "|" occurs in 1 of 2 distinct cells, 1 empty cells',
      'score: numeric, every cell is a number and not all are integers; 3 distinct cells',
    ]);
  });
});
