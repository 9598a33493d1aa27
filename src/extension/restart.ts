/** Commands about a notebook's kernel: restart, restart and run all, interrupt, and the Node that it runs with. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { commandNotebook } from './commandNotebook.ts';
import type { Kernels } from './kernels.ts';
import { settingNames, settingsSection } from './settingNames.ts';

export const kernelCommands = {
  restart: 'nfm.restartKernel',
  restartAndRunAll: 'nfm.restartAndRunAll',
  interrupt: 'nfm.interruptKernel',
  selectNode: 'nfm.selectNode',
} as const;

/** The oldest Node that runs kernels. */
const oldestNode = [20, 10] as const;

export function registerKernelCommands(kernels: Kernels): vscode.Disposable {
  const restart = async (where?: unknown): Promise<vscode.NotebookDocument | undefined> => {
    const notebook = commandNotebook(where);
    if (notebook) await kernels.running(notebook)?.restart();
    return notebook;
  };
  const { registerCommand } = vscode.commands;
  return vscode.Disposable.from(
    registerCommand(kernelCommands.restart, async (where) => {
      if (await restart(where)) vscode.window.setStatusBarMessage('NFM kernel restarted', 3000);
    }),
    registerCommand(kernelCommands.restartAndRunAll, async (where) => {
      const notebook = await restart(where);
      if (notebook) await vscode.commands.executeCommand('notebook.execute', notebook.uri);
    }),
    registerCommand(kernelCommands.interrupt, (where) => {
      const notebook = commandNotebook(where);
      if (notebook) kernels.running(notebook)?.interrupt();
    }),
    registerCommand(kernelCommands.selectNode, selectNode),
  );
}

async function selectNode(): Promise<void> {
  const own = 'Use the Node of VS Code (default)';
  const choice = await vscode.window.showQuickPick([own, 'Choose a program…'], { title: 'The Node that runs kernels' });
  if (choice === undefined) return;
  const path = choice === own ? '' : await chooseNode();
  if (path === undefined) return;
  const section = vscode.workspace.getConfiguration(settingsSection);
  await section.update(settingNames.nodePath, path, vscode.ConfigurationTarget.Global);
  void vscode.window.showInformationMessage('Running kernels keep their Node until they are restarted.');
}

async function chooseNode(): Promise<string | undefined> {
  const [file] = (await vscode.window.showOpenDialog({ title: 'A Node program (20.10 or newer)' })) ?? [];
  if (!file) return undefined;
  const version = await promisify(execFile)(file.fsPath, ['--version'], { timeout: 5000 }).then(
    ({ stdout }) => /^v(\d+)\.(\d+)/.exec(stdout),
    () => null,
  );
  const [major, minor] = version ? [Number(version[1]), Number(version[2])] : [0, 0];
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return file.fsPath;
  const found = version ? `it is Node ${major}.${minor}` : 'it does not say its version';
  void vscode.window.showErrorMessage(`${file.fsPath}: expected Node ${oldestNode.join('.')} or newer, ${found}.`);
  return undefined;
}
