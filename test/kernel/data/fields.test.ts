import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/kernel/data/dataset.ts';
import { fieldsFromPosition, groupByField } from '../../../src/kernel/data/fields.ts';
import { parseLibfm, readLibfm } from '../../../src/kernel/data/libfm.ts';
import { checkTargets } from '../../../src/kernel/data/targets.ts';
import { sharedData } from './sharedData.ts';

const libfm = (text: string, features?: number): Dataset => parseLibfm(text, { features }, 'f.libfm');

describe('fieldsFromPosition', () => {
  it('takes each position as a field over all splits', () => {
    const [a, b] = fieldsFromPosition([libfm('1 0:1 3:1 9:2\n1 2:1 3:1 8:1\n', 12), libfm('1 1:1 6:1 11:1\n')]);
    expect(a.fields).toEqual([
      { name: 'field1', offset: 0, size: 3 },
      { name: 'field2', offset: 3, size: 5 },
      { name: 'field3', offset: 8, size: 4 },
    ]);
    expect(b.fields).toBe(a.fields);
    expect(fieldsFromPosition([libfm('1 0:1 3:1\n')], ['user', 'item'])[0].fields[1].name).toBe('item');
  });

  it('refuses rows of unequal length, overlapping positions, wrong names', () => {
    expect(() => fieldsFromPosition([libfm('1 0:1 3:1\n1 2:1\n')])).toThrow(
      'f.libfm: expected 2 features in every row, got 1 in row 1; use a feature map',
    );
    expect(() => fieldsFromPosition([libfm('1 0:1 3:1\n1 3:1 5:1\n')])).toThrow(
      'got 3 to 5 at position 2 after 0 to 3',
    );
    expect(() => fieldsFromPosition([libfm('1 0:1 3:1\n')], ['user'])).toThrow('expected 2 field names, got 1');
    expect(() => fieldsFromPosition([libfm('1\n1\n')])).toThrow('expected features in every row, got none');
  });
});

describe('groupByField', () => {
  const [data] = fieldsFromPosition([libfm('1 0:1 5:1\n1 2:1 4:1\n0 0:1 4:1\n')], ['user', 'item']);

  it('groups rows by their value', () => {
    expect([...groupByField(data, 'user').group!]).toEqual([0, 2, 0]);
    expect([...groupByField(data, 'item').group!]).toEqual([1, 0, 0]);
  });

  it('gives -1 to rows without a value, and refuses several', () => {
    const fields = [{ name: 'user', offset: 0, size: 3 }];
    expect([...groupByField({ ...libfm('1 5:1\n1 1:1\n'), fields }, 'user').group!]).toEqual([-1, 1]);
    expect(() => groupByField({ ...libfm('1 0:1 1:1\n'), fields }, 'user')).toThrow('got several in row 0');
  });

  it('names the fields there are', () => {
    expect(() => groupByField(data, 'usr')).toThrow('got the fields user, item; did you mean "user"?');
    expect(() => groupByField(libfm('1 0:1\n'), 'user')).toThrow(
      'got rows without fields; give a feature map or a schema',
    );
  });
});

describe('checkTargets', () => {
  const of = (...target: number[]): Dataset => ({
    ...libfm(target.map(() => '1 0:1\n').join('')),
    target: Float32Array.from(target),
  });

  it('takes finite numbers, {-1, 1}, {0, 1}', () => {
    expect(checkTargets(of(0.5, -3), 'regression')).toEqual([]);
    expect(checkTargets(of(-1, 1, 1), 'binary')).toEqual([]);
    expect(checkTargets(of(0, 1), 'binary')).toEqual([]);
    expect(checkTargets(of(0, 5), 'ranking')).toEqual([]);
  });

  it('refuses NaN, mixtures, other labels, one class', () => {
    expect(() => checkTargets(of(1, Number.NaN, Infinity), 'regression')).toThrow(
      'f.libfm: expected finite targets, got NaN in row 1 (2 in all); remove these rows',
    );
    expect(() => checkTargets(of(1, 0, 0, -1), 'binary')).toThrow(
      'f.libfm: expected binary targets, either -1 and 1 or 0 and 1, got a mixture: -1 (1 row), 0 (2 rows), 1 (1 row); use one coding',
    );
    expect(() => checkTargets(of(1, 2, 3, 4, 5, 6, 7), 'binary')).toThrow('5 (1 row) and 2 other values');
    expect(() => checkTargets(of(1, 1), 'binary')).toThrow('got 1 (2 rows) only; add negatives (sampleNegatives)');
    expect(checkTargets(of(-1), 'binary', 'evaluation')[0]).toContain('AUC has no value here');
  });
});

const validation = sharedData('frappe/frappe.validation.libfm');
it.skipIf(!validation)('finds 884 users in the Frappe validation rows, 731 of them with both classes', async () => {
  const [data] = fieldsFromPosition([await readLibfm(validation!)]);
  const { group, target } = groupByField(data, 'field1');
  const classes = new Map<number, number>();
  for (const [row, user] of group!.entries()) classes.set(user, (classes.get(user) ?? 0) | (target[row] > 0 ? 1 : 2));
  expect(classes.size).toBe(884);
  expect([...classes.values()].filter((c) => c === 3)).toHaveLength(731);
});
