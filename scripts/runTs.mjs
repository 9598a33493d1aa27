// Runs a TypeScript program of the project: node scripts/runTs.mjs FILE [ARGUMENTS]. It is bundled into a temporary
// folder first, so the sources need no build step of their own; inside node_modules, so that it finds its packages.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const [, , file, ...args] = process.argv;
const cache = fileURLToPath(new URL('../node_modules/.cache', import.meta.url));
await mkdir(cache, { recursive: true });
const folder = await mkdtemp(join(cache, 'nfm-'));
const outfile = join(folder, basename(file).replace(/\.ts$/, '.mjs'));
try {
  await build({
    entryPoints: [file],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    packages: 'external',
    logLevel: 'warning',
  });
  process.argv = [process.argv[0], outfile, ...args];
  await import(pathToFileURL(outfile).href);
} finally {
  process.on('exit', () => {});
  await rm(folder, { recursive: true, force: true });
}
