/** Where VS Code comes in. */

import * as vscode from 'vscode';
import { registerControllers } from './controller.ts';
import { registerExportReport } from './exportReport.ts';
import { registerInstallTensorflow } from './installTensorflow.ts';
import { Kernels } from './kernels.ts';
import { registerNewNotebook } from './newNotebook.ts';
import { registerOpenSample } from './openSample.ts';
import { OutputsFiles } from './outputsFiles.ts';
import { registerKernelCommands } from './restart.ts';
import { registerSerializer } from './serializer.ts';
import { registerTrainNfm } from './trainNfm.ts';

/** What other extensions may ask of this one. */
export interface NfmNotebooks {
  /** Process id of the kernel of an open notebook, by default the active one; undefined while it has none. */
  kernelPid(notebook?: vscode.NotebookDocument): number | undefined;
}

export function activate(context: vscode.ExtensionContext): NfmNotebooks {
  const file = (...path: string[]): vscode.Uri => vscode.Uri.joinPath(context.extensionUri, ...path);
  const kernel = file('dist', 'kernel.js').fsPath;
  const kernels = new Kernels(kernel, file('dist', 'raster.js').fsPath);
  const outputsFiles = new OutputsFiles();
  context.subscriptions.push(
    kernels,
    outputsFiles,
    registerSerializer(),
    registerControllers(kernels, outputsFiles),
    registerKernelCommands(kernels),
    registerNewNotebook(),
    registerOpenSample(file('media', 'samples')),
    registerExportReport(file('dist')),
    registerTrainNfm(kernel),
    registerInstallTensorflow(context.globalStorageUri),
  );
  return {
    kernelPid: (notebook = vscode.window.activeNotebookEditor?.notebook) => notebook && kernels.running(notebook)?.pid,
  };
}
