import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodeOf } from '../../../src/kernel/graph/graph.ts';
import { loadModel } from '../../../src/kernel/run/modelFile.ts';
import { nfm } from './nfm.ts';
import { cwd, files, folder, log, plantFiles, quick, report } from './plantedFiles.ts';

plantFiles();

describe('the report', () => {
  test('is one JSON document with these keys, and everything else goes to standard error', async () => {
    const json = await report([...quick, '--test', 'test.libfm']);
    expect(json).toMatchObject({
      model: 'NFM-1',
      parameters: 1 + 72 + 72 * 4 + 4 * 4 + 4 + 4,
      batchNormParameters: 16,
      metric: 'rmse',
      reason: 'epochs',
      engine: expect.stringContaining('wasm'),
      seed: 2016,
    });
    const metrics = { rmse: expect.any(Number), mae: expect.any(Number), auc: expect.any(Number), logLoss: null };
    expect(json.history).toEqual(
      [1, 2].map((epoch) => ({
        epoch,
        train: { loss: expect.any(Number) },
        validation: metrics,
        seconds: expect.any(Number),
      })),
    );
    expect(json.validation).toEqual(json.history[json.bestEpoch - 1].validation);
    expect(json.test).toEqual(metrics);
    expect(json.rowsPerSecond).toBeGreaterThan(0);
    expect(json.secondsPerEpoch).toBeCloseTo((json.history[0].seconds + json.history[1].seconds) / 2, 12);
    expect(json.config.data).toMatchObject({ train: { rows: 630 }, validation: { rows: 180 }, test: { rows: 90 } });
  });

  test('for people: one plain line an epoch on standard error, the metrics on standard output', async () => {
    const { code, stdout, stderr } = await nfm(['train', ...quick, '--test', 'test.libfm'], cwd);
    expect(code).toBe(0);
    expect(stderr.match(/^epoch \d\/2 .*$/gm)).toEqual([
      expect.stringMatching(/^epoch 1\/2 {2}loss \d.\d+ {2}validation RMSE \d.* rows\/s .* best$/),
      expect.stringMatching(/^epoch 2\/2 /),
    ]);
    expect(stderr).not.toContain('\r');
    expect(stdout).toMatch(
      /^NFM-1: 385 parameters and 16 of batch normalisation\nweights of epoch \d of 2 \(all epochs done\)\n/,
    );
    expect(stdout).toMatch(/\n {18}RMSE {7}MAE {7}AUC\nvalidation( +\d\.\d{4}){3}\ntest {8}( +\d\.\d{4}){3}\n/);
  });

  test('the same seed gives the same numbers, another seed others', async () => {
    const [a, b, c] = await Promise.all([report(quick), report(quick), report([...quick, '--seed', '7'])]);
    expect(b.validation).toEqual(a.validation);
    expect(c.validation).not.toEqual(a.validation);
  });

  test('without validation rows the last epoch is kept', async () => {
    const json = await report(['--train', 'train.libfm', '--epochs', '3', '--model', 'lr']);
    expect([json.bestEpoch, json.validation, json.reason]).toEqual([3, {}, 'epochs']);
  });
});

describe('models', () => {
  const counts = {
    lr: 73,
    fm: 73 + 72 * 4,
    hofm: 73 + 2 * 72 * 4,
    nfm: 73 + 72 * 4 + 4 * 4 + 4 + 4,
    afm: 73 + 72 * 4 + 3 * 4 + 3 + 3 + 4,
    'wide-deep': 73 + 72 * 4 + 24 * 5 + 5 + 5 + 1,
    'deep-cross': 72 * 4 + 24 * 5 + 5 + 5 * 24 + 24 + 24 + 1,
  };
  const flags: Readonly<Record<string, readonly string[]>> = {
    lr: ['--l2', '0.001', '--l1', '0.0001'],
    fm: ['--factors', '4', '--dropout', '0.3', '--init-stdev', '0.02'],
    hofm: ['--factors', '4', '--order', '3'],
    nfm: ['--factors', '4', '--hidden', '4', '--dropout', '0.5,0.2', '--batch-norm', '--activation', 'tanh'],
    afm: ['--factors', '4', '--attention', '3', '--dropout', '0.1', '--attention-dropout', '0.05'],
    'wide-deep': ['--factors', '4', '--hidden', '5', '--dropout', '0.1'],
    'deep-cross': ['--factors', '4', '--hidden', '5', '--no-batch-norm'],
  };

  test.each(Object.entries(counts))('%s', async (model, parameters) => {
    const json = await report([...files, '--epochs', '1', '--model', model, ...flags[model]]);
    expect(json.parameters).toBe(parameters);
  });

  test('flags reach the layers of the model', async () => {
    const path = join(folder, 'layers.nfm');
    await report([
      ...[...files, '--epochs', '1', '--factors', '3', '--hidden', '6,5', '--dropout', '0.4,0.3,0.1'],
      ...[
        '--activation',
        'sigmoid',
        '--l2',
        '0.01',
        '--no-batch-norm',
        '--feature-map',
        'features.tsv',
        '--save',
        path,
      ],
    ]);
    const { graph, names } = await loadModel(path);
    expect(graph.nodes.map((node) => node.id)).not.toContain('batchNorm0');
    const attributes = (id: string) => nodeOf(graph, id).attributes;
    expect(attributes('embedding')).toMatchObject({ factors: 3, l2: 0.01 });
    expect([attributes('dense1'), attributes('dense2')]).toMatchObject([{ units: 6 }, { units: 5 }]);
    expect(['dropout0', 'dropout1', 'dropout2'].map(attributes)).toEqual([
      { ratio: 0.4 },
      { ratio: 0.3 },
      { ratio: 0.1 },
    ]);
    expect(attributes('activation2')).toEqual({ function: 'sigmoid' });
    expect(names?.featureMap).toEqual(log.featureMap);
  });

  test.each([
    ['nfm', '6,5,4', '0.4,0.3', [0.4, 0.3, 0.3, 0.3]],
    ['nfm', '6,5', '0.4', [0.4, 0.4, 0.4]],
    ['wide-deep', '', '0.2,0.1', [0.2, 0.1, 0.1]],
    ['deep-cross', '', '0.5,0.4,0.3,0.2', [0.5, 0.4, 0.3, 0.2, 0.2]],
  ])('%s --hidden %s --dropout %s', async (model, hidden, dropout, ratios) => {
    const path = join(folder, 'ratios.nfm');
    const flags = ['--model', model, '--dropout', dropout, ...(hidden ? ['--hidden', hidden] : []), '--save', path];
    await report(['--train', 'test.libfm', '--epochs', '1', '--factors', '2', ...flags]);
    const { graph } = await loadModel(path);
    expect(graph.nodes.flatMap((node) => (node.op === 'dropout' ? [node.attributes.ratio] : []))).toEqual(ratios);
  });

  test.each(['none', '0'])('--hidden %s is NFM-0', async (none) => {
    const { model, parameters } = await report([...quick, '--hidden', none]);
    expect([model, parameters]).toEqual(['NFM-0', 73 + 72 * 4 + 4]);
  });

  test('HOFM with one table for all orders', async () => {
    expect((await report([...quick, '--model', 'hofm', '--share-tables'])).parameters).toBe(73 + 72 * 4);
  });

  test('positions are taken as fields where no feature map is given, and that is said', async () => {
    const args = ['train', ...quick, '--model', 'wide-deep', '--hidden', '4'];
    const without = await nfm(args, cwd);
    expect(without.stderr).toContain(
      'note: model wide-deep needs fields, and the files have no feature map: the 6 positions',
    );
    const withMap = await nfm([...args, '--feature-map', 'features.tsv'], cwd);
    expect(withMap.stderr).not.toContain('note:');
    writeFileSync(join(folder, 'ragged.libfm'), '1 0:1 3:1\n-1 1:1\n');
    const ragged = await nfm(['train', '--train', 'ragged.libfm', '--model', 'deep-cross'], cwd);
    expect([ragged.code, ragged.stdout]).toEqual([1, '']);
    expect(ragged.stderr).toMatch(/^error: model deep-cross needs fields, give --feature-map FILE; .*ragged\.libfm/);
  });
});
