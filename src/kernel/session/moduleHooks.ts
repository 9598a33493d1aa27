/**
 * Module hooks: how imports of a notebook find and load local files. They run on Node's own hooks thread, so this file
 * is bundled on its own and imports nothing of the kernel.
 *
 * Local files carry `?nfm=<version>` in their URL, where the version is a hash of the file and of everything it imports
 * by path: an edited file, or a file that imports one, is a new module at the next import, and every other module keeps
 * its state. The notebook itself carries `?nfm=notebook`. URLs without the mark are none of these hooks' business.
 */

import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import { extname, parse, resolve as resolvePath } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as Esbuild from 'esbuild';

export interface HooksData {
  /** URL of the esbuild module. */
  readonly esbuild: string;
  /** Names that the library exports. */
  readonly libraryNames: readonly string[];
}

const mark = 'nfm';
const libraryUrl = 'nfm:library';
const typescript = /\.[mc]?tsx?$/;
const extensions = ['', '.ts', '.tsx', '.mts', '.js', '.mjs', '/index.ts', '/index.js'];

let esbuild: typeof Esbuild;
let libraryNames: readonly string[] = [];

export const initialize: InitializeHook<HooksData> = async (data) => {
  const module = await import(data.esbuild);
  esbuild = module.default ?? module;
  libraryNames = data.libraryNames;
};

export const resolve: ResolveHook = async (specifier, context, next) => {
  if (specifier.startsWith('file:') && new URL(specifier).searchParams.get(mark) === 'notebook')
    return { url: specifier, format: 'module', shortCircuit: true };
  const parent = context.parentURL?.startsWith('file:') ? new URL(context.parentURL) : undefined;
  if (!parent?.searchParams.has(mark)) return next(specifier, context);
  if (specifier === 'nfm') return { url: libraryUrl, format: 'module', shortCircuit: true };
  const file = /^(?:\.{0,2}\/|file:)/.test(specifier) ? await findFile(new URL(specifier, parent)) : undefined;
  if (!file) return next(specifier, context);
  if (!/\.(?:[mc]?tsx?|m?js|json)$/.test(file.pathname)) return next(file.href, context);
  file.searchParams.set(mark, await closureVersion(fileURLToPath(file)));
  // JSON becomes a module of its own, so the attribute is optional and has nothing left to check.
  const isJson = file.pathname.endsWith('.json');
  return { url: file.href, importAttributes: isJson ? {} : context.importAttributes, shortCircuit: true };
};

export const load: LoadHook = async (url, context, next) => {
  if (url === libraryUrl) return module(librarySource());
  if (!url.startsWith('file:')) return next(url, context);
  const location = new URL(url);
  if (!location.searchParams.has(mark)) return next(url, context);
  // The notebook as a module hands out its `import`, which resolves as if the notebook's cells were in that file.
  if (location.searchParams.get(mark) === 'notebook')
    return module('export default (specifier, options) => import(specifier, options);');
  location.search = '';
  const path = fileURLToPath(location);
  if (extname(path) === '.json') return module(await jsonSource(path));
  return typescript.test(path) ? module(await compile(path)) : next(url, context);
};

const module = (source: string) => ({ format: 'module' as const, source, shortCircuit: true });

/** The kernel's library under the names it exports; the module itself runs on the main thread. */
function librarySource(): string {
  const names = libraryNames.filter((name) => name !== 'default');
  return [
    'const library = globalThis[Symbol.for("nfm.library")];',
    ...names.map((name) => `export const ${name} = library.${name};`),
    ...(libraryNames.includes('default') ? ['export default library.default;'] : []),
  ].join('\n');
}

async function findFile(base: URL): Promise<URL | undefined> {
  for (const extension of extensions) {
    const candidate = new URL(base);
    candidate.search = '';
    candidate.pathname += extension;
    const found = await stat(candidate).catch(() => undefined);
    if (found?.isFile()) return candidate;
  }
  return undefined;
}

/** Looks at the disk are shared by the imports of one cell. */
const memoMs = 100;
const memo = new Map<string, { readonly at: number; readonly version: Promise<string> }>();

function closureVersion(path: string): Promise<string> {
  const hit = memo.get(path);
  if (hit && Date.now() - hit.at < memoMs) return hit.version;
  const version = hashClosure(path);
  memo.set(path, { at: Date.now(), version });
  return version;
}

async function hashClosure(path: string): Promise<string> {
  const { root } = parse(path);
  // A file that does not build (it will fail to load, with a message) is versioned by its own text.
  const inputs = await esbuild
    .build({
      entryPoints: [path],
      absWorkingDir: root,
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      write: false,
      metafile: true,
      logLevel: 'silent',
    })
    .then(
      ({ metafile }) => Object.keys(metafile.inputs).map((file) => resolvePath(root, file)),
      () => [path],
    );
  const hash = createHash('sha1');
  for (const file of inputs.sort()) hash.update(file).update(await readFile(file).catch(() => ''));
  return hash.digest('hex').slice(0, 12);
}

async function compile(path: string): Promise<string> {
  const source = await readFile(path, 'utf8');
  try {
    const { code } = await esbuild.transform(source, {
      loader: path.endsWith('x') ? 'tsx' : 'ts',
      format: 'esm',
      target: 'node20.10',
      sourcefile: path,
      sourcemap: 'inline',
      sourcesContent: false,
      logLevel: 'silent',
    });
    return code;
  } catch (failure) {
    const [first] = (failure as Esbuild.TransformFailure).errors ?? [];
    if (!first?.location) throw failure;
    const { line, column, lineText } = first.location;
    throw new SyntaxError(
      `${path}:${line}:${column + 1}: ${first.text}\n${lineText}\n${lineText.slice(0, column).replace(/[^\t]/g, ' ')}^`,
    );
  }
}

async function jsonSource(path: string): Promise<string> {
  const text = await readFile(path, 'utf8');
  try {
    JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`${path}: not JSON: ${(error as Error).message}`);
  }
  return `export default JSON.parse(${JSON.stringify(text)});`;
}
