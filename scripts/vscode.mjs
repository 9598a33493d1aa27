// `npm run vscode`: the samples in VS Code with this extension. The desktop VS Code if there is one; else a VS Code
// server at 127.0.0.1 for the browser, from the npm package code-server. Ctrl+C ends the server and all it started.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, installHost, root, startServer, workbenchUrl } from './vscodeHost.mjs';

const code = findDesktop();
if (code) openDesktop(code);
else await openServer();

function findDesktop() {
  const mac = '/Applications/Visual Studio Code.app/Contents/Resources/app/bin/code';
  return findProgram('code', 'code.cmd') ?? (existsSync(mac) ? mac : undefined);
}

function openDesktop(program) {
  const { folder, sample } = copySamples();
  console.log(`opening ${sample} with ${program}`);
  const window = [`--extensionDevelopmentPath=${root}`, '--new-window', folder, sample];
  spawn(program, window, { stdio: 'inherit', shell: process.platform === 'win32' })
    .on('error', (error) => {
      console.error(`${program} does not start: ${error.message}`);
      process.exitCode = 1;
    })
    .on('exit', (status) => {
      process.exitCode = status ?? 1;
    });
}

async function openServer() {
  // What is under way, the server and the samples clean up when this process exits.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(0));
  console.log('no desktop VS Code on PATH; starting a VS Code server (the first time it is fetched from npm: 160 MB)');
  await installHost().catch((error) => {
    console.error(
      `${error.message}\n\nThere is no desktop VS Code, and the npm registry cannot be reached. Install VS Code from ` +
        'https://code.visualstudio.com so that "code" is on PATH, or try again with a network.\n' +
        'Without an editor, "npm start" runs the first sample in this terminal.',
    );
    process.exit(1);
  });
  const { folder, sample } = copySamples();
  process.once('exit', () => rmSync(join(folder, '..'), { recursive: true, force: true }));
  const server = await startServer({ extension: root, trusted: true }).catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
  const open = existsSync(sample) ? [['openFile', `vscode-remote://remote${sample}`]] : [];
  const url = workbenchUrl(server.url, folder, open);
  console.log(`VS Code is at\n\n  ${url}\n\nOpen it in a browser; Ctrl+C here ends it.`);
  const browser = findProgram(process.platform === 'darwin' ? 'open' : 'xdg-open');
  if (browser)
    spawn(browser, [url], { stdio: 'ignore', detached: true })
      .on('error', () => {})
      .unref();
  const status = await server.ended;
  console.error(`the VS Code server ended by itself (exit code ${status})\n${server.log().slice(-2000)}`);
  process.exit(1);
}

/** Copies, because running a cell changes its notebook. */
function copySamples() {
  const folder = join(realpathSync(mkdtempSync(join(tmpdir(), 'nfm-samples-'))), 'samples');
  const samples = join(root, 'media/samples');
  if (existsSync(samples)) cpSync(samples, folder, { recursive: true });
  else mkdirSync(folder);
  return { folder, sample: join(folder, 'quickstart.ipynb') };
}
