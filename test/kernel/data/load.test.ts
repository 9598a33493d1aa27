import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { writeFeatureMap } from '../../../src/kernel/data/featureMap.ts';
import { writeLibfm } from '../../../src/kernel/data/libfm.ts';
import { load } from '../../../src/kernel/data/load.ts';
import { categorical, defineSchema, numeric, target } from '../../../src/kernel/data/schema.ts';
import { planted } from '../../../src/kernel/data/synthetic.ts';
import { sharedData } from './sharedData.ts';
import { temporaryFolder } from './temporary.ts';

const here = temporaryFolder();
const schema = defineSchema({ fields: { user: categorical(), item: categorical() }, target: target('rating') });
const csv = (rows: readonly (readonly [string, string, number, number?])[]): string =>
  `user,item,rating,time\n${rows.map((r) => [r[0], r[1], r[2], r[3] ?? 0].join(',')).join('\n')}\n`;

describe('libFM text', () => {
  it('loads given files into one id space, with names and groups', async () => {
    const data = planted({ rows: 300, fields: 3, values: 4, interaction: [0, 1] });
    await writeLibfm(data, here.path('train.libfm'));
    await writeFeatureMap(data.featureMap!, here.path('features.tsv'));
    const loaded = await load(here.path('train.libfm'), {
      validation: here.write('validation.libfm', '1 0:1 4:1 8:1\n'),
      featureMap: here.path('features.tsv'),
      groupBy: 'b',
    });
    expect(loaded.train.ids).toEqual(data.ids);
    expect([loaded.validation!.features, loaded.validation!.group![0]]).toEqual([12, 0]);
    expect(loaded.card.fields.map((f) => [f.name, f.size, f.coverage])).toEqual([
      ['a', 4, 1],
      ['b', 4, 1],
      ['c', 4, 1],
    ]);
  });

  it('splits one file at random or by group', async () => {
    const path = here.write('all.txt', Array.from({ length: 100 }, (_, i) => `${i} ${i % 10}:1\n`).join(''));
    const random = await load(path, { split: { by: 'random', seed: 1 } });
    expect([random.train.rows, random.validation!.rows, random.test!.rows]).toEqual([70, 20, 10]);
    const featureMap = { features: 10, fields: [{ name: 'u', offset: 0, size: 10 }], values: [[...'0123456789']] };
    const grouped = await load(path, { featureMap, split: { by: 'group', field: 'u' } });
    expect([new Set(grouped.train.ids).size, new Set(grouped.test!.ids).size]).toEqual([7, 1]);
  });

  it('goes by the content where the name says nothing', async () => {
    expect((await load(here.write('rows.dat', '# x\n1 qid:1 0:1\n'))).train.rows).toBe(1);
    await expect(load(here.write('cells.dat', 'user,rating\n1,2\n'))).rejects.toThrow(
      'expected a schema for this table',
    );
    await expect(load(here.write('wrong.libfm', gzipSync('1 0:1\n')))).rejects.toThrow('gzip bytes');
  });
});

describe('tables', () => {
  it('learn the dictionary from the training rows only, and count what validation has besides', async () => {
    const path = here.write(
      'train.csv',
      csv([
        ['u1', 'a', 1],
        ['u2', 'b', 0],
      ]),
    );
    const validation = here.write(
      'validation.csv',
      csv([
        ['u1', 'c', 1],
        ['u9', 'c', 0],
      ]),
    );
    const loaded = await load(path, { schema, validation, groupBy: 'user' });
    expect([loaded.train.features, loaded.validation!.ids.length]).toEqual([4, 1]);
    expect([...loaded.validation!.group!]).toEqual([0, -1]);
    expect(loaded.card.fields.map((f) => f.unseen.validation)).toEqual([0.5, 1]);
    expect(loaded.card.warnings).toContain('100.0 % of validation rows have a value of item not seen in training');
    const all = await load(path, { schema: { ...schema, dictionary: 'all' }, validation });
    expect([all.train.features, all.validation!.ids.length]).toEqual([6, 4]);
  });

  it('split by time, at random, by group', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => [`u${i % 4}`, `i${i}`, i % 2, i] as const);
    const path = here.write('log.csv', csv(rows));
    const byTime = await load(path, {
      schema,
      split: { by: 'time', column: 'time', validationFrom: 20, testFrom: 30 },
    });
    expect([byTime.train.rows, byTime.validation!.rows, byTime.test!.rows]).toEqual([20, 10, 10]);
    expect(byTime.train.features).toBe(24);
    const random = await load(path, { schema, split: { by: 'random', ratios: [0.5, 0.5, 0] } });
    expect([random.train.rows, random.validation!.rows, random.test]).toEqual([20, 20, undefined]);
    const group = await load(path, { schema, split: { by: 'group', field: 'user', ratios: [0.5, 0.25, 0.25] } });
    expect(group.validation!.rows).toBe(10);
    expect(group.card.fields[0].unseen.validation).toBe(1);
  });

  it('need a schema, and propose one', async () => {
    const path = here.write('unknown.csv', csv([['u1', 'a', 1]]));
    await expect(load(path)).rejects.toThrow(
      /expected a schema for this table, got none; a proposal to check:\n {2}rating: target/,
    );
  });
});

it('refuses options that exclude each other, and misspelt ones', async () => {
  const path = here.write('x.libfm', '1 0:1\n');
  await expect(load(path, { test: path, split: { by: 'random' } })).rejects.toThrow('exclude each other');
  await expect(load(path, { schema })).rejects.toThrow('"schema" is for tables');
  await expect(load(path, { split: { by: 'time', column: 't', validationFrom: 1 } })).rejects.toThrow('no time column');
  await expect(load(path, { split: { by: 'rnd' } as never })).rejects.toThrow('"split" must be by "random"');
  await expect(load(path, { vlidation: path } as never)).rejects.toThrow('did you mean "validation"?');
});

it('warns of untransformed numbers and of the target among the features', async () => {
  const path = here.write('leak.csv', 'age,rating\n20,1\n30,0\n');
  const leaky = defineSchema({ fields: { age: numeric(), rating: categorical() }, target: target('rating') });
  expect((await load(path, { schema: leaky })).card.warnings).toEqual([
    "numbers of age reach 30; transform them, for example 'standard'",
    'field rating is the target column itself (leak)',
  ]);
});

it('prints the data card', async () => {
  const loaded = await load(here.write('card.libfm', '1 0:1 2:1\n-1 1:1\n1 0:0 5:1\n'), {
    validation: here.write('card2.libfm', '1 0:1 2:1\n-1 3:1\nx\n'),
    libfm: { onError: 'skip' },
  });
  const text = loaded.toString().replaceAll(here.folder, '');
  expect(text).toMatchInlineSnapshot(`
    "part        rows  positive  distinct  target mean  entries a row  features  source
    train          3         2         3      0.33333         1 to 2         4  /card.libfm
    validation     2         1         2      0.00000         1 to 2         3  /card2.libfm

    file       9e045e3db99f874fba315a65a8de34f913610284d0017839f280644eff02d104 /card.libfm
    file       74809078cacba1787371b6b56d8e1a477aa50d23ce3586cc2dc8770cf1b029e1 /card2.libfm
    features   6
    split      481dd499974e972101a558e1eaa5f815689388b5acecf6bbf88e027ec4296573
    warning: 1 validation rows are also training rows
    warning: 1 features occur in validation but not in training
    warning: 1 broken rows of /card2.libfm were left out"
  `);
});

const frappe = sharedData('frappe/frappe.train.libfm');
const validation = sharedData('frappe/frappe.validation.libfm');
const map = sharedData('frappe/features.tsv');
it.skipIf(!frappe || !validation || !map)('loads Frappe with its card', async () => {
  const { card } = await load(frappe!, { validation: validation!, featureMap: map!, groupBy: 'user' });
  expect(card.features).toBe(5382);
  expect(card.parts.map((p) => [p.rows, p.positives, p.distinctRows, p.untrained])).toEqual([
    [202_027, 67_604, 201_807, 0],
    [57_722, 19_063, 57_720, 3],
  ]);
  expect(card.parts.map((p) => p.targetMean.toFixed(5))).toEqual(['-0.33074', '-0.33949']);
  expect(card.fields.map((f) => f.present)).toEqual([954, 4082, 7, 7, 2, 3, 2, 9, 80, 233]);
});
