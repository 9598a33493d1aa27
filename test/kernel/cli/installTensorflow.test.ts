import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { closedPort, type Registry, startRegistry } from '../engine/tensorflow/registry.ts';
import { buildCommand, nfm, type Running, temporaryFolder } from './nfm.ts';

const folder = temporaryFolder();
let registry: Registry;
let count = 0;
let parent: string;

beforeAll(async () => {
  buildCommand();
  registry = await startRegistry();
});
afterAll(() => registry.close());
beforeEach(() => {
  parent = join(folder, String(count++));
  mkdirSync(parent);
  registry.library = '9.8.7';
});

const install = (args: readonly string[] = [], { env, ...running }: Running = {}) =>
  nfm(['install-tensorflow', ...args], {
    cwd: parent,
    env: { ...registry.env, XDG_DATA_HOME: parent, LOCALAPPDATA: parent, HOME: parent, ...env },
    ...running,
  });

test('installs into a folder, reports, replaces, and removes', async () => {
  const into = join(parent, '.tensorflow');
  const first = await install(['--into', '.tensorflow']);
  expect([first.code, first.stdout]).toEqual([
    0,
    expect.stringMatching(
      /^TensorFlow 9\.8\.7 \(library from 127\.0\.0\.1:\d+\)\nTensorFlow\.js 4\.22\.0\nin \S+\.tensorflow: \d+ MB, \d+ s\n$/,
    ),
  ]);
  expect(first.stderr).toMatch(/^fetching the package .* \.\.\.\ndownloading .* \.\.\.\ntrying the engine \.\.\.\n$/);
  const second = await install(['--into', '.tensorflow', '--verbose']);
  expect(second.stderr).toMatch(new RegExp(`^replacing TensorFlow 9\\.8\\.7 in ${into}\n[^]*added 1 package`));
  const removed = { code: 0, stdout: `removed ${into}\n`, stderr: '' };
  expect(await install(['--remove', '--into', '.tensorflow'])).toEqual(removed);
  expect(readdirSync(parent)).toEqual([]);
  const nothing = await install(['--remove', '--into', '.tensorflow']);
  expect(nothing).toEqual({ code: 0, stdout: `no TensorFlow engine is installed in ${into}\n`, stderr: '' });
});

test.skipIf(process.platform === 'darwin')('without --into it is the folder of the user', async () => {
  const { stdout } = await install();
  expect(stdout).toContain(`in ${join(parent, 'nfm-notebooks', 'tensorflow')}: `);
});

test('one error and nothing else when it fails', async () => {
  const { code, stdout, stderr } = await install(['--into', 'engine'], { env: { npm_config_registry: closedPort } });
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/\nerror: npm could not fetch @tensorflow\/tfjs-node@4\.22\.0: .*ECONNREFUSED.*\n$/);
  expect(readdirSync(parent)).toEqual([]);
});

test('Ctrl-C leaves nothing; a kill leaves a folder, which the next installation removes', async () => {
  registry.library = null; // the download never ends
  const interruptAt = /downloading/;
  const stopped = await install(['--into', 'engine'], { interruptAt });
  expect([stopped.code, stopped.stdout]).toEqual([130, '']);
  expect(stopped.stderr).toMatch(/\nstopped; nothing was installed\n$/);
  expect(readdirSync(parent)).toEqual([]);
  const killed = await install(['--into', 'engine'], { interruptAt, signal: 'SIGKILL' });
  expect(killed.code).toBe(null);
  expect(readdirSync(parent)).toEqual([expect.stringMatching(/^engine\.installing-\d+$/)]);
  registry.library = '9.8.7';
  expect((await install(['--into', 'engine'])).code).toBe(0);
  expect(readdirSync(parent)).toEqual(['engine']);
});

test('wrong use', async () => {
  writeFileSync(join(parent, 'notes.txt'), 'mine');
  const { code, stderr } = await install(['engine']);
  expect([code, stderr]).toEqual([
    2,
    'error: nfm install-tensorflow: unexpected argument "engine"; a folder is given with --into\n',
  ]);
  expect((await install(['--from-whel', 'x'])).stderr).toContain('did you mean --from-wheel?');
  expect(await install(['--into', '.'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('has other files in it'),
  });
  expect(readdirSync(parent)).toEqual(['notes.txt']);
});
