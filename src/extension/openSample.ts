/** Sample notebooks, opened as unsaved copies: what a reader tries out never changes the sample. */

import * as vscode from 'vscode';
import { languageOf, parseNotebook } from '../kernel/format/notebook.ts';
import { codeCell, markdownCell, openNotebook } from './newNotebook.ts';

export const openSampleCommand = 'nfm.openSample';

/** @param folder `media/samples` */
export function registerOpenSample(folder: vscode.Uri): vscode.Disposable {
  return vscode.commands.registerCommand(openSampleCommand, async (name?: string) => {
    const chosen = name ?? (await chooseSample(folder));
    if (chosen === undefined) return;
    const file = vscode.Uri.joinPath(folder, chosen);
    const sample = parseNotebook(new TextDecoder().decode(await vscode.workspace.fs.readFile(file)), chosen);
    await openNotebook(
      sample.cells.map((cell) => {
        if (cell.cell_type !== 'code') return markdownCell(cell.source);
        const copy = codeCell(cell.source);
        copy.languageId = languageOf(sample, cell);
        copy.metadata = { metadata: cell.metadata };
        return copy;
      }),
    );
  });
}

async function chooseSample(folder: vscode.Uri): Promise<string | undefined> {
  const files = await vscode.workspace.fs.readDirectory(folder);
  const names = files.map(([name]) => name).filter((name) => name.endsWith('.ipynb'));
  return vscode.window.showQuickPick(names, { title: 'Open a sample notebook' });
}
