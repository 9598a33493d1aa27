// The build: the engine's kernels, then the bundles of dist/. Every bundle is whole; only packages with a binary of
// their own (esbuild) and the editor's module (vscode, in the extension alone) stay outside. So a stray import of
// vscode in the kernel or the command line breaks the build. Arguments choose bundles: node scripts/build.mjs nfm
import { existsSync } from 'node:fs';
import { chmod, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { buildKernels } from './kernels.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Bundled packages may be CommonJS and call `require`, which a module does not have. */
const requireBanner =
  "import { createRequire as createRequireOfBundle } from 'node:module';\n" +
  'const require = createRequireOfBundle(import.meta.url);';

/** Bundles: the output's name, its entry, and the packages that it finds at run time. For Node unless `browser`. */
const bundles = [
  // The command, and with it the one copy of the library that cells import as `nfm`; it draws what it saves.
  { name: 'nfm', entry: 'src/nfm.ts', external: ['esbuild'], head: '#!/usr/bin/env node\n' },
  // Module hooks run on a thread of their own, beside every bundle that runs cells.
  { name: 'moduleHooks', entry: 'src/kernel/session/moduleHooks.ts', external: ['esbuild'] },
  { name: 'kernel', entry: 'src/kernel/main.ts', external: ['esbuild'] },
  { name: 'controlThread', entry: 'src/kernel/process/controlThread.ts', external: [] },
  { name: 'extension', entry: 'src/extension/extension.ts', external: ['vscode'] },
  // Renderers, loaded by the page of a notebook's outputs.
  { name: 'architecture', entry: 'src/renderers/webview/architecture.ts', browser: true },
  { name: 'run', entry: 'src/renderers/webview/run.ts', browser: true },
];

/**
 * Builds the bundles that have sources (or those named), each file in one step, so that nobody runs half of one. One
 * that fails does not hold up the others; esbuild has then told why.
 */
export async function buildAll(names = bundles.map(({ name }) => name)) {
  await buildKernels();
  const wanted = bundles.filter(({ name, entry }) => names.includes(name) && existsSync(join(root, entry)));
  const results = await Promise.allSettled(wanted.map((bundle) => bundleFor(bundle)));
  const failed = wanted.filter((_, i) => results[i].status === 'rejected').map(({ name }) => `dist/${name}.js`);
  if (failed.length > 0) throw new Error(`not built: ${failed.join(', ')}`);
}

async function bundleFor({ name, entry, external = [], head = '', browser = false }) {
  const outfile = join(root, 'dist', `${name}.js`);
  const fresh = `${outfile}.${process.pid}.new`;
  try {
    await build({
      entryPoints: [join(root, entry)],
      outfile: fresh,
      bundle: true,
      platform: browser ? 'browser' : 'node',
      format: 'esm',
      target: browser ? 'es2022' : 'node20',
      minify: browser,
      external,
      banner: { js: browser ? '' : head + requireBanner },
      logLevel: 'warning',
      logOverride: { 'empty-import-meta': 'error' },
    });
    await chmod(fresh, 0o755);
    await rename(fresh, outfile);
  } finally {
    await rm(fresh, { force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href)
  await buildAll(process.argv.length > 2 ? process.argv.slice(2) : undefined).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
