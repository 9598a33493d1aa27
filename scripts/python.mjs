// `npm run python`: what the tests compare with in Python (PyTorch, safetensors, nbconvert), in the git-ignored folder
// .python (1 GB). Without it those tests are skipped. PyTorch without CUDA, so its own index is asked too.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const folder = path('.python');
const complete = path('.python/complete');

/** The Python that has the packages. */
export const python = path('.python/bin/python');

export const hasPackages = () => existsSync(complete);

const packages = ['torch==2.13.0+cpu', 'safetensors', 'numpy', 'nbconvert'];
const install = ['-m', 'pip', 'install', '--quiet', '--retries', '0', '--disable-pip-version-check'];
const steps = [
  ['python3', ['-m', 'venv', folder]],
  [python, [...install, '--extra-index-url', 'https://download.pytorch.org/whl/cpu', ...packages]],
];

/** Returns one line: what was installed, or why nothing could be. */
export function installPackages() {
  rmSync(folder, { recursive: true, force: true }); // what an earlier try has left
  for (const [program, args] of steps) {
    const { status, error, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: 300_000 });
    if (status === 0) continue;
    const said = stderr?.trim().split('\n').at(-1);
    const why = error?.code === 'ETIMEDOUT' ? 'it took more than 5 minutes' : (error?.message ?? said);
    rmSync(folder, { recursive: true, force: true });
    return `Python's packages could not be installed here: ${why}; the tests that compare with them are skipped`;
  }
  writeFileSync(complete, '');
  return `installed ${packages.join(', ')} into .python`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(installPackages());
  process.exitCode = hasPackages() ? 0 : 1;
}
