// Type checks of every runtime: kernel, renderers, extension, tests.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

/** Checks the projects that the root tsconfig.json lists. Returns whether all are right. */
export function checkTypes() {
  const { references } = JSON.parse(readFileSync(new URL('../tsconfig.json', import.meta.url), 'utf8'));
  const wrong = references.filter(({ path }) => {
    const { status } = spawnSync(process.execPath, [tsc, '-p', path, '--noEmit', '--pretty', 'false'], {
      cwd: root,
      stdio: 'inherit',
    });
    return status !== 0;
  });
  for (const { path } of wrong) console.error(`type check of ${path} failed`);
  return wrong.length === 0;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) process.exitCode = checkTypes() ? 0 : 1;
