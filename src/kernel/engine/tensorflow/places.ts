/** Where an installed `@tensorflow/tfjs-node` may be. A place is a folder that holds `node_modules/@tensorflow/tfjs-node`. */

import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';

/** Environment variables that name places. */
export const variables = {
  /** The place to use; it must work. */
  chosen: 'NFM_TENSORFLOW',
  /** Where the extension installs, for the kernels that it starts. */
  installed: 'NFM_TENSORFLOW_INSTALLED',
} as const;

/** Name of a folder with an installation that serves the folder it lies in. */
const workspaceFolder = '.tensorflow';

export interface Places {
  /** The place that the user named. */
  readonly chosen: string | undefined;
  /** The others, in the order in which they are looked at. */
  readonly searched: readonly string[];
}

/** The package's folder in a place. */
export const packageIn = (place: string): string => join(place, 'node_modules', '@tensorflow', 'tfjs-node');

/** Where a TensorFlow may be, seen from a working directory: its own packages, then what was installed by command. */
export function placesFrom(cwd: string, env: NodeJS.ProcessEnv): Places {
  const chosen = env[variables.chosen];
  const installed = env[variables.installed];
  return {
    chosen: chosen ? resolve(cwd, chosen) : undefined,
    searched: [
      ...upward(resolve(cwd)).flatMap((folder) => [folder, join(folder, workspaceFolder)]),
      ...(installed ? [installed] : []),
      userFolder(env),
    ],
  };
}

/**
 * Where `nfm install-tensorflow` installs: the platform's folder for the data of one user's programs.
 * @param home the user's home folder
 */
export function userFolder(env: NodeJS.ProcessEnv, home = homedir(), platform = process.platform): string {
  const own = join('nfm-notebooks', 'tensorflow');
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), own);
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', own);
  const { XDG_DATA_HOME: data = '' } = env;
  return join(isAbsolute(data) ? data : join(home, '.local', 'share'), own); // XDG: a relative path is to be ignored
}

function upward(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...upward(parent)];
}
