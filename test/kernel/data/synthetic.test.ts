import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../../src/kernel/data/csv.ts';
import type { Dataset } from '../../../src/kernel/data/dataset.ts';
import { fitDictionary } from '../../../src/kernel/data/dictionary.ts';
import { encode } from '../../../src/kernel/data/encode.ts';
import { textHash } from '../../../src/kernel/data/files.ts';
import { libfmLines } from '../../../src/kernel/data/libfmText.ts';
import { zipf } from '../../../src/kernel/data/oneValuePerField.ts';
import { columnsOf } from '../../../src/kernel/data/schema.ts';
import { type PlantedDataset, planted, planted3 } from '../../../src/kernel/data/synthetic.ts';
import { frappeShaped, tagShaped } from '../../../src/kernel/data/syntheticLogs.ts';
import { mixed, mixedSchema } from '../../../src/kernel/data/syntheticTable.ts';

const golden = (data: Dataset) => {
  const text = [...libfmLines(data, false)].join('');
  return { rows: data.rows, features: data.features, first: text.split('\n').slice(0, 3), sha256: textHash(text) };
};
const mixedData = (): Dataset => {
  const table = parseCsv(mixed(), columnsOf(mixedSchema));
  return encode(table, fitDictionary(mixedSchema, table));
};

describe('golden: the same rows on every platform', () => {
  it('planted', () =>
    expect(golden(planted())).toMatchInlineSnapshot(`
    {
      "features": 72,
      "first": [
        "-0.054520167 1:1 12:1 24:1 36:1 48:1 71:1",
        "-0.35241464 0:1 14:1 24:1 36:1 50:1 68:1",
        "0.4556659 2:1 12:1 25:1 38:1 50:1 62:1",
      ],
      "rows": 20000,
      "sha256": "0dd8cbf46598471e66baa2bbdbc534261c879594264fd306b3e74fa0bf7d6879",
    }
  `));
  it('planted3', () =>
    expect(golden(planted3())).toMatchInlineSnapshot(`
    {
      "features": 72,
      "first": [
        "-0.37892592 0:1 12:1 24:1 39:1 48:1 66:1",
        "1.9060965 2:1 23:1 24:1 36:1 54:1 68:1",
        "-2.4170513 7:1 14:1 24:1 36:1 57:1 62:1",
      ],
      "rows": 20000,
      "sha256": "4c5dc5e8c183be1a9f190726ef68f731a092d92459590a84fd8a559ea6ce30e8",
    }
  `));
  it('frappeShaped', () =>
    expect(golden(frappeShaped())).toMatchInlineSnapshot(`
      {
        "features": 573,
        "first": [
          "1 41:1 369:1 507:1 511:1 518:1 520:1 523:1 526:1 549:1 569:1",
          "-1 41:1 402:1 507:1 511:1 518:1 520:1 523:1 526:1 549:1 569:1",
          "-1 41:1 155:1 507:1 511:1 518:1 520:1 523:1 526:1 549:1 569:1",
        ],
        "rows": 28860,
        "sha256": "fe93737aaa01a512ac9da0befa23fa6fd089bca7459ee2d94cbe85dad4fb2568",
      }
    `));
  it('tagShaped', () =>
    expect(golden(tagShaped())).toMatchInlineSnapshot(`
      {
        "features": 2814,
        "first": [
          "1 7:1 985:1 1201:1",
          "-1 7:1 985:1 2404:1",
          "-1 7:1 985:1 1403:1",
        ],
        "rows": 28674,
        "sha256": "52b6a323b7f3c96cb1c1575f35c3969c8129a549305a06f831bab5fc64c0fc37",
      }
    `));
  it('mixed', () =>
    expect(golden(mixedData())).toMatchInlineSnapshot(`
      {
        "features": 272,
        "first": [
          "2 0:1 186:1 233:0.82936096 238:1 260:1",
          "3 1:1 187:1 227:1 233:-0.9057128 239:1 248:1",
          "3 2:1 188:1 228:3 233:-0.54316115 237:1 242:1",
        ],
        "rows": 2000,
        "sha256": "035167d200c88efc9ec5f9c39712f231d3e7422fa7c156a6d8e1a09f221f744a",
      }
    `));
});

it('another seed gives other rows', () => {
  expect(golden(planted({ rows: 100, seed: 1 }))).not.toEqual(golden(planted({ rows: 100, seed: 2 })));
});

/** The values of a row, from 0 in each field. */
const chosen = (data: PlantedDataset, row: number): number[] =>
  data.fields.map((field, f) => data.ids[row * data.fields.length + f] - field.offset);

describe.each([
  ['planted', planted, 2],
  ['planted3', planted3, 3],
] as const)('%s', (_, generate, axes) => {
  const data = generate({ rows: 2000, noise: 0 });
  const { truth } = data;

  it('has the targets that its truth says', () => {
    const fields = truth.interaction.map((name) => data.fields.findIndex((f) => f.name === name));
    expect(fields).toHaveLength(axes);
    for (let row = 0; row < 50; row++) {
      const values = chosen(data, row);
      const main = values.reduce((sum, v, f) => sum + truth.main[data.fields[f].offset + v], 0);
      const together = truth.table[fields.reduce((at, f) => at * 12 + values[f], 0)];
      expect(data.target[row]).toBeCloseTo(truth.bias + main + together, 5);
    }
  });

  it('has an interaction without lower-order parts', () => {
    const p = zipf(12, 1.1);
    for (let axis = 0; axis < axes; axis++) {
      const step = 12 ** (axes - 1 - axis);
      for (let at = 0; at < truth.table.length; at++) {
        if (Math.floor(at / step) % 12 !== 0) continue;
        const mean = p.reduce((sum, w, i) => sum + w * truth.table[at + i * step], 0);
        expect(mean).toBeCloseTo(0, 12);
      }
    }
    expect(Math.max(...truth.table)).toBeGreaterThan(1);
  });

  it('refuses an interaction of fields that are not there', () => {
    expect(() => generate({ interaction: [1, 1, 1].slice(0, axes) })).toThrow(`must be ${axes} different fields`);
    expect(() => generate({ interaction: [1, 2, 9].slice(3 - axes) })).toThrow('different fields below 6');
  });
});

it('frappeShaped has 10 fields, two negatives per use, and no negative that its user ever used', () => {
  const data = frappeShaped({ scale: 0.02 });
  expect(data.fields.map((f) => f.name).join(' ')).toBe(
    'user item daytime weekday isweekend homework cost weather country city',
  );
  const used = new Set<string>();
  const key = (row: number): string => `${data.ids[row * 10]} ${data.ids[row * 10 + 1]}`;
  for (const [row, y] of data.target.entries()) if (y > 0) used.add(key(row));
  const negatives = [...data.target.keys()].filter((row) => data.target[row] < 0);
  expect(negatives.length).toBe((data.rows / 3) * 2);
  for (const row of negatives) expect(used.has(key(row))).toBe(false);
});

it('tagShaped has no triple twice among the positives', () => {
  const data = tagShaped({ scale: 0.01 });
  const triples = Array.from({ length: data.rows }, (_, r) => data.ids.subarray(r * 3, r * 3 + 3).join(' '));
  const positive = triples.filter((_, row) => data.target[row] > 0);
  expect(new Set(positive).size).toBe(positive.length);
});

it('mixed has every kind of field, missing numbers and quoted commas', () => {
  const data = mixedData();
  expect(new Set(data.dictionary!.fields.map((f) => f.spec.kind))).toEqual(
    new Set(['categorical', 'multiValued', 'numeric', 'hashed']),
  );
  const income = data.report!.fields!.find((f) => f.name === 'income')!;
  expect(income.missing).toBeGreaterThan(100);
  expect(data.featureMap!.values[1]).toContain('city 0, north');
  expect(data.dictionary!.fields[1].unknownId).not.toBeNull();
});
