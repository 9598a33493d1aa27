/** "Install TensorFlow Engine": into the extension's own storage, where its kernels find it; removed by the same command. */

import * as vscode from 'vscode';
import { type InstallReport, installTensorflow } from '../kernel/engine/tensorflow/install.ts';
import { InstallError, installedIn, megabytes, removeInstalled } from '../kernel/engine/tensorflow/installFolder.ts';
import { variables } from '../kernel/engine/tensorflow/places.ts';
import { addToKernelEnvironment } from './environment.ts';

const title = 'TensorFlow Engine';
const [again, remove, details] = ['Install Again', 'Remove', 'Show Details'];

/** @param storage the extension's storage for all workspaces */
export function registerInstallTensorflow(storage: vscode.Uri): vscode.Disposable {
  const folder = vscode.Uri.joinPath(storage, 'tensorflow').fsPath;
  addToKernelEnvironment({ [variables.installed]: folder });
  const log = vscode.window.createOutputChannel('NFM TensorFlow');
  let underWay = false;
  const command = vscode.commands.registerCommand('nfm.installTensorflow', async () => {
    if (underWay) return;
    underWay = true;
    try {
      await installOrRemove(folder, log);
    } catch (error) {
      if (!(error instanceof InstallError)) throw error;
      log.appendLine(error.message);
      void showError(error.message, log);
    } finally {
      underWay = false;
    }
  });
  return vscode.Disposable.from(command, log);
}

async function installOrRemove(folder: string, log: vscode.OutputChannel): Promise<void> {
  const installed = await installedIn(folder);
  if (installed) {
    const what = `TensorFlow ${installed.library} (${installed.source}) is installed in ${folder}.`;
    const choice = await vscode.window.showInformationMessage(what, again, remove);
    if (choice === remove) {
      await removeInstalled(folder);
      void vscode.window.showInformationMessage(`${title}: removed from ${folder}.`);
    }
    if (choice !== again) return;
  }
  const report = await installWithProgress(folder, log);
  if (!report) return;
  const { library, source, bytes, seconds } = report;
  const done = `TensorFlow ${library} is installed (${source}; ${megabytes(bytes)}, ${seconds.toFixed(0)} s)`;
  log.appendLine(`${done} in ${folder}`);
  void vscode.window.showInformationMessage(`${done}. Restart kernels that have used TensorFlow already.`);
}

/** @returns nothing when it was cancelled */
function installWithProgress(folder: string, log: vscode.OutputChannel): Thenable<InstallReport | undefined> {
  const options = { location: vscode.ProgressLocation.Notification, title: `Install ${title}`, cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    try {
      return await installTensorflow({
        into: folder,
        env: { ...proxyEnvironment(), ...process.env },
        signal: controller.signal,
        onStep: (step) => {
          log.appendLine(`${step} ...`);
          progress.report({ message: step });
        },
        onOutput: (text) => log.append(text),
      });
    } catch (error) {
      if (!controller.signal.aborted) throw error;
      log.appendLine('cancelled; nothing was installed');
      return undefined;
    }
  });
}

/** The proxy of VS Code's settings, in the variables that npm, pip and the package read. */
function proxyEnvironment(): NodeJS.ProcessEnv {
  const proxy = vscode.workspace.getConfiguration('http').get<string>('proxy');
  return proxy ? { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } : {};
}

async function showError(message: string, log: vscode.OutputChannel): Promise<void> {
  const choice = await vscode.window.showErrorMessage(`${title}: ${message}`, details);
  if (choice === details) log.show();
}
