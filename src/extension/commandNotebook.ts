/** The notebook that a command is about. */

import * as vscode from 'vscode';
import { isOurType } from './controller.ts';

/**
 * @param where what the command is called with: a toolbar passes its place, the palette nothing
 * @returns undefined, and a message to the user, where there is none
 */
export function commandNotebook(where: unknown): vscode.NotebookDocument | undefined {
  const given =
    where instanceof vscode.Uri
      ? where
      : (where as { notebookEditor?: { notebookUri?: vscode.Uri } })?.notebookEditor?.notebookUri;
  const open = vscode.workspace.notebookDocuments.find(({ uri }) => uri.toString() === given?.toString());
  const notebook = open ?? vscode.window.activeNotebookEditor?.notebook;
  if (notebook && isOurType(notebook)) return notebook;
  void vscode.window.showInformationMessage('Open a notebook first.');
  return undefined;
}
