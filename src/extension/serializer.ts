/** The notebook type for `*.nfm.ts`: a thin cover over the text format, which is total and keeps every byte. */

import * as vscode from 'vscode';
import { parseTextNotebook, type TextNotebookCell, writeTextNotebook } from '../kernel/format/textNotebook.ts';

export const textNotebookType = 'nfm-notebook';
export const cellLanguage = 'nfm-ts';

export function registerSerializer(): vscode.Disposable {
  // Outputs are not part of the text, so they must not mark it as changed.
  return vscode.workspace.registerNotebookSerializer(textNotebookType, serializer, { transientOutputs: true });
}

/**
 * Bytes that are no text are an error: from an empty notebook in their place the next save would destroy the file.
 * VS Code shows an error of a serializer in few places, so it is also shown here.
 */
export const serializer: vscode.NotebookSerializer = {
  deserializeNotebook(bytes) {
    let text: string;
    try {
      text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      const message = 'This file cannot be opened as a notebook: it is not UTF-8 text. It was not changed.';
      void offerText(message);
      throw new Error(message);
    }
    return new vscode.NotebookData(parseTextNotebook(text).map(cellData));
  },
  serializeNotebook: (notebook) => new TextEncoder().encode(writeTextNotebook(notebook.cells.map(textCell))),
};

function cellData({ kind, source, ...metadata }: TextNotebookCell): vscode.NotebookCellData {
  const cell =
    kind === 'code'
      ? new vscode.NotebookCellData(vscode.NotebookCellKind.Code, source, cellLanguage)
      : new vscode.NotebookCellData(vscode.NotebookCellKind.Markup, source, 'markdown');
  cell.metadata = metadata;
  return cell;
}

function textCell({ kind, value, metadata = {} }: vscode.NotebookCellData): TextNotebookCell {
  const { title, tags, raw } = metadata;
  return {
    kind: kind === vscode.NotebookCellKind.Code ? 'code' : 'markdown',
    source: value,
    title: typeof title === 'string' ? title : '',
    tags: Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [],
    ...(typeof raw === 'string' ? { raw } : {}),
  };
}

async function offerText(message: string): Promise<void> {
  const asText = 'Open as Text';
  if ((await vscode.window.showErrorMessage(message, asText)) !== asText) return;
  const uri = unreadTab();
  if (uri) await vscode.commands.executeCommand('vscode.openWith', uri, 'default');
}

/** The tab that waits for a notebook which did not come: a serializer is not told which file it reads. */
function unreadTab(): vscode.Uri | undefined {
  const open = new Set(vscode.workspace.notebookDocuments.map(({ uri }) => uri.toString()));
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  for (const { input } of [vscode.window.tabGroups.activeTabGroup.activeTab, ...tabs].filter((tab) => !!tab))
    if (input instanceof vscode.TabInputNotebook && input.notebookType === textNotebookType)
      if (!open.has(input.uri.toString())) return input.uri;
  return undefined;
}
