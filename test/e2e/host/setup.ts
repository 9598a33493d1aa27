/** Before the first end-to-end test: the VS Code host, the browser and the built extension, or the reason why not. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { findProgram, installHost, root } from '../../../scripts/vscodeHost.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** Why the tests in a real VS Code are skipped; empty: they run. */
    readonly e2eMissing: string;
    readonly e2eBrowser: string;
  }
}

export default async function setup(project: TestProject): Promise<void> {
  const [missing, browser] = await prepare();
  if (missing) console.log(`\nSKIPPED, tests in a real VS Code: ${missing}\n`);
  if (missing && process.env.CI) throw new Error(`tests in a real VS Code must run here: ${missing}`);
  project.provide('e2eMissing', missing);
  project.provide('e2eBrowser', browser);
}

async function prepare(): Promise<readonly [missing: string, browser: string]> {
  if (process.platform === 'win32') return ['the host runs on Linux and macOS', ''];
  for (const bundle of ['extension.js', 'kernel.js'])
    if (!existsSync(join(root, 'dist', bundle))) return [`no dist/${bundle}; run "npm run build"`, ''];
  const browser = findBrowser() ?? installChromium();
  if (!browser) return ['no Chrome or Chromium on PATH; install one, or set CHROMIUM to its program', ''];
  try {
    await installHost();
  } catch (error) {
    return [error instanceof Error ? error.message : String(error), ''];
  }
  return ['', browser];
}

function findBrowser(): string | undefined {
  const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
  return (
    process.env.CHROMIUM ??
    findProgram('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome') ??
    (existsSync(mac) ? mac : undefined)
  );
}

/** Only as root on Debian and its kin, where that needs nobody's password. */
function installChromium(): string | undefined {
  if (process.getuid?.() !== 0 || !findProgram('apt-get')) return undefined;
  console.log('installing chromium with apt-get for the tests in a real VS Code (350 MB)');
  const options = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const;
  const aptGet = (...args: string[]): boolean =>
    spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=120', ...args], options).status === 0;
  const install = ['install', '-y', '--no-install-recommends', 'chromium'];
  if (!aptGet(...install)) aptGet('update') && aptGet(...install);
  return findBrowser();
}
