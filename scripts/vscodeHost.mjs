// A real VS Code (server and web workbench) out of the npm package code-server, in the git-ignored folder .vscode-host.
// It is what the end-to-end tests run in, and what `npm run vscode` opens for somebody without a desktop VS Code.
import { execFile, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** code-server 4.100.3 carries VS Code 1.100.3, the oldest version that `engines.vscode` allows. */
const version = '4.100.3';
export const root = fileURLToPath(new URL('..', import.meta.url));
const hostFolder = join(root, '.vscode-host');
const vscode = join(hostFolder, 'node_modules/code-server/lib/vscode');
const installed = join(hostFolder, `installed-${version}`);

/** Without these a dialog, a welcome page or a network call comes between the reader and the notebook. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'window.confirmBeforeClose': 'never',
  'files.autoSave': 'off',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'git.enabled': false,
  'extensions.ignoreRecommendations': true,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'typescript.disableAutomaticTypeAcquisition': true,
};

/** Installs the host once (about 10 s, 160 MB). @throws an Error with npm's last lines where the registry is not there */
export async function installHost() {
  if (existsSync(installed)) return;
  await mkdir(hostFolder, { recursive: true });
  await writeFile(join(hostFolder, 'package.json'), '{ "private": true }\n');
  // No install scripts: they compile natives that the tests do without. Not `npm ci` inside: lock file and package differ.
  const npm = async (folder, ...args) => {
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund'];
    const patience = ['--fetch-retries=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];
    const options = { cwd: folder, shell: process.platform === 'win32' };
    const install = run('npm', ['install', ...args, ...quiet, ...patience], options);
    const kill = () => install.child.kill();
    process.once('exit', kill);
    await install
      .catch((error) => {
        const said = String(error.stderr || error.message).trim();
        const why = /^.*\b(?:reason:|E[A-Z]{4,}).*$/m.exec(said)?.[0] ?? said.slice(-400);
        throw new Error(`cannot install code-server ${version}: ${why}`);
      })
      .finally(() => process.off('exit', kill));
  };
  await npm(hostFolder, '--no-save', `code-server@${version}`);
  await npm(vscode, '--omit=dev');
  await npm(join(vscode, 'extensions'), '--omit=dev'); // the server of the built-in TypeScript extension
  for (const file of await readdir(join(hostFolder, 'node_modules'), { recursive: true }))
    if (file.endsWith('.map')) await rm(join(hostFolder, 'node_modules', file), { force: true });
  await writeFile(installed, '');
}

/**
 * Starts a server on 127.0.0.1 with a data folder of its own.
 * Nothing of it outlives this process, unless that is killed.
 * @param options `extension`: folder to load as it is · `vsix`: package to install · `settings` beside the quiet ones ·
 *   `env`, which the extension host sees · `trusted`: no workspace trust question (default true) · `port` (default any)
 */
export async function startServer({ extension, vsix, settings = {}, env = {}, trusted = true, port = 0 } = {}) {
  const data = await mkdtemp(join(tmpdir(), 'nfm-vscode-'));
  let child;
  const atExit = () => {
    if (child) killGroup(child);
    rmSync(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  };
  process.once('exit', atExit);
  await mkdir(join(data, 'data/User'), { recursive: true });
  await mkdir(join(data, 'extensions'));
  const all = { ...quietSettings, ...(trusted ? { 'security.workspace.trust.enabled': false } : {}), ...settings };
  await writeFile(join(data, 'data/User/settings.json'), JSON.stringify(all, null, 1));
  if (extension) {
    const { publisher, name, version } = JSON.parse(await readFile(join(extension, 'package.json'), 'utf8'));
    await symlink(extension, join(data, 'extensions', `${publisher}.${name}-${version}`), 'junction');
  }
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('VSCODE_') && name !== 'NODE_ENV');
  const options = { env: { ...Object.fromEntries(inherited), EXTENSIONS_GALLERY: '{}', ...env } };
  const server = [join(vscode, 'out/server-main.js'), '--server-data-dir', data];
  server.push('--accept-server-license-terms', '--telemetry-level', 'off');
  if (vsix) await run(process.execPath, [...server, '--install-extension', vsix, '--force'], options);
  server.push(
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--without-connection-token',
    '--enable-smoke-test-driver',
  );
  if (trusted) server.push('--disable-workspace-trust');
  child = spawn(process.execPath, server, { ...options, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    child.removeAllListeners('exit');
    const gone = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null && child.signalCode === null) {
      killGroup(child);
      await gone;
    }
    await rm(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    process.off('exit', atExit);
  };
  let log = '';
  const url = await new Promise((resolve, reject) => {
    const fail = (text) => {
      clearTimeout(timer);
      reject(new Error(`the VS Code server ${text}\n${log.slice(-2000)}`));
    };
    const timer = setTimeout(() => fail('did not start within 30 s'), 30_000);
    const read = (chunk) => {
      log = (log + chunk).slice(-100_000);
      const listening = /Extension host agent listening on (\d+)/.exec(log);
      if (!listening || !log.includes('Extension host agent started')) return;
      clearTimeout(timer);
      resolve(`http://127.0.0.1:${listening[1]}`);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('exit', (code) => fail(`ended with code ${code}`));
  }).catch(async (error) => {
    await stop();
    throw error;
  });
  return { url, stop, ended, log: () => log };
}

/** The server has an extension host and kernels under it; they share its process group. */
function killGroup(child) {
  try {
    if (process.platform === 'win32') child.kill();
    else process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** The address of a workbench. `payload`: pairs such as `['openFile', 'vscode-remote://remote/...']`. */
export function workbenchUrl(server, folder, payload = []) {
  const url = new URL(server);
  url.searchParams.set('folder', folder);
  if (payload.length > 0) url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}

/** The first of these programs on PATH. */
export function findProgram(...names) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((file) => existsSync(file));
}
