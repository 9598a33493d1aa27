import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventsOf } from '../run/eventReader.ts';
import { nfm } from './nfm.ts';
import { cwd, files, folder, plantFiles, quick, report, split } from './plantedFiles.ts';

plantFiles();

describe('training', () => {
  test('every flag is in the record of the run', async () => {
    const { config } = await report([
      ...[...quick, '--optimizer', 'adagrad', '--learning-rate', '0.02', '--init-accumulator', '0.1'],
      ...['--batch-size', '64', '--drop-last', '--rows', 'all', '--patience', '3', '--metric', 'mae'],
      ...['--evaluate-train', '2', '--seed', '5', '--threads', '2', '--reduction', 'mean'],
    ]);
    expect(config.options).toMatchObject({
      ...{ batchSize: 64, dropLast: true, rows: 'all', earlyStopping: { rises: 3 }, metric: 'mae', evaluateTrain: 2 },
      ...{ seed: 5, threads: 2, reduction: 'mean', loss: 'squared', fast: false, epochs: 2 },
      optimizer: { name: 'adagrad', learningRate: 0.02, initialAccumulator: 0.1 },
    });
  });

  test('training metrics on demand, other optimizers, the fast kernels', async () => {
    const json = await report([...quick, '--evaluate-train', '2', '--optimizer', 'adam', '--fast']);
    expect(json.history.map(({ train }) => Object.keys(train).length)).toEqual([1, 5]);
    expect(json.config.options).toMatchObject({ fast: true, optimizer: { name: 'adam', learningRate: 0.001 } });
  });

  test('on the TensorFlow engine', async () => {
    const [tensorflow, wasm] = await Promise.all(
      ['tensorflow', 'auto'].map((engine) => report([...quick, '--engine', engine])),
    );
    expect(tensorflow.engine).toMatch(/^tensorflow 4\.22\.0 \(/);
    expect(wasm.engine).toMatch(/^wasm/);
    expect(tensorflow.validation.rmse!).toBeCloseTo(wasm.validation.rmse!, 2);

    const { code, stderr } = await nfm(['train', ...quick, '--engine', 'torch'], cwd);
    expect(code).toBe(2);
    expect(stderr).toContain('--engine must be one of "auto", "wasm", "tensorflow", got "torch"');
  });

  test('early stopping by rises, by patience, and none', async () => {
    const rate = [...files, '--model', 'lr', '--learning-rate', '1', '--epochs', '40', '--patience'];
    const [rises, patience, none] = await Promise.all([
      report([...rate, '2']),
      report([...rate, '1', '--early-stopping', 'patience']),
      report([...rate.slice(0, -1), '--early-stopping', 'none']),
    ]);
    expect(patience.reason).toBe('earlyStopping');
    expect(patience.history.length).toBe(patience.bestEpoch + 1);
    expect([none.reason, none.history.length]).toEqual(['epochs', 40]);
    expect(rises.config.options.earlyStopping).toEqual({ rises: 2 });
    if (rises.reason === 'earlyStopping') {
      const last = rises.history.slice(-3).map(({ validation }) => validation.rmse!);
      expect(last[0] < last[1] && last[1] < last[2]).toBe(true);
    }
  });

  test('an event file for TensorBoard', async () => {
    const { history } = await report([...quick, '--tensorboard', 'logs/first']);
    const [name] = readdirSync(join(folder, 'logs/first'));
    const [, start, ...epochs] = eventsOf(readFileSync(join(folder, 'logs/first', name)));
    expect(start.texts.model).toContain('regression on');
    expect(epochs.slice(0, 2).map(({ scalars }) => scalars['rmse/validation'])).toEqual(
      history.map(({ validation }) => Math.fround(validation.rmse!)),
    );

    writeFileSync(join(folder, 'taken'), '');
    const { code, stderr } = await nfm(['train', ...quick, '--tensorboard', 'taken'], cwd);
    expect(code).toBe(2);
    expect(stderr).toContain('tensorboard: cannot write event files into taken (EEXIST); choose a folder');
  });

  test('a loss that is no number ends the run with exit code 1 and one error', async () => {
    const { code, stdout, stderr } = await nfm(
      [
        'train',
        ...files,
        '--model',
        'fm',
        '--optimizer',
        'sgd',
        '--learning-rate',
        '1e30',
        '--json',
        '--save',
        'bad.nfm',
      ],
      cwd,
    );
    expect([code, JSON.parse(stdout).reason]).toEqual([1, 'failed']);
    expect(stderr.match(/^error: .*$/gm)).toEqual([expect.stringContaining('epoch 1')]);
    expect(existsSync(join(folder, 'bad.nfm'))).toBe(false);
  });

  test('Ctrl-C stops with the best weights kept, saved and reported', async () => {
    const endless = [
      ...files,
      '--factors',
      '64',
      '--epochs',
      '100000',
      '--early-stopping',
      'none',
      '--save',
      'stopped.nfm',
    ];
    const json = await report(endless, { ...cwd, interruptAt: /epoch 3\// }, 130);
    expect(json.reason).toBe('aborted');
    expect(json.history.length).toBeGreaterThanOrEqual(3);
    const best = Math.min(...json.history.map(({ validation }) => validation.rmse!));
    expect(json.validation.rmse).toBe(best);
    const { stdout } = await nfm(['predict', '--model', 'stopped.nfm', '--data', 'validation.libfm'], cwd);
    const squares = stdout
      .trim()
      .split('\n')
      .map((line, row) => (Number(line) - split.validation!.target[row]) ** 2);
    // the metric clips predictions to the range of the training targets, so it may be a little below
    expect(Math.sqrt(squares.reduce((sum, x) => sum + x, 0) / squares.length)).toBeCloseTo(best, 2);
  });
});

describe('model files', () => {
  test('saved, used to predict, and to start another model', async () => {
    await report([...files, '--model', 'fm', '--factors', '4', '--epochs', '5', '--save', 'fm.nfm']);
    const lines = (await nfm(['predict', '--model', 'fm.nfm', '--data', 'test.libfm'], cwd)).stdout;
    expect(lines.trim().split('\n').length).toBe(split.test!.rows);
    const toFile = await nfm(['predict', '--model', 'fm.nfm', '--data', 'test.libfm', '--out', 'out.txt'], cwd);
    expect([toFile.code, toFile.stdout, readFileSync(join(folder, 'out.txt'), 'utf8')]).toEqual([0, '', lines]);

    const likeFm = [
      ...files,
      '--factors',
      '4',
      '--epochs',
      '1',
      '--hidden',
      'none',
      '--dropout',
      '0',
      '--no-batch-norm',
    ];
    const [fresh, warm] = await Promise.all([report(likeFm), report([...likeFm, '--pretrain-from', 'fm.nfm'])]);
    expect(warm.config.options.initFrom).toBe('fm.nfm');
    expect(warm.history[0].train.loss!).toBeLessThan(fresh.history[0].train.loss! / 2);
    const wrong = await nfm(['train', ...files, '--factors', '8', '--pretrain-from', 'fm.nfm'], cwd);
    expect([wrong.code, wrong.stdout]).toEqual([1, '']);
    expect(wrong.stderr).toContain('it has 8 factors, the other 4');
  });

  test('an existing file stays when the training cannot start', async () => {
    writeFileSync(join(folder, 'kept.nfm'), 'mine');
    const { code } = await nfm(['train', '--train', 'missing.libfm', '--save', 'kept.nfm'], cwd);
    expect([code, readFileSync(join(folder, 'kept.nfm'), 'utf8')]).toEqual([1, 'mine']);
  });

  test('a binary model predicts probabilities', async () => {
    await report([
      '--train',
      'labels.libfm',
      '--model',
      'lr',
      '--loss',
      'log',
      '--epochs',
      '2',
      '--save',
      'binary.nfm',
    ]);
    const { stdout } = await nfm(['predict', '--model', 'binary.nfm', '--data', 'labels.libfm'], cwd);
    const all = stdout.trim().split('\n').map(Number);
    expect(all.every((p) => p > 0 && p < 1)).toBe(true);
    expect(new Set(all).size).toBeGreaterThan(10);
  });
});
