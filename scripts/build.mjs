// The build: the engine's kernels, then the bundles of dist/. Every bundle is whole; only packages with a binary of
// their own (esbuild) and the editor's module (vscode, in the extension alone) stay outside. So a stray import of
// vscode in the kernel or the command line breaks the build. Arguments choose bundles: node scripts/build.mjs nfm
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { buildKernels } from './kernels.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Bundled packages may be CommonJS and call `require`, which a module does not have. */
const requireBanner =
  "import { createRequire as createRequireOfBundle } from 'node:module';\n" +
  'const require = createRequireOfBundle(import.meta.url);';

/**
 * Bundles: the output's name, its entry, the packages that it finds at run time, and the files of packages that it reads
 * beside it. For Node unless `browser`.
 */
const bundles = [
  // The command, and with it the one copy of the library that cells import as `nfm`; it draws what it saves.
  { name: 'nfm', entry: 'src/nfm.ts', external: ['esbuild'], head: '#!/usr/bin/env node\n' },
  // Module hooks run on a thread of their own, beside every bundle that runs cells.
  { name: 'moduleHooks', entry: 'src/kernel/session/moduleHooks.ts', external: ['esbuild'] },
  { name: 'kernel', entry: 'src/kernel/main.ts', external: ['esbuild'] },
  { name: 'controlThread', entry: 'src/kernel/process/controlThread.ts', external: [] },
  // Large and seldom needed, so the others read it when a training asks for it. Made of the packages' modules:
  // out of their CommonJS files esbuild would take neither the names nor what they do when they are loaded.
  { name: 'tfjs', entry: 'src/kernel/engine/tensorflow/javascript.ts', minify: true, mainFields: ['module', 'main'] },
  { name: 'extension', entry: 'src/extension/extension.ts', external: ['vscode'] },
  // Pictures of saved outputs, on a thread that is started when one is wanted. What it reads lies beside it.
  {
    name: 'raster',
    entry: 'src/renderers/raster/raster.ts',
    minify: true,
    define: { __dirname: '"."' }, // CanvasKit reads the name, and not the folder
    files: [
      'canvaskit-wasm/bin/canvaskit.wasm',
      'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
      'dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf',
    ],
  },
  // Renderers, loaded by the page of a notebook's outputs.
  { name: 'architecture', entry: 'src/renderers/webview/architecture.ts', browser: true },
  { name: 'run', entry: 'src/renderers/webview/run.ts', browser: true },
  // The script of HTML reports, which carry it with them.
  {
    name: 'reportCharts',
    entry: 'src/renderers/reportPage/charts.ts',
    browser: true,
    head:
      '/*! Contains Vega, Vega-Lite, vega-interpreter and vega-tooltip, (c) University of Washington Interactive Data ' +
      'Lab, and parts of D3, (c) Mike Bostock. BSD 3-Clause and ISC licences: https://github.com/vega, https://d3js.org */\n',
  },
  { name: 'vega', entry: 'src/renderers/webview/vega.ts', browser: true },
  { name: 'vegaChart', entry: 'src/renderers/webview/vegaChart.ts', browser: true },
];

/**
 * Builds the bundles that have sources (or those named), each file in one step, so that nobody runs half of one. One
 * that fails does not hold up the others; esbuild has then told why.
 * @returns paths from the root of all files that went into them
 */
export async function buildAll(names = bundles.map(({ name }) => name)) {
  await buildKernels();
  const wanted = bundles.filter(({ name, entry }) => names.includes(name) && existsSync(join(root, entry)));
  const results = await Promise.allSettled(wanted.map((bundle) => bundleFor(bundle)));
  const failed = wanted.filter((_, i) => results[i].status === 'rejected').map(({ name }) => `dist/${name}.js`);
  if (failed.length > 0) throw new Error(`not built: ${failed.join(', ')}`);
  return results.flatMap(({ value }) => value);
}

async function bundleFor(bundle) {
  const { name, entry, external = [], head = '', browser = false, minify = browser, mainFields, define } = bundle;
  const outfile = join(root, 'dist', `${name}.js`);
  const fresh = `${outfile}.${process.pid}.new`;
  const beside = (bundle.files ?? []).map((file) => join('node_modules', file));
  try {
    await mkdir(join(root, 'dist'), { recursive: true });
    for (const file of beside) await copyFresh(join(root, file), join(root, 'dist', basename(file)));
    const { metafile } = await build({
      absWorkingDir: root,
      metafile: true,
      entryPoints: [join(root, entry)],
      outfile: fresh,
      bundle: true,
      platform: browser ? 'browser' : 'node',
      format: 'esm',
      target: browser ? 'es2022' : 'node20',
      minify,
      mainFields,
      define,
      external,
      banner: { js: browser ? head : head + requireBanner },
      logLevel: 'warning',
      logOverride: { 'empty-import-meta': 'error' },
    });
    await chmod(fresh, 0o755);
    await rename(fresh, outfile);
    return [...Object.keys(metafile.inputs), ...beside];
  } finally {
    await rm(fresh, { force: true });
  }
}

async function copyFresh(from, to) {
  const fresh = `${to}.${process.pid}.new`;
  await copyFile(from, fresh);
  await chmod(fresh, 0o644);
  await rename(fresh, to);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href)
  await buildAll(process.argv.length > 2 ? process.argv.slice(2) : undefined).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
