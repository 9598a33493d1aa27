/**
 * The two ways to the native library. Both start from a folder with the package's JavaScript, leave there an engine that
 * has computed once, and end with an InstallError that says why there is none.
 */

import { basename, join } from 'node:path';
import { checkRoom, InstallError, type Installed, removeFolder } from './installFolder.ts';
import { localHeaders, nodeHeaders } from './nodeHeaders.ts';
import { libraryAddress, runInstallScript, unreachable } from './npmPackage.ts';
import { packageIn } from './places.ts';
import { ProgramError, type ProgramOptions, runProgram } from './program.ts';
import { tryEngine } from './tryEngine.ts';
import { downloadWheel, unpackWheel } from './wheel.ts';

export type OnStep = (step: string) => void;

/** The package's own way: its install script downloads the library. */
export async function fromDownload(folder: string, onStep: OnStep, options: ProgramOptions): Promise<Installed> {
  const address = libraryAddress(options.env);
  if (!URL.canParse(address)) throw new InstallError(`the library's address ${address} is no address`);
  const { host } = new URL(address);
  onStep(`downloading the TensorFlow library from ${host}`);
  const why = await unreachable(address, options.env);
  if (why !== undefined) throw new InstallError(why);
  const nodedir = await localHeaders(options);
  const env = { ...options.env, ...(nodedir ? { npm_config_nodedir: nodedir } : {}) };
  const failed = failure(`the library from ${host} could not be installed`);
  await runInstallScript(folder, { ...options, env }).catch(failed);
  onStep('trying the engine');
  const engine = await tryEngine(folder, options).catch(failure(`the engine with the library from ${host} fails`));
  return { ...engine, source: `library from ${host}` };
}

/** Room for the wheel, its libraries and the package. */
const roomForWheel = 1.6e9;

export interface WheelSource {
  /** A wheel that is there already; else pip gets one. */
  readonly wheel?: string;
  /** The Python that gets and unpacks it. */
  readonly python: string;
}

/** The library of a Python wheel, with the addon compiled for it here. */
export async function fromWheel(
  folder: string,
  { wheel, python }: WheelSource,
  onStep: OnStep,
  options: ProgramOptions,
): Promise<Installed> {
  if (`${process.platform} ${process.arch}` !== 'linux x64')
    throw new InstallError(`Python wheels serve on Linux x64 only, and this is ${process.platform} ${process.arch}`);
  await checkRoom(folder, roomForWheel);
  await checkTools(options);
  const [download, headers, deps] = [join(folder, 'wheel'), join(folder, 'headers'), join(packageIn(folder), 'deps')];
  if (wheel === undefined) onStep('getting a TensorFlow wheel with pip (274 MB)');
  const file = wheel ?? (await downloadWheel(python, download, options));
  onStep(`unpacking the library of ${basename(file)}`);
  await removeFolder(deps); // a download may have been cut short
  await unpackWheel(python, file, deps, options);
  await removeFolder(download);
  onStep('compiling the addon');
  const env = {
    ...options.env,
    npm_config_build_from_source: 'true',
    npm_config_nodedir: await nodeHeaders(headers, options),
    npm_config_python: python,
  };
  await runInstallScript(folder, { ...options, env }).catch(failure('the addon could not be compiled'));
  await removeFolder(headers);
  onStep('trying the engine');
  const engine = await tryEngine(folder, options).catch(
    failure(`the engine with the library of ${basename(file)} fails`),
  );
  return { ...engine, source: `library of ${basename(file)}, addon compiled here` };
}

/** Told before hundreds of megabytes are fetched. */
async function checkTools(options: ProgramOptions): Promise<void> {
  for (const tool of ['make', options.env.CXX || 'g++'])
    await runProgram(tool, ['--version'], options).catch(
      failure(`the addon cannot be compiled without ${tool}; install a C++ compiler and make`),
    );
}

/** Turns the failure of a program into that of the installation. */
const failure =
  (what: string) =>
  (error: unknown): never => {
    throw error instanceof ProgramError ? new InstallError(`${what} (${error.message})`) : error;
  };
