import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { mimeBundle } from '../../../src/kernel/format/display.ts';
import { mime } from '../../../src/kernel/format/mime.ts';
import { lr } from '../../../src/kernel/models/lr.ts';

const bundle = (value: unknown) => mimeBundle(value, (v) => inspect(v));
const text = (value: unknown) => bundle(value)['text/plain'];

test('plain values are their text', () => {
  expect(bundle('two\nlines')).toEqual({ 'text/plain': 'two\nlines' });
  for (const value of [5, -0, 10n, true, null, undefined, Symbol('s'), [1, 2], [], {}, { a: { b: 1 } }, new Set([1])])
    expect(bundle(value)).toEqual({ 'text/plain': inspect(value) });
});

test('rows of objects are a table', () => {
  const rows = [
    { model: 'FM', rmse: 0.34567891, runs: 3 },
    { model: 'NFM-1', rmse: 0.3095, best: true },
  ];
  expect(text(rows)).toBe(
    ['model  rmse      runs  best', '-----  --------  ----  ----', 'FM     0.345679  3', 'NFM-1    0.3095        true']
      .join('\n')
      .replace('rmse      runs', '    rmse  runs'),
  );
  expect(bundle(rows)[mime.table]).toEqual({
    columns: ['model', 'rmse', 'runs', 'best'],
    rows: [
      ['FM', 0.34567891, 3, ''],
      ['NFM-1', 0.3095, '', true],
    ],
    total: 2,
  });
  expect(bundle(rows)['text/html']).toContain('<th scope="col" style="text-align:right">rmse</th>');
});

test('text stays text in HTML', () => {
  const attack = '<img src=x onerror="alert(1)">';
  const html = String(bundle([{ [attack]: attack, b: "it's & that" }])['text/html']);
  expect(html).not.toContain('<img');
  expect(html).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;</th>');
  expect(html).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;</td>');
  expect(html).toContain('it&#39;s &amp; that');
});

test('long and wide tables are cut, and say so', () => {
  const rows = Array.from({ length: 1000 }, (_, i) =>
    Object.fromEntries(Array.from({ length: 40 }, (_, c) => [`c${c}`, i * c])),
  );
  const lines = text(rows).split('\n');
  expect(lines.length).toBe(2 + 50 + 1);
  expect(lines.at(-1)).toBe('… 950 more rows, 10 more columns');
  expect(bundle(rows)['text/html']).toContain('950 more rows, 10 more columns');
  expect((bundle(rows)[mime.table] as { total: number }).total).toBe(1000);
});

test('cells of a table are short, of one line, and valid JSON', () => {
  const rows = [{ a: 'x'.repeat(100), b: 'two\nlines', c: { deep: [1] }, d: Number.NaN, e: null, f: undefined }];
  expect(text(rows).split('\n')[2]).toBe(`${'x'.repeat(59)}…  two lines  { deep: [ 1 ] }  NaN  null`);
  expect(JSON.parse(JSON.stringify(bundle(rows)[mime.table]))).toEqual(bundle(rows)[mime.table]);
});

test('a Map is a table of keys and values', () => {
  expect(
    text(
      new Map<unknown, unknown>([
        ['a', 1],
        ['long key', 22.5],
      ]),
    ),
  ).toBe(['key       value', '--------  -----', 'a             1', 'long key   22.5'].join('\n'));
  expect(text(new Map())).toBe('Map(0) {}');
});

test('typed arrays have type, shape and statistics', () => {
  const values = Float32Array.from({ length: 12 }, (_, i) => i - 2);
  expect(text(values)).toBe('float32 [12] [-2, -1, 0, 1, 2, 3, 4, 5, …]\nmin -2, max 9, mean 3.5, stdev 3.4521');
  expect(text({ data: values, shape: [3, 4] })).toContain('float32 [3, 4]');
  expect(text({ data: values, shape: [3, 5] })).toContain('data: Float32Array(12)');
  expect(text(Float64Array.of(1, Number.NaN, Number.POSITIVE_INFINITY))).toBe(
    'float64 [3] [1, NaN, Infinity]\nmin 1, max 1, mean 1, stdev 0\n2 NaN or infinite',
  );
  expect(text(new Uint8ClampedArray([7]))).toBe('uint8 [1] [7]\nmin 7, max 7, mean 7, stdev 0');
  expect(text(BigInt64Array.of(5n))).toBe('int64 [1] [5]\nmin 5, max 5, mean 5, stdev 0');
  expect(bundle(new Int32Array())[mime.tensor]).toEqual({
    dtype: 'int32',
    shape: [0],
    min: null,
    max: null,
    mean: null,
    stdev: null,
    notFinite: 0,
    head: [],
  });
});

test('the spread of values far from zero is exact', () => {
  expect(bundle(Float64Array.of(1e9, 1e9 + 1, 1e9 + 2))[mime.tensor]).toMatchObject({ stdev: Math.sqrt(2 / 3) });
});

test('errors have their stack and their causes', () => {
  const cause = new TypeError('inner');
  cause.stack = 'TypeError: inner\n    at here';
  const error = new Error('outer', { cause });
  error.stack = 'Error: outer\n    at there';
  expect(text(error)).toBe('Error: outer\n    at there\ncaused by: TypeError: inner\n    at here');
  error.cause = error;
  expect(text(error)).toBe('Error: outer\n    at there');
});

test('values say how they are shown; Jupyter’s own method first', () => {
  const both = {
    [Symbol.for('Jupyter.display')]: () => ({ 'text/plain': 'jupyter', 'text/html': '<b>j</b>' }),
    toMime: () => ({ 'text/plain': 'mime' }),
  };
  expect(bundle(both)).toEqual({ 'text/plain': 'jupyter', 'text/html': '<b>j</b>' });
  class Chart {
    spec = { mark: 'line' };
    toMime() {
      return { [mime.vegaLite]: this.spec };
    }
  }
  expect(bundle(new Chart())).toEqual({
    [mime.vegaLite]: { mark: 'line' },
    'text/plain': "Chart { spec: { mark: 'line' } }",
  });
  expect(text([new Chart()])).toBe("[ Chart { spec: { mark: 'line' } } ]");
});

test('a display method that fails hides nothing', () => {
  const broken = {
    a: 1,
    toMime() {
      throw new Error('no');
    },
  };
  expect(text(broken)).toBe('{ a: 1, toMime: [Function: toMime] }\n(its display method failed: Error: no)');
});

test('graphs and model designs are shown by their data and their summary', () => {
  const design = lr({ user: 2, item: 3 });
  const expected = { [mime.graph]: design.graph, 'text/plain': design.summary() };
  expect([bundle(design), bundle(design.graph)]).toEqual([expected, expected]);
  const likeGraph = { version: 1, nodes: [3], output: 'none' };
  expect(bundle(likeGraph)).toEqual({ 'text/plain': inspect(likeGraph) });
});
