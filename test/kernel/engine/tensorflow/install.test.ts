import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type InstallOptions,
  installTensorflow,
  unsupported,
} from '../../../../src/kernel/engine/tensorflow/install.ts';
import { installedIn, removeInstalled } from '../../../../src/kernel/engine/tensorflow/installFolder.ts';
import { packageIn } from '../../../../src/kernel/engine/tensorflow/places.ts';
import { closedPort, makeWheel, type Registry, startRegistry } from './registry.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'nfm-install-')));
let registry: Registry;
let count = 0;
/** A folder of its own for each test, and in it the one to install into. */
let parent: string;
let into: string;

beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => {
  registry.close();
  rmSync(root, { recursive: true });
});
beforeEach(() => {
  parent = join(root, String(count++));
  into = join(parent, 'engine');
  mkdirSync(parent);
  registry.library = '9.8.7';
});

const install = (options: Partial<InstallOptions> = {}) => installTensorflow({ into, env: registry.env, ...options });
const without = (env: NodeJS.ProcessEnv) => ({ env: { ...registry.env, ...env } });
const failure = async (options: Partial<InstallOptions>): Promise<string> =>
  install(options).then(
    () => 'it was installed',
    (error: Error) => `${error.name}: ${error.message}`,
  );

describe('the package with the library that it downloads', () => {
  test('is installed, tried, and reported', async () => {
    const steps: string[] = [];
    const report = await install({ onStep: (step) => steps.push(step) });
    const host = new URL(registry.env.TFJS_NODE_BASE_URI!).host;
    const installed = { version: '4.22.0', library: '9.8.7', source: `library from ${host}` };
    expect(report).toEqual({ ...installed, place: into, bytes: expect.any(Number), seconds: expect.any(Number) });
    expect(report.bytes).toBeGreaterThan(1000);
    expect(await installedIn(into)).toEqual(installed);
    expect(existsSync(join(packageIn(into), 'deps/lib/libtensorflow.so.2.9.1'))).toBe(true);
    expect(readdirSync(parent)).toEqual(['engine']);
    expect(steps).toEqual([
      'fetching the package @tensorflow/tfjs-node from the npm registry',
      `downloading the TensorFlow library from ${host}`,
      'trying the engine',
    ]);
  });

  test('is installed also where the user lets npm run no install scripts', async () => {
    expect((await install(without({ npm_config_ignore_scripts: 'true' }))).library).toBe('9.8.7');
  });

  test('replaces an earlier one, which stays when the new one fails', async () => {
    await install();
    registry.library = '9.9.0';
    await install();
    expect((await installedIn(into))?.library).toBe('9.9.0');
    expect(await failure(without({ npm_config_registry: closedPort }))).toContain('InstallError');
    expect((await installedIn(into))?.library).toBe('9.9.0');
    expect(readdirSync(parent)).toEqual(['engine']);
  });

  test('is removed', async () => {
    await install();
    expect(await removeInstalled(into)).toBe(true);
    expect(readdirSync(parent)).toEqual([]);
    expect(await removeInstalled(into)).toBe(false);
    expect(await removeInstalled(join(parent, 'no', 'such'))).toBe(false);
  });
});

describe('what fails is said in one sentence, and nothing stays', () => {
  test('no npm registry', async () => {
    expect(await failure(without({ npm_config_registry: closedPort }))).toMatch(
      /^InstallError: npm could not fetch @tensorflow\/tfjs-node@4.22.0: request to http:\/\/127.0.0.1:1\/\S+ failed, reason: .*ECONNREFUSED.*; check the network, npm's registry and proxy, then try again$/,
    );
    expect(readdirSync(parent)).toEqual([]);
  });

  test.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('neither library nor wheel', async () => {
    expect(await failure(without({ TFJS_NODE_BASE_URI: closedPort }))).toMatch(
      /^InstallError: .*two ways: 127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\) .*pip could not get the wheel tensorflow-cpu==2\.21\.0: Connection refused; check .* --from-wheel$/,
    );
    expect(readdirSync(parent)).toEqual([]);
  });

  test.skipIf(process.platform !== 'linux' || process.arch !== 'x64')(
    'an engine that does not load, and no Python',
    async () => {
      registry.library = 'broken';
      expect(await failure({ python: 'no-such-python' })).toMatch(
        /the engine with the library from 127\.0\.0\.1:\d+ fails \(undefined symbol: TF_Version\).*; there is no no-such-python; install Python 3 with pip/,
      );
      expect(readdirSync(parent)).toEqual([]);
    },
  );

  test('a place that cannot be written', async () => {
    writeFileSync(join(parent, 'file'), '');
    const under = join(parent, 'file', 'engine');
    expect(await failure({ into: under })).toBe(
      `InstallError: ${under} cannot be made, because a part of this path is a file; choose another folder`,
    );
  });

  test('a folder with other files, which stay', async () => {
    mkdirSync(into);
    writeFileSync(join(into, 'thesis.txt'), 'years of work');
    expect(await failure({})).toContain(`${into} has other files in it`);
    expect(await removeInstalled(into)).toBe(false);
    expect(readFileSync(join(into, 'thesis.txt'), 'utf8')).toBe('years of work');
    expect(readdirSync(parent)).toEqual(['engine']);
  });

  test('a machine for which there is no library', () => {
    expect(unsupported('freebsd', 'x64', false)).toMatch(/^TensorFlow's library is not made for freebsd x64, only for/);
    expect(unsupported('linux', 'x64', false)).toMatch(/not made for linux x64 without glibc/);
    expect(unsupported('win32', 'arm64', false)).toMatch(/not made for win32 arm64/);
    expect(['linux', 'darwin'].map((platform) => unsupported(platform, 'arm64', true))).toEqual([undefined, undefined]);
  });
});

const headers = [
  ...['c_api', 'c_api_macros', 'eager/c_api', 'tf_attrtype', 'tf_buffer', 'tf_datatype', 'tf_status', 'tf_tensor'],
  'tf_tstring',
].map((name) => `tensorflow/include/tensorflow/c/${name}.h`);
const strings = ['tensorflow/core/platform/ctstring', 'tsl/platform/ctstring'].flatMap((name) => [
  `tensorflow/include/${name}.h`,
  `tensorflow/include/${name}_internal.h`,
]);
const members = {
  ...Object.fromEntries(
    [...headers, ...strings, 'tensorflow/include/xla/tsl/c/tsl_status.h'].map((name) => [name, name]),
  ),
  'tensorflow/libtensorflow_cc.so.2': '2.21.0',
  'tensorflow/libtensorflow_framework.so.2': 'framework',
  'tensorflow/python/large.py': 'not needed',
};

describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('the library of a wheel', () => {
  test('is taken, and the addon compiled for it', async () => {
    const wheel = makeWheel(join(parent, 'wheels/tensorflow_cpu-2.21.0.whl'), members);
    const report = await install({ wheel });
    const source = 'library of tensorflow_cpu-2.21.0.whl, addon compiled here';
    expect(report).toMatchObject({ library: '2.21.0', source });
    const deps = join(packageIn(into), 'deps');
    const unpacked = execFileSync('find', ['.', '-type', 'f'], { cwd: deps, encoding: 'utf8' }).trim().split('\n');
    expect(unpacked.length).toBe(14 + 2);
    expect(readFileSync(join(deps, 'include/tensorflow/c/eager/c_api.h'), 'utf8')).toContain('c/eager/c_api.h');
    expect(readFileSync(join(deps, 'lib/libtensorflow_framework.so'), 'utf8')).toBe('framework');
    expect(readFileSync(join(packageIn(into), 'built.txt'), 'utf8')).toBe('true');
    expect(readdirSync(into).sort()).toEqual(['nfm-tensorflow.json', 'node_modules', 'package.json']);
    expect(readdirSync(parent).sort()).toEqual(['engine', 'wheels']);
  });

  test('that is damaged, or another, or not there', async () => {
    const wheel = join(parent, 'tensorflow.whl');
    expect(await failure({ wheel })).toBe(`InstallError: there is no file ${wheel}; check the path`);
    writeFileSync(wheel, 'PK and then nothing');
    expect(await failure({ wheel })).toMatch(/tensorflow\.whl is not the wheel that is needed: .*not a zip file; take/);
    makeWheel(wheel, { 'numpy/__init__.py': '' });
    expect(await failure({ wheel })).toMatch(
      /needed: "There is no item named 'tensorflow\/include\/.*' in the archive"; take that of/,
    );
    makeWheel(wheel, members);
    const bytes = readFileSync(wheel);
    bytes[bytes.indexOf('tensorflow/libtensorflow_cc.so.2') + 33] ^= 1; // inside the deflated library
    writeFileSync(wheel, bytes);
    expect(await failure({ wheel })).toMatch(/is not the wheel that is needed: .*(CRC|decompressing)/);
    expect(readdirSync(parent)).toEqual(['tensorflow.whl']);
  });
});

describe('an installation that is interrupted', () => {
  test('ends at once with all it has started, and leaves nothing', async () => {
    registry.library = null; // the install script waits for ever
    const controller = new AbortController();
    const outcome = failure({ signal: controller.signal });
    await expect.poll(registry.waiting, { timeout: 20_000 }).toBe(1);
    controller.abort();
    expect(await outcome).toMatch(/^AbortError/);
    await expect.poll(registry.waiting).toBe(0);
    expect(readdirSync(parent)).toEqual([]);
  });

  test('by a kill leaves a folder that the next one removes', async () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    mkdirSync(join(parent, `engine.installing-${dead}`, 'node_modules'), { recursive: true });
    await install();
    expect(readdirSync(parent)).toEqual(['engine']);
  });

  test('by a kill between its two last steps loses nothing', async () => {
    await install();
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    execFileSync('mv', [into, `${into}.replaced-${dead}`]);
    expect(await failure(without({ npm_config_registry: closedPort }))).toContain('InstallError');
    expect((await installedIn(into))?.library).toBe('9.8.7');
    expect(readdirSync(parent)).toEqual(['engine']);
  });

  test('a removal that was killed is not undone', async () => {
    await install();
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    execFileSync('mv', [into, `${into}.removed-${dead}`]);
    expect(await removeInstalled(into)).toBe(false);
    expect(readdirSync(parent)).toEqual([]);
  });

  test('is told from one that goes on', async () => {
    mkdirSync(join(parent, `engine.installing-${process.ppid}`));
    expect(await failure({})).toMatch(new RegExp(`process ${process.ppid} works on .*; wait for it`));
    registry.library = null;
    const controller = new AbortController();
    const other = join(parent, 'other');
    const first = failure({ into: other, signal: controller.signal });
    await expect.poll(() => existsSync(`${other}.installing-${process.pid}`)).toBe(true);
    expect(await failure({ into: other })).toContain(`process ${process.pid} works on`);
    controller.abort();
    expect(await first).toMatch(/^AbortError/);
  });
});
