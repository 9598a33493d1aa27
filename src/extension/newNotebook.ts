/** New notebooks: untitled, of VS Code's own `.ipynb` type, ready to run. */

import * as vscode from 'vscode';
import { newNotebook } from '../kernel/format/notebook.ts';
import { jupyterType, selectKernel } from './controller.ts';
import { cellLanguage } from './serializer.ts';

export const newNotebookCommand = 'nfm.newNotebook';

export function registerNewNotebook(): vscode.Disposable {
  return vscode.commands.registerCommand(newNotebookCommand, () =>
    openNotebook([codeCell("import { fit, load, nfm } from 'nfm';\n")]),
  );
}

export const codeCell = (source: string): vscode.NotebookCellData =>
  new vscode.NotebookCellData(vscode.NotebookCellKind.Code, source, cellLanguage);
export const markdownCell = (source: string): vscode.NotebookCellData =>
  new vscode.NotebookCellData(vscode.NotebookCellKind.Markup, source, 'markdown');

/** Opens an unsaved `.ipynb` with these cells and our kernel chosen. */
export async function openNotebook(cells: vscode.NotebookCellData[]): Promise<vscode.NotebookDocument> {
  const data = new vscode.NotebookData(cells);
  data.metadata = { metadata: newNotebook().metadata }; // without it VS Code saves the notebook as one of Python
  const notebook = await vscode.workspace.openNotebookDocument(jupyterType, data);
  await vscode.window.showNotebookDocument(notebook);
  await selectKernel(notebook);
  return notebook;
}
