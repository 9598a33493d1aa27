/** The npm package of the engine: its JavaScript, and its own way to the native library. */

import { existsSync } from 'node:fs';
import { copyFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { addonFile, release } from './addon.ts';
import { InstallError } from './installFolder.ts';
import { packageIn } from './places.ts';
import { ProgramError, type ProgramOptions, runProgram } from './program.ts';

const name = '@tensorflow/tfjs-node';

/** Fetches the package and what it depends on, without any install script. @throws InstallError without npm or registry */
export async function fetchPackage(folder: string, options: ProgramOptions): Promise<void> {
  // npm is going to run install scripts only of packages that are listed.
  const manifest = { private: true, allowScripts: { [name]: true } };
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
  await runProgram('npm', ['install', `${name}@${release}`, ...quiet], { ...options, cwd: folder }).catch((error) => {
    if (!(error instanceof ProgramError)) throw error;
    if (error.missing) throw new InstallError('there is no npm on PATH; install Node with npm from https://nodejs.org');
    throw new InstallError(
      `npm could not fetch ${name}@${release}: ${error.message}; check the network, npm's registry and proxy, then try again`,
    );
  });
}

/** Runs the package's install script: it downloads the library unless `deps` has it, and downloads or compiles the addon. */
export async function runInstallScript(folder: string, options: ProgramOptions): Promise<void> {
  await runProgram('npm', ['rebuild', name, '--ignore-scripts=false', '--foreground-scripts'], {
    ...options,
    cwd: folder,
  });
  const packageFolder = packageIn(folder);
  for (const left of ['build', 'build-tmp-napi-v8'])
    await rm(join(packageFolder, left), { recursive: true, force: true });
  // On Windows the library must lie beside the addon; the package puts it beside another one on every recent Node.
  const library = join(packageFolder, 'deps', 'lib', 'tensorflow.dll');
  if (existsSync(library)) await copyFile(library, join(packageFolder, addonFile, '..', 'tensorflow.dll'));
}

/** The address from which the install script takes the library, by the same variables. */
export function libraryAddress(env: NodeJS.ProcessEnv): string {
  const host = env.TFJS_NODE_CDN_STORAGE || env.npm_config_TFJS_NODE_CDN_STORAGE || env.CDN_STORAGE;
  const own = env.TFJS_NODE_BASE_URI || env.npm_config_TFJS_NODE_BASE_URI;
  return own || `${host || 'https://storage.googleapis.com/'}tensorflow/libtensorflow/libtensorflow-`;
}

/** How long a host may take to answer, in ms. */
const patience = 10_000;

/**
 * Asks the host of an address for a connection, because the install script would wait for it for minutes. Behind a
 * proxy only the script can tell.
 * @returns why it cannot be reached; undefined: it can
 */
export function unreachable(address: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].some((proxy) => env[proxy]))
    return Promise.resolve(undefined);
  const url = new URL(address);
  const port = Number(url.port) || (url.protocol === 'http:' ? 80 : 443);
  return new Promise((resolve) => {
    const socket = connect({ host: url.hostname.replace(/^\[|\]$/g, ''), port, timeout: patience });
    const end = (why?: string) => {
      socket.destroy();
      resolve(why && `${url.host} cannot be reached (${why})`);
    };
    socket.once('connect', () => end());
    socket.once('timeout', () => end(`no answer for ${patience / 1000} s`));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}
