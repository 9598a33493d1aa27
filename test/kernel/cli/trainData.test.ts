import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nfm, temporaryFolder } from './nfm.ts';
import { cwd, folder, plantFiles, report } from './plantedFiles.ts';

plantFiles();

describe('data', () => {
  test('the files share one id space', async () => {
    writeFileSync(join(folder, 'small.libfm'), '1 0:1 1:1\n0 1:1\n');
    writeFileSync(join(folder, 'large.libfm'), '1 9:1\n0 1:1\n');
    const counts = async (args: readonly string[]) =>
      (await report(['--model', 'lr', '--epochs', '1', ...args])).parameters;
    expect(await counts(['--train', 'small.libfm'])).toBe(3);
    expect(await counts(['--train', 'small.libfm', '--validation', 'large.libfm'])).toBe(11);
    expect(await counts(['--train', 'small.libfm', '--test', 'large.libfm'])).toBe(11);
    expect(await counts(['--train', 'small.libfm', '--features', '20'])).toBe(21);
    expect(await counts(['--train', 'train.libfm', '--feature-map', 'features.tsv'])).toBe(73);
    const beyond = await nfm(['train', '--train', 'large.libfm', '--features', '5'], cwd);
    expect([beyond.code, beyond.stderr]).toEqual([1, expect.stringMatching(/^error: large\.libfm:1:3: /)]);
  });

  test('losses take labels, groups and pairs', async () => {
    const labels = ['--train', 'labels.libfm', '--validation', 'labels.libfm', '--feature-map', 'labels.tsv'];
    const short = [...labels, '--epochs', '1', '--factors', '4', '--model', 'fm'];
    const byLog = await report([...short, '--loss', 'log']);
    expect([byLog.metric, byLog.validation]).toEqual([
      'logLoss',
      { logLoss: expect.any(Number), auc: expect.any(Number), rmse: null, mae: null },
    ]);
    const hinge = await report([...short, '--loss', 'hinge']);
    expect([hinge.metric, hinge.validation.logLoss]).toEqual(['auc', null]);
    const bpr = await report([...short, '--loss', 'bpr', '--group-by', 'user']);
    expect([bpr.metric, Object.keys(bpr.validation).sort()]).toEqual([
      'ndcg@10',
      ['auc', 'gauc', 'hr@10', 'logLoss', 'mae', 'mrr', 'ndcg@10', 'rmse'],
    ]);
  });

  test('CSV with a schema', async () => {
    const rows = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => `u${(from + i) % 7},${(from + i) % 5}.5,x|y,${((from + i) % 7) - 3}`);
    const table = (from: number, to: number) => ['user,age,tags,rating', ...rows(from, to), ''].join('\n');
    writeFileSync(join(folder, 'train.csv'), table(0, 60));
    writeFileSync(join(folder, 'validation.csv'), table(60, 80));
    const fields = {
      user: 'categorical',
      age: { kind: 'numeric', transform: 'standard' },
      tags: { kind: 'multiValued' },
    };
    writeFileSync(join(folder, 'schema.json'), JSON.stringify({ fields, target: 'rating' }));
    const tables = ['--train', 'train.csv', '--validation', 'validation.csv'];
    const json = await report([
      ...tables,
      '--schema',
      'schema.json',
      '--model',
      'lr',
      '--epochs',
      '200',
      '--batch-size',
      '8',
      '--save',
      'csv.nfm',
    ]);
    expect(json.parameters).toBe(1 + 7 + 1 + 2);
    expect(json.validation.rmse).toBeLessThan(0.5);

    writeFileSync(join(folder, 'new.csv'), 'tags,user,age\nx|y,u0,0.5\nx|y,u6,0.5\nx,unknown,1\n');
    const predicted = await nfm(['predict', '--model', 'csv.nfm', '--data', 'new.csv'], cwd);
    expect([predicted.code, predicted.stderr]).toEqual([
      0,
      'warning: 1 values of user were not in training and have no part in the prediction\n',
    ]);
    const [low, high, unknown] = predicted.stdout.trim().split('\n').map(Number);
    expect(low).toBeLessThan(-1.5);
    expect(high).toBeGreaterThan(1.5);
    expect(unknown).toBeTypeOf('number');

    const without = await nfm(['train', ...tables], cwd);
    expect([without.code, without.stderr]).toEqual([
      1,
      expect.stringMatching(/^error: train\.csv: expected a schema .*\n.*rating/),
    ]);
  });

  test.each([
    ['{ "fields": ', 'schema.json:1:13: expected JSON, got'],
    [
      '{ "fields": { "user": "categoric" }, "target": "y" }',
      'field "user": expected the kind categorical, multiValued',
    ],
    ['{ "fields": { "user": { "kind": "numeric", "bucket": 3 } }, "target": "y" }', 'did you mean "buckets"?'],
    ['{ "fields": { "user": "categorical" } }', '"target" must be an object, got nothing'],
    ['[]', 'the schema must be an object, got []'],
    ['{ "fields": { "user": "categorical" }, "target": "y", "ordr": "sorted" }', 'did you mean "order"?'],
  ])('schema file %s', async (text, message) => {
    const path = join(temporaryPlace, 'schema.json');
    writeFileSync(path, text);
    const { code, stdout, stderr } = await nfm(['train', '--train', 'train.csv', '--schema', path], cwd);
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining(message)]);
  });
  const temporaryPlace = temporaryFolder();
});
