import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { mimeBundle } from '../../../src/kernel/format/display.ts';
import { type Json, mime } from '../../../src/kernel/format/mime.ts';
import { chartText, isVegaLite, vegaLite } from '../../../src/kernel/format/vegaLite.ts';

const bundle = (value: unknown) => mimeBundle(value, (v) => inspect(v));
const bars = { title: 'Rows', data: { values: [{ a: 1 }, { a: 2 }] }, mark: 'bar' };
const schema = (version: string) => `https://vega.github.io/schema/vega-lite/${version}.json`;

test('an object whose $schema is that of Vega-Lite is a chart; version 6 has a type of its own', () => {
  for (const [version, type] of [
    ['v4', mime.vegaLite],
    ['v5', mime.vegaLite],
    ['v5.20.1', mime.vegaLite],
    ['v6', mime.vegaLite6],
  ]) {
    const chart = { $schema: schema(version), ...bars };
    expect(bundle(chart)).toEqual({ [type]: chart, 'text/plain': 'Chart: Rows (bar, 2 rows)' });
  }
});

test('anything else is not', () => {
  for (const value of [bars, { $schema: 5 }, { $schema: 'https://vega.github.io/schema/vega/v5.json' }, null, [bars]])
    expect(isVegaLite(value)).toBe(false);
  expect(isVegaLite({ $schema: 'https://evil.example/https://vega.github.io/schema/vega-lite/v5.json' })).toBe(false);
});

test('vegaLite() makes one of a specification, and keeps the version that it names', () => {
  expect(bundle(vegaLite(bars))[mime.vegaLite]).toEqual({ $schema: schema('v5'), ...bars });
  expect(vegaLite({ $schema: schema('v6'), ...bars }).$schema).toBe(schema('v6'));
  for (const wrong of [{}, [], { marks: [] }, null])
    expect(() => vegaLite(wrong as object)).toThrow(
      /^vegaLite\(\): expected a chart with one of mark, layer, .*; got /,
    );
});

test('rows may hold typed arrays, and what JSON does not have is told beside the text', () => {
  const values = new Float64Array([1, 2.5]);
  expect(bundle(vegaLite({ data: { values }, mark: 'tick' }))[mime.vegaLite]).toMatchObject({
    data: { values: [1, 2.5] },
  });
  const text = bundle(vegaLite({ data: { values: [{ a: 10n }] }, mark: 'bar' }))[mime.text];
  expect(text).toMatch(/it cannot be a chart: TypeError: .*BigInt/);
});

test('the sentence names marks and rows of all layers', () => {
  const layered: Json = {
    title: { text: ['Two', 'lines'] },
    hconcat: [
      { layer: [{ mark: { type: 'line' }, data: { values: [1, 2, 3] } }, { mark: 'point' }] },
      { facet: {}, data: { values: [1] }, spec: { mark: 'line' } },
    ],
  };
  expect(chartText(layered)).toBe('Chart: Two lines (line, point, 4 rows)');
  expect(chartText({ mark: 'bar', description: 'What it shows' })).toBe('Chart: What it shows (bar)');
  for (const odd of [null, 5, [], { title: 7, layer: 'x', data: [] }]) expect(chartText(odd)).toBe('Chart');
});
