import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Dataset, takeRows } from '../../../src/kernel/data/dataset.ts';
import { distinctRows, duplicatesAcross } from '../../../src/kernel/data/duplicates.ts';
import { textHash } from '../../../src/kernel/data/files.ts';
import { parseLibfm, readLibfm } from '../../../src/kernel/data/libfm.ts';
import {
  type RowSplit,
  splitByGroup,
  splitByTime,
  splitDataset,
  splitHash,
  splitLeaveLastOut,
  splitRandom,
} from '../../../src/kernel/data/split.ts';
import { arbitraryDataset } from './arbitraryDataset.ts';
import { sharedData } from './sharedData.ts';

const sizes = (s: RowSplit): number[] => [s.train.length, s.validation.length, s.test.length];
const lists = (s: RowSplit): number[][] => [[...s.train], [...s.validation], [...s.test]];

describe('splitRandom', () => {
  it('has floor(N r) rows for validation and test, the rest for training', () => {
    expect(sizes(splitRandom(286_740))).toEqual([200_718, 57_348, 28_674]);
    expect(sizes(splitRandom(19))).toEqual([15, 3, 1]);
    expect(sizes(splitRandom(100, { ratios: [0.42, 0.29, 0.29] }))).toEqual([42, 29, 29]);
    expect(sizes(splitRandom(3, { ratios: [1, 0, 0] }))).toEqual([3, 0, 0]);
  });

  it('puts every row into one part, ascending (property)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer(), (rows, seed) => {
        const split = splitRandom(rows, { seed });
        const all = lists(split).flat();
        expect([...all].sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, i) => i));
        for (const part of lists(split)) expect(part).toEqual([...part].sort((a, b) => a - b));
      }),
      { seed: 6, numRuns: 50 },
    );
  });

  it('is the same for the same seed, and another for another', () => {
    expect(splitRandom(50, { seed: 1 })).toEqual(splitRandom(50, { seed: 1 }));
    expect(splitRandom(50, { seed: 1 })).not.toEqual(splitRandom(50, { seed: 2 }));
    expect([...splitRandom(20, { seed: 2016 }).validation]).toMatchInlineSnapshot(`
      [
        1,
        2,
        14,
        15,
      ]
    `);
  });

  it('refuses ratios that are not three parts of 1', () => {
    expect(() => splitRandom(9, { ratios: [0.7, 0.2, 0.2] })).toThrow(
      'splitRandom(): "ratios" must be three numbers that add up to 1',
    );
    expect(() => splitRandom(9, { ratios: [0.7, 0.3] as never })).toThrow('add up to 1, got 0.7, 0.3');
    expect(() => splitRandom(9, { sed: 1 } as never)).toThrow('did you mean "seed"?');
  });
});

describe('other splits', () => {
  it('by group keeps every group in one part', () => {
    const groups = Int32Array.from({ length: 200 }, (_, i) => (i * 7) % 20);
    const split = splitByGroup(groups, { ratios: [0.6, 0.3, 0.1] });
    const of = lists(split).map((part) => new Set(part.map((row) => groups[row])));
    expect(of.map((s) => s.size)).toEqual([12, 6, 2]);
    expect(new Set(of.flatMap((s) => [...s])).size).toBe(20);
    expect(sizes(split)).toEqual([120, 60, 20]);
  });

  it('by time cuts at the given times', () => {
    expect(lists(splitByTime([5, 1, 9, 3, 7], { validationFrom: 5, testFrom: 9 }))).toEqual([[1, 3], [0, 4], [2]]);
    expect(lists(splitByTime([5, 1], { validationFrom: 2 }))).toEqual([[1], [0], []]);
    expect(() => splitByTime([1], { validationFrom: 3, testFrom: 2 })).toThrow('at most "testFrom"');
    expect(() => splitByTime([1, Number.NaN], { validationFrom: 3 })).toThrow('got none in row 1');
  });

  it('leaves the last rows of each group out', () => {
    expect(lists(splitLeaveLastOut([1, 1, 2, 1, 2, 3], [3, 1, 4, 3, 9, 5]))).toEqual([[1], [0, 2], [3, 4, 5]]);
  });
});

describe('splits of data sets', () => {
  const data = parseLibfm('1 0:1\n-1 1:1 2:0.5\n1 0:1\n2 3:1\n', {}, 'f.libfm');

  it('take the rows, without empty parts, and have a hash of their canonical lines', () => {
    const split = splitDataset(data, {
      train: Int32Array.of(1, 2),
      validation: Int32Array.of(0),
      test: new Int32Array(),
    });
    expect([...split.train.target, ...split.validation!.target]).toEqual([-1, 1, 1]);
    expect(Object.keys(split)).toEqual(['train', 'validation']);
    expect(splitHash(split)).toBe(textHash('-1 1:1 2:0.5\n1 0:1\n1 0:1\n'));
    expect(() =>
      splitDataset(data, { train: new Int32Array(), validation: Int32Array.of(1), test: new Int32Array() }),
    ).toThrow('f.libfm: expected rows to train on, got none');
  });

  it('count rows that are also in training', () => {
    const part = (...rows: number[]): Dataset => takeRows(data, Int32Array.from(rows));
    expect(distinctRows(data)).toBe(3);
    expect(duplicatesAcross({ train: part(0, 1), validation: part(2, 3), test: part(1, 2, 3) })).toEqual({
      validation: 1,
      test: 2,
    });
  });

  it('count distinct rows as their lines do (property)', () => {
    fc.assert(
      fc.property(arbitraryDataset, fc.array(fc.nat(), { maxLength: 40 }), (random, picks) => {
        const rows = Int32Array.from(picks, (p) => p % random.rows);
        const picked = takeRows({ ...random, group: null }, rows);
        const lines = new Set(rows.map((row) => firstEqual(random, row)));
        expect(distinctRows(picked)).toBe(lines.size);
      }),
      { seed: 7, numRuns: 100 },
    );
  });
});

/** The first row equal to `row`, by comparing everything. */
function firstEqual(data: Dataset, row: number): number {
  const key = (r: number) => {
    const [from, to] = [data.rowStart[r], data.rowStart[r + 1]];
    return JSON.stringify([
      data.target[r] + 0,
      [...data.ids.slice(from, to)],
      data.values ? [...data.values.slice(from, to)] : [],
    ]);
  };
  for (let r = 0; r < row; r++) if (key(r) === key(row)) return r;
  return row;
}

const train = sharedData('frappe/frappe.train.libfm');
const validation = sharedData('frappe/frappe.validation.libfm');
it.skipIf(!train || !validation)('finds the known duplicates of Frappe', async () => {
  const [a, b] = await readLibfm([train!, validation!]);
  expect([distinctRows(a), distinctRows(b)]).toEqual([201_807, 57_720]);
  const positive = takeRows(
    b,
    Int32Array.from(b.target.keys()).filter((row) => b.target[row] > 0),
  );
  expect(duplicatesAcross({ train: a, validation: positive }).validation).toBe(2);
});
