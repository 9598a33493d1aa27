// VS Code's own packager, fetched from the npm registry when it is asked for: with its 250 packages (106 MB) it is no
// dependency of the project.
import { execFileSync } from 'node:child_process';

/** Runs vsce. No install scripts: they build a key store and a signer, which packaging does without. */
export function vsce(words, options) {
  const npx = ['--yes', '--ignore-scripts', '@vscode/vsce@3.9.2', ...words];
  return execFileSync('npx', npx, { ...options, shell: process.platform === 'win32' });
}

/** Why vsce cannot be had here; empty: it can. */
export function vsceMissing() {
  try {
    vsce(['--version'], { stdio: 'pipe', timeout: 120_000 });
    return '';
  } catch (error) {
    const [, why] = /npm error code (\w+)/.exec(String(error.stderr)) ?? [undefined, error.message];
    return `vsce cannot be had from the npm registry (${why})`;
  }
}
