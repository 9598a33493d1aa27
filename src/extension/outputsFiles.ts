/**
 * Outputs of text notebooks in files beside them. A file that is there is shown when its notebook opens; it is written
 * where the setting asks for it: when the notebook is saved, and after a run of a notebook without unsaved changes, so
 * that it belongs to the text on the disk.
 */

import { existsSync } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { writeFileAtomically } from '../kernel/data/files.ts';
import { outputsFileOf, parseOutputs, withOutputs, writeOutputs } from '../kernel/format/outputsFile.ts';
import { selectKernel } from './controller.ts';
import { Paced } from './paced.ts';
import { notebookOf, shownOutput } from './savedCellOutputs.ts';
import { textNotebookType } from './serializer.ts';
import { readSettings } from './settings.ts';

/** Least time between two writes of a notebook whose cells run. */
const paceMs = 1000;

export class OutputsFiles implements vscode.Disposable {
  /** Notebooks whose saved outputs have been shown, or are being. */
  readonly #shown = new WeakMap<vscode.NotebookDocument, Promise<void>>();
  readonly #controllers = new WeakMap<vscode.NotebookDocument, vscode.NotebookController>();
  readonly #writers = new Map<vscode.NotebookDocument, Paced<null>>();
  readonly #disposables: vscode.Disposable[];

  constructor() {
    this.#disposables = [
      vscode.window.onDidChangeActiveNotebookEditor((editor) => choose(editor)),
      vscode.workspace.onDidSaveNotebookDocument((notebook) => this.#write(notebook)),
      vscode.workspace.onDidChangeNotebookDocument(({ notebook, cellChanges }) => {
        const ran = cellChanges.some(({ executionSummary }) => executionSummary?.success !== undefined);
        if (ran && !notebook.isDirty) this.#write(notebook);
      }),
      vscode.workspace.onDidCloseNotebookDocument((notebook) => {
        this.#writers.get(notebook)?.flush();
        this.#writers.delete(notebook);
      }),
      vscode.workspace.onDidRenameFiles(async ({ files }) => {
        for (const { oldUri, newUri } of files) await this.#follow(oldUri, newUri);
      }),
    ];
    choose(vscode.window.activeNotebookEditor);
  }

  /**
   * Shows the saved outputs of a notebook, once. Through executions of its controller, because any other edit would mark
   * the notebook as changed; these run nothing.
   */
  show(notebook: vscode.NotebookDocument, controller: vscode.NotebookController): Promise<void> {
    this.#controllers.set(notebook, controller);
    let shown = this.#shown.get(notebook);
    if (!shown) this.#shown.set(notebook, (shown = show(notebook, controller)));
    return shown;
  }

  /** A notebook was renamed: its outputs go with it, unless another file is there. */
  async #follow(before: vscode.Uri, after: vscode.Uri): Promise<void> {
    if (![before, after].every(({ scheme, path }) => scheme === 'file' && path.endsWith('.nfm.ts'))) return;
    const [from, to] = [before, after].map(({ fsPath }) => outputsFileOf(fsPath));
    if (!existsSync(from) || existsSync(to)) return;
    await rename(from, to);
    const notebook = vscode.workspace.notebookDocuments.find(({ uri }) => uri.toString() === after.toString());
    const controller = notebook && this.#controllers.get(notebook);
    if (!controller) return; // it is not open, or not yet
    this.#shown.delete(notebook);
    await this.show(notebook, controller);
  }

  #write(notebook: vscode.NotebookDocument): void {
    if (!hasFile(notebook) || !readSettings().saveOutputs) return;
    let writer = this.#writers.get(notebook);
    if (!writer) {
      let last = Promise.resolve();
      writer = new Paced(paceMs, () => {
        last = last.then(() => write(notebook)); // a slow write must not end after the one that follows it
      });
      this.#writers.set(notebook, writer);
    }
    writer.put(null);
  }

  dispose(): void {
    for (const writer of this.#writers.values()) writer.flush();
    for (const disposable of this.#disposables) disposable.dispose();
  }
}

const hasFile = ({ notebookType, isUntitled, uri }: vscode.NotebookDocument): boolean =>
  notebookType === textNotebookType && !isUntitled && uri.scheme === 'file';

/** VS Code tells a controller of a notebook once it is chosen for it, which a first run would do; saved outputs come before. */
function choose(editor: vscode.NotebookEditor | undefined): void {
  const notebook = editor?.notebook;
  if (notebook && hasFile(notebook) && existsSync(outputsFileOf(notebook.uri.fsPath))) void selectKernel(notebook);
}

async function show(notebook: vscode.NotebookDocument, controller: vscode.NotebookController): Promise<void> {
  if (!hasFile(notebook)) return;
  const path = outputsFileOf(notebook.uri.fsPath);
  if (!existsSync(path)) return;
  const text = await readFile(path, 'utf8').catch((error: Error) => error);
  if (typeof text !== 'string') {
    void vscode.window.showWarningMessage(`Saved outputs are not shown: ${text.message}`);
    return;
  }
  const { notebook: saved, note } = withOutputs(notebookOf(notebook), text, basename(path));
  if (note !== undefined) void vscode.window.showWarningMessage(note);
  for (const [i, cell] of saved.cells.entries()) {
    if (cell.cell_type !== 'code' || cell.outputs.length === 0) continue;
    const place = notebook.cellAt(i);
    if (place.outputs.length > 0) continue; // it has run meanwhile, or its kernel has shown them again
    const execution = controller.createNotebookCellExecution(place);
    execution.start();
    await execution.replaceOutput(cell.outputs.map(shownOutput));
    execution.end(undefined);
  }
}

/** A file that is not what it should be is somebody's, and stays. */
async function write(notebook: vscode.NotebookDocument): Promise<void> {
  const path = outputsFileOf(notebook.uri.fsPath);
  try {
    const before = existsSync(path) ? await readFile(path, 'utf8') : null;
    const text = writeOutputs(notebookOf(notebook));
    if (before === text || (before === null && !notebook.getCells().some(({ outputs }) => outputs.length > 0))) return;
    if (before !== null) parseOutputs(before, basename(path));
    await writeFileAtomically(path, text);
  } catch (error) {
    void vscode.window.showErrorMessage(`The outputs were not saved. ${(error as Error).message}`);
  }
}
