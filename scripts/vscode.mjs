// `npm run vscode`: the samples in VS Code with this extension. The desktop VS Code if there is one; else a VS Code
// server at 127.0.0.1 for the browser, from the npm package code-server.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, installHost, root, startServer, workbenchUrl } from './vscodeHost.mjs';

/** The samples are copied: running a cell changes its notebook. */
const folder = join(realpathSync(mkdtempSync(join(tmpdir(), 'nfm-samples-'))), 'samples');
const samples = join(root, 'media/samples');
if (existsSync(samples)) cpSync(samples, folder, { recursive: true });
else mkdirSync(folder);
const sample = join(folder, 'quickstart.ipynb');

const code = findProgram('code', 'code.cmd');
if (code) {
  console.log(`opening ${sample} with ${code}`);
  spawn(code, [`--extensionDevelopmentPath=${root}`, '--new-window', folder, sample], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
} else {
  console.log('no desktop VS Code on PATH; starting a VS Code server (the first time it is fetched from npm: 160 MB)');
  await installHost();
  const server = await startServer({ extension: root, trusted: true });
  const open = existsSync(sample) ? [['openFile', `vscode-remote://remote${sample}`]] : [];
  const url = workbenchUrl(server.url, folder, open);
  console.log(`VS Code is at\n\n  ${url}\n\nOpen it in a browser; Ctrl+C here ends it.`);
  const browser = findProgram(process.platform === 'darwin' ? 'open' : 'xdg-open');
  if (browser)
    spawn(browser, [url], { stdio: 'ignore', detached: true })
      .on('error', () => {})
      .unref();
  const end = async () => {
    await server.stop();
    rmSync(join(folder, '..'), { recursive: true, force: true });
    process.exit(0);
  };
  process.once('SIGINT', end).once('SIGTERM', end);
}
