/** Imports of cells: local files, packages and Node's modules as the notebook's folder sees them, `nfm` as the kernel's own. */

import { existsSync, readFileSync } from 'node:fs';
import { createRequire, register } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transformSync } from 'esbuild';
import type { HooksData } from './moduleHooks.ts';

export type Library = Readonly<Record<string, unknown>>;
export type ImportFunction = (specifier: string, options?: ImportCallOptions) => Promise<Record<string, unknown>>;

const libraryKey = Symbol.for('nfm.library');

/**
 * The `import` of a notebook's cells.
 * @param notebook absolute path of the notebook; the file need not exist
 * @param library what `nfm` resolves to, in cells and in the files they import; one per process
 */
export function notebookImport(notebook: string, library: Library): ImportFunction {
  let fromNotebook: Promise<ImportFunction> | undefined;
  return async (specifier, options) => {
    if (specifier === 'nfm') return library;
    fromNotebook ??= loadImport(notebook, library);
    return (await fromNotebook)(specifier, options);
  };
}

/** The `import.meta` of a notebook's cells. */
export function importMeta(notebook: string): object {
  const url = pathToFileURL(notebook).href;
  const require = createRequire(notebook);
  const resolve = (specifier: string): string => {
    if (/^(?:\.{0,2}\/|[a-z]+:)/i.test(specifier)) return new URL(specifier, url).href;
    const path = require.resolve(specifier);
    return path === specifier ? `node:${path}` : pathToFileURL(path).href;
  };
  return Object.freeze({ url, filename: notebook, dirname: dirname(notebook), resolve });
}

/** A module with an `import` that no bundler and no test runner has rewritten. */
const nativeImport: string = 'data:text/javascript,export default (url) => import(url)';

async function loadImport(notebook: string, library: Library): Promise<ImportFunction> {
  registerHooks(library);
  const native = await import(nativeImport);
  const url = pathToFileURL(notebook);
  url.searchParams.set('nfm', 'notebook');
  return (await native.default(url.href)).default;
}

function registerHooks(library: Library): void {
  const process = globalThis as { [libraryKey]?: Library };
  if (process[libraryKey] === library) return;
  if (process[libraryKey]) throw new Error('a process has one copy of the library; another one is in use already');
  process[libraryKey] = library;
  globalThis.process.setSourceMapsEnabled(true); // so that findSourceMap knows the local files
  const esbuild = pathToFileURL(createRequire(import.meta.url).resolve('esbuild')).href;
  const data: HooksData = { esbuild, libraryNames: Object.keys(library) };
  register(hooksUrl(), { data });
}

/** The hooks are a file of their own beside the bundle; when the kernel runs from source they are compiled here. */
function hooksUrl(): string {
  const source = new URL('./moduleHooks.ts', import.meta.url);
  if (!existsSync(source)) return new URL('./moduleHooks.js', import.meta.url).href;
  const { code } = transformSync(readFileSync(source, 'utf8'), { loader: 'ts', format: 'esm' });
  return `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`;
}
