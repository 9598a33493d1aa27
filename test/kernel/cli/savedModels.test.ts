import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { mixed } from '../../../src/kernel/data/syntheticTable.ts';
import { modelNames, trained, unseenRows } from '../export/models.ts';
import { buildCommand, nfm, temporaryFolder } from './nfm.ts';

const folder = temporaryFolder();
const cwd = { cwd: folder };
const fileOf = (name: string): string => `${name.replace(/\W/g, '-')}.safetensors`;

beforeAll(async () => {
  buildCommand();
  writeFileSync(join(folder, 'rows.csv'), mixed({ rows: 1000, seed: 7 })); // what unseenRows was encoded from
  for (const name of modelNames) await (await trained(name)).save(join(folder, fileOf(name)));
});

/** Prints the predictions of every model. */
const notebook = `// %%
import { loadModel } from 'nfm';
for (const file of ${JSON.stringify(modelNames.map(fileOf))}) {
  const model = await loadModel(file);
  console.log(JSON.stringify([...await model.predict('rows.csv')]));
}
`;

test('every model predicts the same bits in another process', async () => {
  writeFileSync(join(folder, 'predict.nfm.ts'), notebook);
  const { code, stdout } = await nfm(['run', 'predict.nfm.ts'], cwd);
  const lines = stdout.trim().split('\n');
  expect([code, lines.length]).toEqual([0, modelNames.length]);
  for (const [at, name] of modelNames.entries())
    expect(Float32Array.from(JSON.parse(lines[at]))).toEqual((await trained(name)).predict(unseenRows));
});

test('nfm predict prints the same bits, and says what it does not know', async () => {
  const name = 'NFM-3 of all kinds';
  const { code, stdout, stderr } = await nfm(['predict', '--model', fileOf(name), '--data', 'rows.csv'], cwd);
  expect([code, stderr]).toEqual([
    0,
    expect.stringMatching(/^(warning: \d+ values of \w+ were not in training.*\n)+$/),
  ]);
  expect(Float32Array.from(stdout.trim().split('\n'), Number)).toEqual((await trained(name)).predict(unseenRows));
});

describe('nfm export', () => {
  test('writes every format and names its files', async () => {
    for (const [format, out, files] of [
      ['onnx', 'fm.onnx', ['fm.onnx']],
      ['tfjs', 'web', ['web/weights.bin', 'web/model.json']],
      ['pytorch', 'torch', ['model.safetensors', 'check.safetensors', 'model.json', 'check.py', 'model.py']],
      ['libfm', 'fm.txt', ['fm.txt.json', 'fm.txt']],
    ] as const) {
      const paths = format === 'pytorch' ? files.map((file) => `torch/${file}`) : files;
      const finished = await nfm(['export', fileOf('FM'), '--format', format, '--out', out], cwd);
      expect(finished).toEqual({ code: 0, stdout: paths.map((path) => `${path}\n`).join(''), stderr: '' });
      for (const path of paths) expect(existsSync(join(folder, path))).toBe(true);
    }
    const again = ['export', fileOf('FM'), '--format', 'onnx', '--out', 'fm.onnx'];
    expect(await nfm(again, cwd)).toMatchObject({ code: 1, stderr: expect.stringContaining('replace it with force') });
    expect(await nfm([...again, '--force'], cwd)).toMatchObject({ code: 0 });
    const predicted = await nfm(['predict', '--model', 'fm.txt', '--data', 'none.libfm'], cwd);
    expect(predicted).toMatchObject({ code: 1, stderr: expect.stringContaining('none.libfm') });
  });

  test.concurrent.each([
    [[], 'expected one model file, got none'],
    [['a', 'b'], 'expected one model file, got a, b'],
    [['a'], '--format is missing: one of onnx, tfjs, pytorch, libfm'],
    [['a', '--format', 'onnx'], '--out PATH is missing'],
    [['a', '--format', 'h5', '--out', 'x'], '--format must be one of "onnx", "tfjs", "pytorch", "libfm", got "h5"'],
  ])('%j is wrong use', async (args, message) => {
    const { code, stdout, stderr } = await nfm(['export', ...args], cwd);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)]);
  });

  test('a model that the format has no words for', async () => {
    const { code, stderr } = await nfm(['export', fileOf('AFM'), '--format', 'libfm', '--out', 'afm.txt'], cwd);
    expect([code, stderr]).toEqual([
      1,
      'error: AFM cannot be exported to libFM: only an FM or LR can be, and it has prediction "prediction"\n',
    ]);
    expect(existsSync(join(folder, 'afm.txt'))).toBe(false);
  });
});

describe('nfm recommend', () => {
  const model = fileOf('NFM-1, binary');
  const best = ['recommend', model, '--item-field', 'city', '--user', 'u1'];

  test('prints the best items with their scores, without what the user has', async () => {
    const run = await trained('NFM-1, binary');
    const { code, stdout, stderr } = await nfm([...best, '--n', '3'], cwd);
    expect([code, stderr]).toEqual([0, '']);
    const expected = run.recommend('u1', { itemField: 'city', n: 3, seen: [] });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.split('\t')[0])).toEqual(expected.map(({ item }) => item));
    expect(Number(lines[0].split('\t')[1])).toBeCloseTo(expected[0].score, 6);

    const [first] = expected;
    const json = await nfm([...best, '--json', '--with', 'age=30', '--exclude', String(first.item)], cwd);
    const row = { user: 'u1', age: '30' };
    expect(JSON.parse(json.stdout)).toEqual(run.recommend(row, { itemField: 'city', exclude: [first.item], seen: [] }));
    const seen = JSON.parse((await nfm([...best, '--json', '--n', '99', '--seen', 'rows.csv'], cwd)).stdout);
    const own = readFileSync(join(folder, 'rows.csv'), 'utf8').matchAll(/^u1,"(.*?)"/gm);
    const cities = new Set([...own].map(([, city]) => city));
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.some(({ item }: { item: string }) => cities.has(item))).toBe(false);
  });

  test.concurrent.each([
    [['--user', 'nobody'], 1, 'the model has not seen user "nobody" in training'],
    [['--with', 'age'], 2, '--with must be FIELD=VALUE, got "age"'],
    [['--n', '0'], 2, '--n must be an integer at least 1'],
  ])('%j', async (args, expected, message) => {
    const { code, stdout, stderr } = await nfm(['recommend', model, '--item-field', 'city', ...args], cwd);
    expect([code, stdout, stderr]).toEqual([expected, '', expect.stringContaining(message)]);
  });

  test('helps', async () => {
    for (const command of ['recommend', 'export'])
      expect((await nfm([command, '--help'], cwd)).stdout).toContain(`Usage: nfm ${command} MODEL `);
  });
});
