/**
 * Installs TensorFlow's native engine into a folder: the npm package with the library that it downloads, or, where that
 * cannot be had, with the library of a Python wheel. The folder appears whole and tried, or not at all.
 */

import { existsSync } from 'node:fs';
import { delimiter, dirname, resolve } from 'node:path';
import {
  finishFolder,
  folderBytes,
  InstallError,
  type Installed,
  removeFolder,
  startFolder,
  unwritable,
} from './installFolder.ts';
import { fromDownload, fromWheel, type OnStep } from './installSources.ts';
import { fetchPackage } from './npmPackage.ts';
import type { ProgramOptions } from './program.ts';

export interface InstallOptions {
  /** The folder to install into: new, empty, or an earlier installation, which is replaced. */
  readonly into: string;
  /** A TensorFlow wheel that is there already; then no download is tried. */
  readonly wheel?: string;
  /** The Python that gets and unpacks the wheel. Default `python3`. */
  readonly python?: string;
  /** Where mirrors and proxies are named. Default: this process's environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Ends the installation; nothing of it stays. */
  readonly signal?: AbortSignal;
  /** Told what is done next, a line each. */
  readonly onStep?: OnStep;
  /** Receives what npm, pip and the compiler write. */
  readonly onOutput?: (text: string) => void;
}

export interface InstallReport extends Installed {
  /** The folder, as an absolute path. */
  readonly place: string;
  readonly bytes: number;
  readonly seconds: number;
}

/**
 * @throws InstallError: one sentence that says what failed and what to do; the signal's reason after an abort. Nothing
 *   of the new installation stays then, and an earlier one is as it was.
 */
export async function installTensorflow(options: InstallOptions): Promise<InstallReport> {
  const { into, wheel, env = process.env, signal, onOutput } = options;
  const start = performance.now();
  const why = unsupported(process.platform, process.arch, hasGlibc());
  if (why !== undefined) throw new InstallError(why);
  if (wheel !== undefined && !existsSync(wheel)) throw new InstallError(`there is no file ${wheel}; check the path`);
  const target = resolve(into);
  const folder = await startFolder(target);
  try {
    const programs = { cwd: folder, env: programEnvironment(env), signal, onOutput };
    const installed = await fill(folder, options, programs);
    const bytes = await folderBytes(folder);
    signal?.throwIfAborted();
    await finishFolder(folder, target, installed);
    return { ...installed, place: target, bytes, seconds: (performance.now() - start) / 1000 };
  } catch (error) {
    throw unwritable(target, error);
  } finally {
    await removeFolder(folder);
  }
}

/** The Node that runs this need not be on PATH, and its npm lies beside it. Without a network npm and pip give up within seconds. */
function programEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const name = Object.keys(env).find((each) => each.toUpperCase() === 'PATH') ?? 'PATH'; // Windows has "Path"
  const path = [env[name], dirname(process.execPath)].filter(Boolean).join(delimiter);
  const patience = {
    npm_config_fetch_retry_mintimeout: '1000',
    npm_config_fetch_retry_maxtimeout: '5000',
    PIP_RETRIES: '2',
  };
  return { ...patience, ...env, [name]: path };
}

async function fill(
  folder: string,
  { wheel, python = 'python3', onStep = () => {} }: InstallOptions,
  options: ProgramOptions,
): Promise<Installed> {
  onStep('fetching the package @tensorflow/tfjs-node from the npm registry');
  await fetchPackage(folder, options);
  if (wheel !== undefined) return fromWheel(folder, { wheel: resolve(wheel), python }, onStep, options);
  try {
    return await fromDownload(folder, onStep, options);
  } catch (first) {
    if (!(first instanceof InstallError)) throw first;
    onStep(`${first.message}; trying the library of a Python wheel`);
    try {
      return await fromWheel(folder, { python }, onStep, options);
    } catch (second) {
      if (!(second instanceof InstallError)) throw second;
      throw new InstallError(
        `the TensorFlow library can be had in neither of two ways: ${first.message} (TFJS_NODE_BASE_URI may name a ` +
          `mirror); ${second.message}`,
      );
    }
  }
}

/** Why TensorFlow's library is not made for a machine; undefined: it is. @param glibc whether a Linux has GNU's C library */
export function unsupported(platform: string, arch: string, glibc: boolean): string | undefined {
  const made = ['linux x64', 'linux arm64', 'darwin x64', 'darwin arm64', 'win32 x64'];
  const here = platform === 'linux' && !glibc ? `${platform} ${arch} without glibc` : `${platform} ${arch}`;
  if (made.includes(here)) return undefined;
  return (
    `TensorFlow's library is not made for ${here}, only for ${made.join(', ')}; the engine wasm trains the same ` +
    'models here'
  );
}

function hasGlibc(): boolean {
  const report = process.report as typeof process.report & { excludeNetwork?: boolean };
  const { excludeNetwork } = report;
  report.excludeNetwork = true; // else it asks for the names of all connected hosts
  const { header } = report.getReport() as unknown as { readonly header: { glibcVersionRuntime?: string } };
  report.excludeNetwork = excludeNetwork;
  return header.glibcVersionRuntime !== undefined;
}
