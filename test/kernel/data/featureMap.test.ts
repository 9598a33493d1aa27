import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkSameDictionary,
  dictionaryHash,
  type FeatureMap,
  featureMapText,
  featureName,
  hashedValue,
  parseFeatureMap,
  readFeatureMap,
  writeFeatureMap,
} from '../../../src/kernel/data/featureMap.ts';
import { parseLibfm, readLibfm } from '../../../src/kernel/data/libfm.ts';
import { sharedData } from './sharedData.ts';
import { temporaryFolder } from './temporary.ts';

const here = temporaryFolder();
const map: FeatureMap = {
  features: 8,
  fields: [
    { name: 'user', offset: 0, size: 2 },
    { name: 'age', offset: 2, size: 1 },
    { name: 'city', offset: 3, size: 5 },
  ],
  values: [['a\tb\\', '?'], ['*'], [hashedValue(5)]],
};
const text = 'id\tfield\tvalue\n0\tuser\ta\\tb\\\\\n1\tuser\t?\n2\tage\t*\n3\tcity\t#murmur3-32:5\n';

it('has one canonical text, which reads back', () => {
  expect([...featureMapText(map)].join('')).toBe(text);
  expect(parseFeatureMap(text)).toEqual(map);
  expect(parseFeatureMap(text.replaceAll('\n', '\r\n'))).toEqual(map);
});

it('reads back what it writes, whatever the names', async () => {
  const path = here.path('features.tsv');
  const names = fc.uniqueArray(fc.string({ minLength: 1, unit: 'grapheme' }), { minLength: 1, maxLength: 4 });
  const value = fc.string({ unit: 'grapheme' }).filter((v) => !v.startsWith('#murmur3'));
  await fc.assert(
    fc.asyncProperty(
      names,
      fc.array(fc.array(value, { minLength: 1, maxLength: 5 }), { minLength: 4, maxLength: 4 }),
      async (n, v) => {
        let offset = 0;
        const fields = n.map((name, i) => ({
          name: name,
          offset: (offset += v[i].length) - v[i].length,
          size: v[i].length,
        }));
        const random = { features: offset, fields, values: v.slice(0, n.length) };
        await writeFeatureMap(random, path);
        expect(await readFeatureMap(path)).toEqual(random);
      },
    ),
    { seed: 5, numRuns: 40 },
  );
});

it('names features by field and value', () => {
  expect(featureName(map, 1)).toEqual({ field: 'user', value: '?' });
  expect(featureName(map, 2)).toEqual({ field: 'age', value: '*' });
  expect(featureName(map, 7)).toEqual({ field: 'city', value: '#4' });
  expect(() => featureName(map, 8)).toThrow('expected a feature id from 0 to 7, got 8');
});

describe('refuses', () => {
  const cases: [string, string][] = [
    ['', 'f.tsv:1:1: expected the header "id\\tfield\\tvalue", got ""; add it'],
    ['id\tfield\tvalue\n', 'f.tsv:2:1: expected at least one feature, got none; check that this is the file'],
    ['id\tfield\tvalue\n0\tuser\n', 'f.tsv:2:1: expected 3 cells (id, field, value), got 2; use tabs between'],
    ['id\tfield\tvalue\n0\ta\tx\n2\ta\ty\n', 'f.tsv:3:1: expected id 1, got "2"; list all ids ascending'],
    [
      'id\tfield\tvalue\n0\ta\tx\n1\tb\tx\n2\ta\ty\n',
      'f.tsv:4:3: expected the ids of a field side by side, got field "a" again; reorder them',
    ],
  ];
  for (const [input, message] of cases)
    it(JSON.stringify(input), () => expect(() => parseFeatureMap(input, 'f.tsv')).toThrow(message));

  it('another dictionary, with both hashes and the first difference', () => {
    const other = { ...map, values: [['a', '?'], ...map.values.slice(1)] };
    checkSameDictionary(map, parseFeatureMap(text));
    expect(() => checkSameDictionary(map, other)).toThrow(dictionaryHash(map));
    expect(() => checkSameDictionary(map, other)).toThrow(dictionaryHash(other));
    expect(() => checkSameDictionary(map, other)).toThrow('against "0\\tuser\\ta"');
  });
});

it('fixes n and the fields of libFM text, and refuses ids beyond', () => {
  const data = parseLibfm('1 0:1 2:30.5\n', { featureMap: map });
  expect([data.features, data.fields]).toEqual([8, map.fields]);
  expect(() => parseLibfm('1 8:1\n', { featureMap: map })).toThrow('expected an index below 8 (n = 8 features), got 8');
  expect(() => parseLibfm('1\n', { featureMap: map, features: 9 })).toThrow('the feature map has 8; leave it out');
});

const frappe = sharedData('frappe/features.tsv');
const validation = sharedData('frappe/frappe.validation.libfm');
describe.skipIf(!frappe || !validation)('the Frappe feature map', () => {
  it('has the known hash, which is that of the file, and the known fields', async () => {
    const known = await readFeatureMap(frappe!);
    expect(dictionaryHash(known)).toBe('11ef5853999b4c70e617d47972b1284882cd5535d758a0beff3c3684fd6bc5ca');
    expect(known.features).toBe(5382);
    expect(known.fields.map((f) => [f.name, f.size]).join(' ')).toBe(
      'user,957 item,4082 daytime,7 weekday,7 isweekend,2 homework,3 cost,2 weather,9 country,80 city,233',
    );
    expect((await readLibfm(validation!, { featureMap: known })).features).toBe(5382);
  });
});
