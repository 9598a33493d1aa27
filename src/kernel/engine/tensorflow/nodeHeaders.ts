/** The headers of Node that an addon is compiled against. The addon uses N-API only, so any release of one major will do. */

import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { InstallError } from './installFolder.ts';
import { ProgramError, type ProgramOptions, runProgram } from './program.ts';

/** A folder with `include/node` on this machine: the one that is configured, or that of the Node on PATH. */
export async function localHeaders(options: ProgramOptions): Promise<string | undefined> {
  const given = options.env.npm_config_nodedir;
  if (given) return given;
  const { prefix } = await nodeOnPath(options);
  return hasHeaders(prefix) ? prefix : undefined;
}

/**
 * The headers of this machine, or else those in the npm package of Node's binary.
 * @param folder where that package is put
 * @throws InstallError where neither is to be had
 */
export async function nodeHeaders(folder: string, options: ProgramOptions): Promise<string> {
  const local = await localHeaders(options);
  if (local !== undefined) return local;
  const { prefix, major } = await nodeOnPath(options);
  const name = `node-${process.platform}-${process.arch}`;
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  const install = ['install', `${name}@${major}`, '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
  const failed = (why: string) =>
    new InstallError(
      `Node's headers are neither in ${join(prefix, 'include/node')} nor to be had as ${name}@${major} from npm (${why}); ` +
        'use a Node from nodejs.org, which has them, or name the folder above include/node in npm_config_nodedir',
    );
  await runProgram('npm', install, { ...options, cwd: folder }).catch((error: unknown) => {
    throw error instanceof ProgramError ? failed(error.message) : error;
  });
  const found = join(folder, 'node_modules', name);
  if (!hasHeaders(found)) throw failed('the package has none');
  return found;
}

async function nodeOnPath(options: ProgramOptions): Promise<{ readonly prefix: string; readonly major: string }> {
  const asked = ['-p', 'process.execPath + "\\n" + process.versions.node'];
  const output = await runProgram('node', asked, options).catch((error: unknown) => {
    throw error instanceof ProgramError ? new InstallError(`Node on PATH does not run (${error.message})`) : error;
  });
  const [program, version] = output.trim().split('\n').slice(-2);
  return { prefix: dirname(dirname(program)), major: version.split('.')[0] };
}

const hasHeaders = (folder: string): boolean => existsSync(join(folder, 'include', 'node', 'node_api.h'));
