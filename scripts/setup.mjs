// What a fresh clone needs before it runs: the packages of package-lock.json, then a build. Says nothing when there is
// nothing to do. Needs Node and npm only; no package runs a script of its own when it is installed.
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const changed = (name) => statSync(new URL(`../${name}`, import.meta.url), { throwIfNoEntry: false })?.mtimeMs ?? 0;

const [major] = process.versions.node.split('.').map(Number);
if (major < 20) {
  console.error(`Node 20 or newer is needed, this is ${process.version}; see https://nodejs.org`);
  process.exit(1);
}

// npm writes its copy of the lock file last, so an install that was cut short is repeated. `npm ci` would insist on the
// optional packages of every other platform, also where a registry does not have them all; with --no-save the versions
// are the lock file's just as well, and it stays as it is.
if (changed('node_modules/.package-lock.json') < changed('package-lock.json')) {
  console.log('Installing packages ...');
  const install = 'npm install --no-save --ignore-scripts --no-audit --no-fund';
  if (spawnSync(install, { cwd: root, stdio: 'inherit', shell: true }).status !== 0) {
    console.error(`${install} failed; the packages come from the npm registry, which must be reachable`);
    process.exit(1);
  }
}

const { buildAll } = await import('./build.mjs');
await buildAll().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
