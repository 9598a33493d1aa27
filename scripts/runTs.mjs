// Runs a TypeScript program of the project: node scripts/runTs.mjs FILE [ARGUMENTS]. It is bundled into a temporary
// folder first, so the sources need no build step of their own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const [, , file, ...args] = process.argv;
const folder = await mkdtemp(join(tmpdir(), 'nfm-'));
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
