// `npm run package`: the extension as a .vsix that needs neither node_modules nor a network. Cells are compiled by
// esbuild, whose program is made for one platform each, so a package is for the platform that it was made on.
import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAll } from './build.mjs';
import { noticesOf } from './notices.mjs';
import { vsce } from './vsce.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const platform = `${process.platform}-${process.arch}`;
const largest = 15e6;

const inputs = await buildAll();
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const file = join(root, `${manifest.name}-${platform}-${manifest.version}.vsix`);
const folder = mkdtempSync(join(tmpdir(), 'nfm-package-'));
try {
  for (const name of manifest.files)
    if (existsSync(join(root, name))) cpSync(join(root, name), join(folder, name), { recursive: true });
  // Where dist/kernel.js looks for it. The folder node_modules of an extension itself is not packaged.
  for (const name of ['esbuild', `@esbuild/${platform}`]) copyPackage(name, join(folder, 'dist/node_modules', name));
  writeFileSync(join(folder, 'THIRD_PARTY_NOTICES.txt'), noticesOf(inputs, ['esbuild', `@esbuild/${platform}`]));
  const { scripts, dependencies, devDependencies, ...shipped } = manifest;
  writeFileSync(join(folder, 'package.json'), JSON.stringify(shipped, null, 2));
  const options = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
  vsce(['package', '--target', platform, '--out', file, ...options], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const { size } = statSync(file);
if (size > largest) throw new Error(`${file} has ${size} bytes, more than ${largest}`);
console.log(`${file}: ${(size / 1e6).toFixed(1)} MB`);

/** A package without its types and documents. */
function copyPackage(name, to) {
  const from = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  cpSync(from, to, {
    recursive: true,
    filter: (path) => !/\.(d\.ts|md|map)$|[/\\]install\.js$|[/\\]esbuild[/\\]bin($|[/\\])/.test(path) || path === from,
  });
  if (existsSync(join(from, 'LICENSE.md'))) copyFileSync(join(from, 'LICENSE.md'), join(to, 'LICENSE.md'));
}
