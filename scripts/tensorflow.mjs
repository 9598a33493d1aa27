// `npm run tensorflow`: TensorFlow's native engine for the tests, in the git-ignored folder .tensorflow (1.1 GB). Without
// it the tests of that engine run on its JavaScript.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));

/** The folder of the engine. */
export const place = path('.tensorflow');

export const isInstalled = () => existsSync(path('.tensorflow/nfm-tensorflow.json'));

/** Installs it with the command of the product. Returns one line: what was installed, or why nothing could be. */
export function installTensorflow() {
  const install = [path('dist/nfm.js'), 'install-tensorflow', '--into', place];
  const { status, stdout, stderr } = spawnSync(process.execPath, install, { encoding: 'utf8', timeout: 600_000 });
  if (status === 0) return `installed ${stdout.trim().replaceAll('\n', ', ')}`;
  const why =
    status === null ? 'it took more than 10 minutes' : stderr.trim().split('\n').at(-1).replace('error: ', '');
  return `TensorFlow's native engine could not be installed here: ${why}; its tests run on the JavaScript backend`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(installTensorflow());
  process.exitCode = isInstalled() ? 0 : 1;
}
