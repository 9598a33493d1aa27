import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildCommand, nfm, temporaryFolder } from './nfm.ts';

const folder = temporaryFolder();
const cwd = { cwd: folder };
const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));

beforeAll(() => {
  buildCommand();
  writeFileSync(join(folder, 'rows.libfm'), '1 0:1 1:1\n-1 1:1 2:1\n1 2:1\n');
});

describe('help and version', () => {
  test.each([['--version'], ['-v']])('%s', async (flag) => {
    expect(await nfm([flag], cwd)).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('nfm --help lists the commands', async () => {
    const { code, stdout, stderr } = await nfm(['--help'], cwd);
    expect([code, stderr]).toEqual([0, '']);
    for (const command of ['run', 'train', 'predict', 'install-tensorflow'])
      expect(stdout).toMatch(new RegExp(`^ {2}${command} {3}`, 'm'));
  });

  const issued =
    'model train validation test factors hidden dropout batch-norm activation attention order loss optimizer learning-rate ' +
    'l2 l1 batch-size epochs patience early-stopping pretrain-from seed threads save json reduction fast features ' +
    'feature-map schema drop-last init-accumulator tensorboard';
  test('nfm train --help explains every flag, with its default or that it is required', async () => {
    const { code, stdout, stderr } = await nfm(['train', '--help'], cwd);
    expect([code, stderr]).toEqual([0, '']);
    const shown = [...stdout.matchAll(/^ {2}--([\w-]+)/gm)].map(([, name]) => name);
    expect(shown).toEqual(expect.arrayContaining(issued.split(' ')));
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
    for (const name of ['factors', 'hidden', 'optimizer', 'batch-size', 'epochs', 'patience', 'seed', 'threads'])
      expect(stdout.replace(/\n {3,}/g, ' ')).toMatch(new RegExp(`^ {2}--${name} .*[Dd]efault`, 'm'));
  });

  test.each([['run'], ['predict'], ['install-tensorflow']])('nfm %s --help', async (command) => {
    const { code, stdout } = await nfm([command, '-h'], cwd);
    expect([code, stdout]).toEqual([0, expect.stringContaining(`Usage: nfm ${command} `)]);
  });
});

describe('wrong use ends with exit code 2, one error and nothing on standard output', () => {
  const train = 'train --train rows.libfm';
  test.concurrent.each([
    ['', /^error: nfm: a command is missing\n\nUsage: nfm <command>/],
    ['trian', 'nfm: unknown command "trian"; did you mean "nfm train"?'],
    ['xyzzy', /^error: nfm: unknown command "xyzzy"; commands: run, .*train, predict, .*install-tensorflow.*\n$/],
    ['train', 'nfm train: --train FILE is missing'],
    ['train --tran rows.libfm', 'nfm train: unknown flag --tran; did you mean --train?'],
    [`${train} --batchsize=3`, 'unknown flag --batchsize; did you mean --batch-size?'],
    [`${train} -x`, 'unknown flag -x ('],
    [`${train} --no-train`, 'unknown flag --no-train'],
    [`${train} --no-fast=true`, '--no-fast takes no value'],
    [`${train} --seed`, '--seed needs a value: --seed N'],
    [`${train} --seed --json`, '--seed needs a value: --seed N'],
    [`${train} --train rows.libfm`, '--train is given twice'],
    [`${train} other.libfm`, 'unexpected argument "other.libfm"'],
    [`${train} --json=yes`, '--json must be true or false, got "yes"'],
    [`${train} --model fmm`, '--model must be one of "lr", "fm"'],
    [`${train} --factors 0`, '--factors must be an integer at least 1, got "0"'],
    [`${train} --factors 1.5`, '--factors must be an integer at least 1, got "1.5"'],
    [`${train} --hidden 64,x`, '--hidden must be a list of layer widths such as 64,32, or none, got "64,x"'],
    [`${train} --hidden 64,0`, '--hidden must be a list of layer widths'],
    [`${train} --dropout 1`, '--dropout must be a ratio at least 0 and below 1'],
    [`${train} --dropout 0.5,-0.1`, '--dropout must be a ratio at least 0 and below 1'],
    [`${train} --dropout 0.5,0.2,0.1`, '2 ratios (Bi-Interaction, hidden 1), got [0.5,0.2,0.1]'],
    [`${train} --activation rely`, 'did you mean "relu"?'],
    [`${train} --loss square`, 'did you mean "squared"?'],
    [`${train} --loss bpr`, '--loss bpr compares rows of one group; give --group-by FIELD'],
    [`${train} --reduction total`, '--reduction must be one of "sum", "halfSum", "mean", "halfMean"'],
    [`${train} --optimizer adamw`, 'did you mean "adam"?'],
    [`${train} --learning-rate 0`, '--learning-rate must be a number above 0, got "0"'],
    [`${train} --optimizer sgd --init-accumulator 0.1`, '--init-accumulator is of optimizer adagrad'],
    [`${train} --l2 -1`, '--l2 must be a number at least 0, got "-1"'],
    [`${train} --batch-size 0`, '--batch-size must be an integer at least 1'],
    [`${train} --epochs many`, '--epochs must be an integer at least 1, got "many"'],
    [`${train} --patience 0`, '--patience must be an integer at least 1'],
    [`${train} --early-stopping none --patience 3`, '--patience has no meaning with --early-stopping none'],
    [`${train} --metric rmsee`, 'unknown metric "rmsee"; did you mean "rmse"?'],
    [`${train} --threads 0`, '--threads must be an integer at least 1'],
    [`${train} --features 0`, '--features must be an integer at least 1'],
    [`${train} --features 5 --feature-map a.tsv`, '--features and --feature-map exclude each other'],
    [`${train} --schema a.json --feature-map a.tsv`, '--schema is for tables, --feature-map for libFM files'],
    [`${train} --model fm --hidden 3`, '--hidden is not of model fm; nfm, wide-deep, deep-cross have it'],
    [
      `${train} --model lr --factors 3`,
      '--factors is not of model lr; fm, hofm, nfm, afm, wide-deep, deep-cross have it',
    ],
    [`${train} --attention 3`, '--attention is not of model nfm; afm has it'],
    [`${train} --model hofm --batch-norm`, '--batch-norm is not of model hofm; fm, nfm,'],
    ['predict --data rows.libfm', 'nfm predict: --model FILE is missing'],
    ['predict --model a.nfm', 'nfm predict: --data FILE is missing'],
    ['predict --model a.nfm --data b c', 'unexpected argument "c"'],
    ['run', 'nfm run: expected one notebook, got none'],
    ['run a.ipynb b.ipynb', 'nfm run: expected one notebook, got a.ipynb, b.ipynb'],
    ['run a.ipynb --param epochs', '--param must be NAME=VALUE, got "epochs"'],
    ['run a.ipynb --parm epochs=3', 'did you mean --param?'],
  ])('nfm %s', async (line, message) => {
    const { code, stdout, stderr } = await nfm(line.split(' ').filter(Boolean), cwd);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    if (typeof message === 'string') expect(stderr.trim().split('\n')).toEqual([expect.stringMatching(/^error: /)]);
  });
});

describe('what cannot be done ends with exit code 1 and one error', () => {
  test.each([
    ['train --train missing.libfm', 'error: missing.libfm: expected a file, got nothing of this name; check the path'],
    ['train --train rows.libfm --save none/model.nfm', 'none/model.nfm: expected a folder "none"'],
    ['train --train rows.libfm --pretrain-from rows.libfm', 'rows.libfm'],
    ['train --train rows.libfm --batch-size 1', 'batch normalisation, which needs at least 2 rows a batch'],
    ['train --train broken.libfm', 'error: broken.libfm:2:3: '],
    ['predict --model missing.nfm --data rows.libfm', 'missing.nfm: expected a model file'],
    ['run missing.ipynb', 'missing.ipynb: expected a notebook, cannot read it (ENOENT)'],
  ])('nfm %s', async (line, message) => {
    writeFileSync(join(folder, 'broken.libfm'), '1 0:1\n1 x:1\n');
    const { code, stdout, stderr } = await nfm(line.split(' '), cwd);
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining(message)]);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(stderr.trim().split('\n').length).toBe(1);
  });

  test('NFM_DEBUG shows where it was found out', async () => {
    const { stderr } = await nfm(['run', 'missing.ipynb'], { ...cwd, env: { NFM_DEBUG: '1' } });
    expect(stderr).toMatch(/^ +at /m);
  });
});

test('a reader that has had enough is no error', async () => {
  const { code, stderr } = await nfm(['train', '--help'], { ...cwd, closeOutput: true });
  expect([code, stderr]).toEqual([0, '']);
});
