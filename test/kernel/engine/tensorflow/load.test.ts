/** Every load is a process of its own, because a process has one TensorFlow. */

import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Tensorflow } from '../../../../src/kernel/engine/tensorflow/load.ts';
import { packageIn, placesFrom } from '../../../../src/kernel/engine/tensorflow/places.ts';

const project = (name: string): string => fileURLToPath(new URL(`../../../../${name}`, import.meta.url));
const root = realpathSync(mkdtempSync(join(tmpdir(), 'nfm-load-')));
const here = `${process.platform} ${process.arch}`;
let count = 0;
/** The working directory of a load, and a home without an installation. */
let folder: string;

/** The engine that is installed on this machine, if one is. */
const { chosen, searched } = placesFrom(project('.'), process.env);
const installed = (chosen ? [chosen] : searched).find((place) => existsSync(join(packageIn(place), 'lib/napi-v8')));

const program = `
import { loadTensorflow } from './load.mjs';
try {
  const { tf, ...rest } = await loadTensorflow();
  const same = (await loadTensorflow()).tf === tf;
  const gradient = tf.grad((x) => x.square().sum())(tf.tensor1d([3, -1])).arraySync();
  const gathered = tf.gather(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor1d([1], 'int32')).arraySync();
  console.log(JSON.stringify({ ...rest, backend: tf.getBackend(), same, gradient, gathered }));
} catch (error) {
  console.log(JSON.stringify({ error: error.name + ': ' + error.message }));
}
`;

beforeAll(() => {
  execFileSync(process.execPath, [project('scripts/build.mjs'), 'tfjs'], { stdio: 'inherit' });
  copyFileSync(project('dist/tfjs.js'), join(root, 'tfjs.js'));
  const entryPoints = [project('src/kernel/engine/tensorflow/load.ts')];
  buildSync({ entryPoints, outfile: join(root, 'load.mjs'), bundle: true, platform: 'node', format: 'esm' });
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(root, 'main.mjs'), program);
});
afterAll(() => rmSync(root, { recursive: true }));
beforeEach(() => {
  folder = join(root, `load${count++}`);
  mkdirSync(folder);
});

type Loaded = Omit<Tensorflow, 'tf'> & {
  readonly backend: string;
  readonly same: boolean;
  readonly gradient: number[];
  readonly gathered: number[][];
  readonly error?: string;
};

/** Loads in a process in `folder` that finds nothing outside the temporary folder; what it writes to stderr is an error. */
function load(env: NodeJS.ProcessEnv = {}): Loaded {
  const { NFM_TENSORFLOW, NFM_TENSORFLOW_INSTALLED, ...inherited } = process.env;
  const home = join(root, 'home');
  const alone = { HOME: home, XDG_DATA_HOME: home, LOCALAPPDATA: home, USERPROFILE: home };
  const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'main.mjs')], {
    cwd: folder,
    env: { ...inherited, ...alone, ...env },
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

/** A package as an install without its install script leaves it, with these bytes as its addon. */
function makePackage(place: string, addon?: Buffer, version = '4.22.0'): void {
  const folder = packageIn(place);
  mkdirSync(join(folder, 'lib/napi-v8'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: '@tensorflow/tfjs-node', version }));
  writeFileSync(join(folder, 'index.js'), "throw new Error('the package must not be loaded')");
  if (addon) writeFileSync(join(folder, 'lib/napi-v8/tfjs_binding.node'), addon);
}

/** The head of a Linux program for a machine, by its number in ELF, and nothing behind it. */
function elf(machine: number): Buffer {
  const head = Buffer.alloc(256);
  head.write('\x7fELF\x02\x01\x01', 'latin1');
  head.writeUInt16LE(3, 16);
  head.writeUInt16LE(machine, 18);
  return head;
}

const remedy = 'run "NFM: Install TensorFlow Engine" in VS Code or "nfm install-tensorflow" in a terminal';
const computes = { same: true, gradient: [6, -2], gathered: [[3, 4]] };
const inJavascript = { native: false, version: '4.22.0', library: null, place: null, backend: 'cpu', ...computes };

test('without an installation JavaScript computes, and a sentence says how to get the native engine', () => {
  expect(load()).toEqual({
    ...inJavascript,
    why: `TensorFlow.js 4.22.0 computes in JavaScript, which is slow: its native library is not installed; to get it, ${remedy}`,
  });
});

const addon = '(lib/napi-v8/tfjs_binding.node)';
const broken: [string, () => void, RegExp | string][] = [
  [
    'has no addon',
    () => makePackage(folder),
    `tfjs-node has no addon ${addon}: its install script did not run or failed;`,
  ],
  [
    'is damaged',
    () => makePackage(folder, Buffer.from('garbage '.repeat(100))),
    `tfjs-node has an addon ${addon} that is no program of any kind: it is damaged;`,
  ],
  ['is empty', () => makePackage(folder, Buffer.alloc(0)), 'it is damaged;'],
  [
    'is for another machine',
    () => makePackage(folder, elf(process.arch === 'arm64' ? 62 : 183)),
    `has an addon ${addon} for linux ${process.arch === 'arm64' ? 'x64' : 'arm64'}, and this is ${here};`,
  ],
  [
    'is of another major version',
    () => makePackage(folder, elf(62), '3.21.1'),
    'is version 3.21.1, and 4.22.0 is needed;',
  ],
];

test.each(broken)('an installation whose addon %s is passed over and named', (_, make, why) => {
  make();
  const loaded = load();
  expect(loaded).toMatchObject(inJavascript);
  expect(loaded.why).toContain('slow: no native library that works: ');
  expect(loaded.why).toContain(packageIn(folder));
  expect(loaded.why).toMatch(why);
  expect(loaded.why.endsWith(`; to get it, ${remedy}`)).toBe(true);
});

test.skipIf(here !== 'linux x64')('an addon that begins well and ends early', () => {
  makePackage(folder, elf(62));
  const loaded = load();
  expect(loaded).toMatchObject(inJavascript);
  expect(loaded.why).toMatch(/tfjs-node has an addon that does not load: \S*tfjs_binding\.node: \S+/);
});

test('an installation that the user has named must work', () => {
  const nowhere = join(folder, 'nowhere');
  const { error } = load({ NFM_TENSORFLOW: nowhere });
  expect(error).toBe(
    'TensorflowError: NFM_TENSORFLOW (the setting nfm.tensorflow.path in VS Code) names a TensorFlow that does not work: ' +
      `${nowhere} has no node_modules/@tensorflow/tfjs-node; name another folder, or leave it empty and ${remedy}`,
  );
  makePackage(nowhere, Buffer.from('garbage '.repeat(100)));
  expect(load({ NFM_TENSORFLOW: 'nowhere' }).error).toContain(`${packageIn(nowhere)} has an addon`);
  expect(load({ NFM_TENSORFLOW: '' })).toMatchObject(inJavascript);
});

const native = {
  native: true,
  version: '4.22.0',
  library: expect.stringMatching(/^2\./),
  backend: 'tensorflow',
  ...computes,
};

test.skipIf(!installed)('the native engine is found wherever it may be, and computes in silence', () => {
  expect(load({ NFM_TENSORFLOW: installed })).toMatchObject({ ...native, place: resolve(installed!) });
  expect(load({ NFM_TENSORFLOW_INSTALLED: installed })).toMatchObject({ ...native, place: installed });
  makePackage(folder); // the workspace's own does not work, so the search goes on
  symlinkSync(installed!, join(folder, '.tensorflow'), 'junction');
  const place = join(folder, '.tensorflow');
  expect(load()).toMatchObject({ ...native, place, why: expect.stringContaining(`from ${place}, through`) });
});
