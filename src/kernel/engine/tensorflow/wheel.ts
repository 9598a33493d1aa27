/**
 * TensorFlow's library out of a Python wheel, for where its own download cannot be reached: the wheel of the CPU package
 * holds the C API that the addon is compiled against. Linux on x64.
 */

import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { InstallError } from './installFolder.ts';
import { ProgramError, type ProgramOptions, runProgram } from './program.ts';

/** The release that the addon was tried with; wheels have the C API as a library of its own from 2.12 on. */
const wheelRelease = 'tensorflow-cpu==2.21.0';

/** Headers that the addon includes, directly or through each other. */
const headers = [
  ...['c_api.h', 'c_api_macros.h', 'eager/c_api.h', 'tf_attrtype.h', 'tf_buffer.h', 'tf_datatype.h', 'tf_status.h'],
  ...['tf_tensor.h', 'tf_tstring.h'],
]
  .map((name) => `tensorflow/c/${name}`)
  .concat(
    ['tensorflow/core', 'tsl'].flatMap((folder) =>
      ['', '_internal'].map((end) => `${folder}/platform/ctstring${end}.h`),
    ),
  )
  .concat('xla/tsl/c/tsl_status.h');

const libraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];

/** Names by which the package's build and its addon look for the libraries. */
const links = {
  'libtensorflow.so': libraries[0],
  'libtensorflow.so.2.9.1': libraries[0],
  'libtensorflow_framework.so': libraries[1],
} as const;

/** Which Python runs pip does not matter to the library, so the wheel is that of one fixed Python. */
const pipDownload = [
  '-m pip download --no-deps --no-input --disable-pip-version-check --progress-bar off',
  '--only-binary :all: --python-version 3.11 --implementation cp --abi cp311 --platform manylinux_2_27_x86_64',
].flatMap((words) => words.split(' '));

/**
 * Gets the wheel with pip, which knows the user's indexes, mirrors and proxies.
 * @param folder where it is put
 * @returns its path
 * @throws InstallError without Python, pip, or an index that has it
 */
export async function downloadWheel(python: string, folder: string, options: ProgramOptions): Promise<string> {
  try {
    await runProgram(python, [...pipDownload, '--dest', folder, wheelRelease], options);
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    const elsewhere = 'or download the wheel elsewhere and name it with --from-wheel';
    if (error.missing)
      throw new InstallError(
        `there is no ${python}; install Python 3 with pip, name another with --python, ${elsewhere}`,
      );
    throw new InstallError(
      `pip could not get the wheel ${wheelRelease}: ${error.message}; check the network, pip's index and proxy, ${elsewhere}`,
    );
  }
  const name = (await readdir(folder)).find((each) => each.endsWith('.whl'));
  if (name === undefined) throw new InstallError(`pip left no wheel of ${wheelRelease} in ${folder}; try again`);
  return join(folder, name);
}

/** Copies members of an archive piece by piece (the library has 800 MB), with their checksums checked. */
const unpackProgram = `
import json, os, shutil, sys, zipfile
archive, members = sys.argv[1], json.loads(sys.argv[2])
with zipfile.ZipFile(archive) as wheel:
    for inside, outside in members:
        os.makedirs(os.path.dirname(outside), exist_ok=True)
        with wheel.open(inside) as source, open(outside, 'wb') as target:
            shutil.copyfileobj(source, target, 1 << 20)
`;

/**
 * Fills the folder `deps` of the package with a wheel's headers and libraries.
 * @throws InstallError when the file is damaged or no such wheel
 */
export async function unpackWheel(python: string, wheel: string, deps: string, options: ProgramOptions): Promise<void> {
  const members = [
    ...headers.map((name) => [`tensorflow/include/${name}`, join(deps, 'include', name)]),
    ...libraries.map((name) => [`tensorflow/${name}`, join(deps, 'lib', name)]),
  ];
  try {
    await runProgram(python, ['-c', unpackProgram, wheel, JSON.stringify(members)], options);
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    throw new InstallError(
      `${wheel} is not the wheel that is needed: ${error.message}; take that of ${wheelRelease} for Linux on x86_64`,
    );
  }
  await mkdir(join(deps, 'lib'), { recursive: true });
  for (const [link, library] of Object.entries(links)) await symlink(library, join(deps, 'lib', link));
}
