/** The two controllers: one kernel for VS Code's own `.ipynb` notebooks and for our text notebooks. */

import * as vscode from 'vscode';
import type { JsonObject } from '../kernel/format/mime.ts';
import type { Kernels } from './kernels.ts';
import type { OutputsFiles } from './outputsFiles.ts';
import { cellLanguage, textNotebookType } from './serializer.ts';
import { mayRun } from './trust.ts';

export const extensionId = 'nfm-notebooks.nfm-notebooks';
/** VS Code's own type of `.ipynb` files. */
export const jupyterType = 'jupyter-notebook';
const controllerIds: Readonly<Record<string, string>> = {
  [jupyterType]: 'nfm-jupyter',
  [textNotebookType]: 'nfm-text',
};

export function registerControllers(kernels: Kernels, outputsFiles: OutputsFiles): vscode.Disposable {
  return vscode.Disposable.from(
    ...Object.entries(controllerIds).map(([type, id]) => controller(id, type, kernels, outputsFiles)),
  );
}

/** Makes our kernel the one of the notebook in the active editor. */
export async function selectKernel(notebook: vscode.NotebookDocument): Promise<void> {
  const id = controllerIds[notebook.notebookType];
  await vscode.commands.executeCommand('notebook.selectKernel', { id, extension: extensionId });
}

export const isOurType = (notebook: vscode.NotebookDocument): boolean => notebook.notebookType in controllerIds;

function controller(id: string, type: string, kernels: Kernels, outputsFiles: OutputsFiles): vscode.Disposable {
  const made = vscode.notebooks.createNotebookController(id, type, 'NFM (TypeScript)');
  made.description = 'TypeScript cells for recommender models';
  made.supportedLanguages = [cellLanguage, 'typescript', 'javascript'];
  made.supportsExecutionOrder = true;
  made.executeHandler = async (cells, notebook) => {
    if (!(await mayRun())) return;
    await outputsFiles.show(notebook, made);
    await kernels.of(notebook).run(cells, made);
  };
  made.interruptHandler = (notebook) => kernels.running(notebook)?.interrupt();

  const chosen = made.onDidChangeSelectedNotebooks(({ notebook, selected }) => {
    if (!selected) return;
    kernels.running(notebook)?.resume();
    void outputsFiles.show(notebook, made);
  });
  const prefer = (notebook: vscode.NotebookDocument): void => {
    if (notebook.notebookType === type && (type !== jupyterType || isForUs(notebook)))
      made.updateNotebookAffinity(notebook, vscode.NotebookControllerAffinity.Preferred);
  };
  vscode.workspace.notebookDocuments.forEach(prefer);
  return vscode.Disposable.from(made, chosen, vscode.workspace.onDidOpenNotebookDocument(prefer));
}

/** Whether an `.ipynb` names our kernel. */
function isForUs({ metadata }: vscode.NotebookDocument): boolean {
  const inFile = metadata.metadata as JsonObject | undefined;
  return (inFile?.kernelspec as JsonObject | undefined)?.name === 'nfm';
}
