/** The built command as a child process, and small files for it in a temporary folder. */

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const path = (name: string): string => fileURLToPath(new URL(`../../../${name}`, import.meta.url));

/** Builds `dist/nfm.js` and what it starts from the sources as they are. */
export function buildCommand(): void {
  const bundles = ['nfm', 'moduleHooks', 'raster', 'reportCharts'];
  execFileSync(process.execPath, [path('scripts/build.mjs'), ...bundles], { stdio: 'inherit' });
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Sends Ctrl-C when this is printed on standard error or standard output. */
  readonly interruptAt?: RegExp;
  /** Sent instead of Ctrl-C. */
  readonly signal?: NodeJS.Signals;
  /** Closes our end of its standard output before it writes. */
  readonly closeOutput?: boolean;
}

/** Runs `nfm` with arguments to its end. */
export function nfm(
  args: readonly string[],
  { cwd, env = {}, interruptAt, signal = 'SIGINT', closeOutput }: Running = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path('dist/nfm.js'), ...args], { cwd, env: { ...process.env, ...env } });
    let [stdout, stderr, interrupted] = ['', '', false];
    const look = () => {
      if (interrupted || !interruptAt?.test(stdout + stderr)) return;
      interrupted = true;
      child.kill(signal);
    };
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      look();
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
      look();
    });
    if (closeOutput) child.stdout.destroy();
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** A folder that goes when the tests of the file are done. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'nfm-cli-')));
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}
