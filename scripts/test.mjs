// `npm test`: types, format and lint, then the tests. Arguments go to vitest (npm test -- test/kernel/data). The last
// line counts the tests; the exit code is 0 only if everything passed. With --all, or under CI=true, what some tests
// compare with (TensorFlow's native engine, PyTorch, nbconvert) is installed first unless it is there.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkTypes } from './check.mjs';
import { hasPackages, installPackages, python } from './python.mjs';
import { installTensorflow, isInstalled, place } from './tensorflow.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);

/** Runs the program of an installed package; returns whether it succeeded. */
function runPackage(name, program, args) {
  const path = join(dirname(require.resolve(`${name}/package.json`)), program);
  return spawnSync(process.execPath, [path, ...args], { cwd: root, stdio: 'inherit' }).status === 0;
}

const typesAreRight = checkTypes();
const isClean = runPackage('@biomejs/biome', 'bin/biome', ['check', '.']);

const args = process.argv.slice(2);
const forVitest = args.filter((arg) => arg !== '--all');
if (process.env.CI === 'true' || args.includes('--all')) {
  if (!process.env.NFM_TENSORFLOW && !isInstalled()) console.log(installTensorflow());
  if (!process.env.NFM_PYTHON && !hasPackages()) console.log(installPackages());
}
if (isInstalled()) process.env.NFM_TENSORFLOW ??= place;
if (hasPackages()) process.env.NFM_PYTHON ??= python;

const folder = mkdtempSync(join(tmpdir(), 'nfm-test-'));
const results = join(folder, 'results.json');
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
const testsPassed = runPackage('vitest', 'vitest.mjs', ['run', ...reporters, ...forVitest]);
const { passed, failed } = counts(results);
rmSync(folder, { recursive: true });

if (!typesAreRight) console.log('the type check failed, see above');
if (!isClean) console.log('format or lint failed, see above; "npx biome check --write" mends most of it');
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = typesAreRight && isClean && testsPassed && failed === 0 && passed > 0 ? 0 : 1;

/** Tests that passed and failed; a file that could not be run at all counts as one that failed. */
function counts(file) {
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(file, 'utf8'));
    const broken = testResults.filter(
      (r) => r.status === 'failed' && !r.assertionResults.some((a) => a.status === 'failed'),
    );
    return { passed: numPassedTests, failed: numFailedTests + broken.length };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
