/** The kernels of the open notebooks: started at a first run, ended when the notebook closes. */

import { pathToFileURL } from 'node:url';
import * as vscode from 'vscode';
import { Pictures } from '../renderers/raster/pictures.ts';
import { savedForms } from '../renderers/raster/savedForms.ts';
import { selectKernel } from './controller.ts';
import { LiveLane } from './liveLane.ts';
import { MovedFiles } from './movedFiles.ts';
import { type KernelHost, NotebookKernel } from './notebookKernel.ts';
import { TrainingStatus } from './trainingStatus.ts';

export class Kernels implements vscode.Disposable {
  readonly #kernels = new Map<vscode.NotebookDocument, NotebookKernel>();
  /** Documents that took another's place, for which VS Code has not chosen our kernel yet. */
  readonly #unchosen = new WeakSet<vscode.NotebookDocument>();
  readonly #moved: MovedFiles;
  readonly #host: KernelHost;
  readonly #disposables: vscode.Disposable[];

  /**
   * @param entry the kernel's program, `dist/kernel.js`
   * @param raster the program that draws pictures, `dist/raster.js`
   */
  constructor(entry: string, raster: string) {
    const live = new LiveLane((key, action) => this.#control(key, action));
    const status = new TrainingStatus();
    const log = vscode.window.createOutputChannel('NFM Kernel', { log: true });
    const pictures = new Pictures(pathToFileURL(raster), (text) => log.warn(text));
    this.#host = { entry, live, decorate: savedForms(pictures), status, log };
    const closed = vscode.workspace.onDidCloseNotebookDocument((notebook) => this.#release(notebook));
    const shown = vscode.window.onDidChangeActiveNotebookEditor((editor) => this.#choose(editor));
    const saving = vscode.workspace.onWillSaveNotebookDocument((event) => {
      const kernel = this.running(event.notebook);
      if (kernel) event.waitUntil(kernel.settle());
    });
    this.#moved = new MovedFiles({
      documents: () => this.#kernels.keys(),
      hold: (notebook) => this.running(notebook)?.hold(),
      hand: (from, to) => this.#hand(from, to),
      drop: (notebook) => this.#end(notebook),
    });
    const changed = vscode.workspace.onDidChangeNotebookDocument(({ notebook, cellChanges }) =>
      this.running(notebook)?.follow(cellChanges),
    );
    this.#disposables = [
      saving,
      this.#moved,
      changed,
      live,
      { dispose: () => pictures.close() },
      status,
      log,
      closed,
      shown,
    ];
  }

  of(notebook: vscode.NotebookDocument): NotebookKernel {
    let kernel = this.#kernels.get(notebook);
    if (!kernel) this.#kernels.set(notebook, (kernel = new NotebookKernel(notebook, this.#host)));
    return kernel;
  }

  /** The kernel of a notebook that has run a cell. */
  running(notebook: vscode.NotebookDocument): NotebookKernel | undefined {
    return this.#kernels.get(notebook);
  }

  /**
   * Ends the kernel of a closed document. A first save closes the untitled document and opens one of the file, which
   * goes on with its kernel and variables: at this moment, because the file's document opens empty and is filled later.
   */
  #release(closed: vscode.NotebookDocument): void {
    if (!this.#kernels.has(closed) || this.#moved.awaits(closed)) return;
    const saved = vscode.workspace.notebookDocuments.find(
      (notebook) => !this.#kernels.has(notebook) && isSavedFrom(notebook, closed),
    );
    if (saved) this.#hand(closed, saved);
    else this.#end(closed);
  }

  #end(notebook: vscode.NotebookDocument): void {
    void this.running(notebook)?.shutdown();
    this.#kernels.delete(notebook);
  }

  /** The kernel of one document becomes that of another of the same cells, or starts again to write into the same. */
  #hand(from: vscode.NotebookDocument, to: vscode.NotebookDocument): void {
    const kernel = this.#kernels.get(from);
    if (!kernel) return;
    this.#kernels.delete(from);
    this.#end(to); // of a notebook whose file was replaced
    this.#kernels.set(to, kernel);
    kernel.moveTo(to);
    if (to === from) {
      kernel.resume();
      return;
    }
    this.#unchosen.add(to);
    this.#choose(vscode.window.activeNotebookEditor);
  }

  /** VS Code keeps the choice of a kernel by address, so the file of a first save has none; it is made in the active editor. */
  #choose(editor: vscode.NotebookEditor | undefined): void {
    if (!editor || !this.#unchosen.delete(editor.notebook)) return;
    // VS Code may have chosen it before, where there is no other; then it tells nobody.
    void selectKernel(editor.notebook).then(() => this.#kernels.get(editor.notebook)?.resume());
  }

  /** `key` is `<kernel>.<run>.<output>`. */
  #control(key: string, action: string): void {
    const [kernelKey, runId, outputId] = key.split('.');
    for (const kernel of this.#kernels.values())
      if (kernel.key === kernelKey) kernel.control(Number(runId), Number(outputId), action);
  }

  dispose(): void {
    for (const kernel of this.#kernels.values()) void kernel.shutdown();
    for (const disposable of this.#disposables) disposable.dispose();
  }
}

function isSavedFrom(file: vscode.NotebookDocument, untitled: vscode.NotebookDocument): boolean {
  const cellsOf = (notebook: vscode.NotebookDocument): string =>
    JSON.stringify(notebook.getCells().map(({ document }) => document.getText()));
  return (
    untitled.isUntitled &&
    !file.isUntitled &&
    file.notebookType === untitled.notebookType &&
    cellsOf(file) === cellsOf(untitled)
  );
}
