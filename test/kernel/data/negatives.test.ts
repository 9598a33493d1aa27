import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/kernel/data/dataset.ts';
import { fitDictionary } from '../../../src/kernel/data/dictionary.ts';
import { encode } from '../../../src/kernel/data/encode.ts';
import { type NegativeOptions, sampleNegatives } from '../../../src/kernel/data/negatives.ts';
import { numberedFields, oneValuePerField } from '../../../src/kernel/data/oneValuePerField.ts';
import { categorical, defineSchema, target } from '../../../src/kernel/data/schema.ts';
import { tableOf } from '../../../src/kernel/data/table.ts';

type Triple = readonly [user: number, item: number, tag: number];
const logOf = (sizes: Triple, rows: readonly Triple[]): Dataset => {
  const map = numberedFields({ user: sizes[0], item: sizes[1], tag: sizes[2] });
  return oneValuePerField(map, Int32Array.from(rows.flat()), new Float32Array(rows.length).fill(1), 'log');
};
const triples = (data: Dataset): Triple[] =>
  Array.from({ length: data.rows }, (_, r) => {
    const [u, i, t] = data.ids.subarray(r * 3, r * 3 + 3);
    return [u, i - data.fields[1].offset, t - data.fields[2].offset];
  });

const sizes: Triple = [4, 12, 12];
const arbitraryLog = fc.array(fc.tuple(fc.nat(3), fc.nat(11), fc.nat(11)), { minLength: 1, maxLength: 40 });
const cases: [NegativeOptions, (a: Triple, b: Triple) => boolean, place: 1 | 2][] = [
  [{ field: 'item', rule: 'user' }, (a, b) => a[0] === b[0], 1],
  [{ field: 'item', rule: 'context', popularity: 0.5 }, (a, b) => a[0] === b[0] && a[2] === b[2], 1],
  [{ field: 'tag', rule: 'pair', item: 'item', count: 3, target: 0 }, (a, b) => a[0] === b[0] && a[1] === b[1], 2],
];
for (const [options, sameKey, place] of cases)
  it(`never draws what the rule "${options.rule}" excludes, nor a value twice, and gives fewer only when none is left (property)`, () => {
    fc.assert(
      fc.property(arbitraryLog, fc.integer(), (rows, seed) => {
        const { data, negatives, exhausted } = sampleNegatives(logOf(sizes, rows), { ...options, seed });
        const count = options.count ?? 2;
        const all = triples(data);
        let at = 0;
        let short = 0;
        for (const row of rows) {
          expect(all[at]).toEqual(row);
          expect(data.target[at++]).toBe(1);
          const drawn: number[] = [];
          while (at < data.rows && data.target[at] !== 1) {
            expect(data.target[at]).toBe(options.target ?? -1);
            expect(all[at].filter((_, i) => i !== place)).toEqual(row.filter((_, i) => i !== place));
            drawn.push(all[at++][place]);
          }
          const excluded = new Set(rows.filter((other) => sameKey(other, row)).map((other) => other[place]));
          const catalogue = options.popularity ? rows.map((r) => r[place]) : [...Array(12).keys()];
          const free = new Set(catalogue.filter((value) => !excluded.has(value)));
          expect(drawn.length).toBe(Math.min(count, free.size));
          expect(new Set(drawn).size).toBe(drawn.length);
          for (const value of drawn) expect(free.has(value)).toBe(true);
          if (drawn.length < count) short++;
        }
        expect([at, exhausted, negatives]).toEqual([data.rows, short, data.rows - rows.length]);
      }),
      { seed: 8, numRuns: 60 },
    );
  });

const many: Triple[] = Array.from({ length: 3000 }, () => [0, 0, 0]);
const drawnItems = (log: Dataset, options: NegativeOptions): number[] => {
  const counts = new Array<number>(log.fields[1].size).fill(0);
  const { data } = sampleNegatives(log, options);
  for (const [r, [, item]] of triples(data).entries()) if (data.target[r] < 0) counts[item]++;
  return counts;
};

it('draws uniformly (chi-square)', () => {
  const counts = drawnItems(logOf([1, 11, 1], many), { field: 'item', rule: 'user', count: 1 });
  expect(counts[0]).toBe(0);
  const chi = counts.slice(1).reduce((sum, n) => sum + (n - 300) ** 2 / 300, 0);
  expect(chi).toBeLessThan(27.9); // 9 degrees of freedom, p = 0.001
});

it('draws by popularity', () => {
  // items 1 and 2 occur 16 times and once, in rows of another user
  const rows: Triple[] = [...many, ...Array.from({ length: 16 }, (): Triple => [1, 1, 0]), [1, 2, 0]];
  const counts = drawnItems(logOf([2, 4, 1], rows), { field: 'item', rule: 'user', count: 1, popularity: 0.5 });
  expect(counts[3]).toBe(0);
  expect(counts[1] / 3000).toBeCloseTo(4 / 5, 1);
});

it('keeps rows that are no positives, and repeats exactly for a seed', () => {
  const log = {
    ...logOf(
      [1, 5, 1],
      [
        [0, 0, 0],
        [0, 1, 0],
      ],
    ),
    target: Float32Array.of(-1, 1),
  };
  const once = sampleNegatives(log, { field: 'item', rule: 'user', seed: 3 });
  expect([...once.data.target]).toEqual([-1, 1, -1, -1]);
  expect(sampleNegatives(log, { field: 'item', rule: 'user', seed: 3 })).toEqual(once);
});

it('names the first row of an exhausted catalogue', () => {
  const result = sampleNegatives(
    logOf(
      [2, 3, 1],
      [
        [0, 0, 0],
        [1, 0, 0],
        [1, 1, 0],
      ],
    ),
    { field: 'item', rule: 'user' },
  );
  expect(result).toMatchObject({ negatives: 4, exhausted: 2, firstExhausted: 1 });
});

it('never draws the unknown id', () => {
  const table = tableOf(['a', 'a', 'b', 'b', 'c'].map((item, i) => ({ user: `u${i}`, item, y: 1 })));
  const schema = defineSchema({
    fields: { user: categorical(), item: categorical({ minCount: 2 }) },
    target: target('y'),
  });
  const log = encode(table, fitDictionary(schema, table));
  const { data } = sampleNegatives(log, { field: 'item', rule: 'user', count: 5 });
  const unknown = log.features - 1;
  expect([...log.ids].filter((id) => id === unknown)).toHaveLength(1);
  expect([...data.ids].filter((id) => id === unknown)).toHaveLength(1);
});

describe('refuses', () => {
  it('fields that are unknown or missing in a row, and misspelt options', () => {
    const log = logOf([1, 5, 1], [[0, 0, 0]]);
    expect(() => sampleNegatives(log, { field: 'itm', rule: 'user' })).toThrow('did you mean "item"?');
    expect(() => sampleNegatives(log, { field: 'item', rule: 'usr' as 'user' })).toThrow('did you mean "user"?');
    expect(() => sampleNegatives(log, { field: 'item' } as NegativeOptions)).toThrow('"rule" is missing');
    const empty = { ...log, rowStart: Int32Array.of(0, 0), ids: new Int32Array() };
    expect(() => sampleNegatives(empty, { field: 'item', rule: 'user' })).toThrow(
      'log: expected a value of field "item" in every row, got none in row 0',
    );
  });
});
