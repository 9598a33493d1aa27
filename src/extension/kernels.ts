/** The kernels of the open notebooks: started at a first run, ended when the notebook closes. */

import * as vscode from 'vscode';
import { LiveLane } from './liveLane.ts';
import { type KernelHost, NotebookKernel } from './notebookKernel.ts';
import { TrainingStatus } from './trainingStatus.ts';

export class Kernels implements vscode.Disposable {
  readonly #kernels = new Map<vscode.NotebookDocument, NotebookKernel>();
  readonly #host: KernelHost;
  readonly #disposables: vscode.Disposable[];

  /** @param entry the kernel's program, `dist/kernel.js` */
  constructor(entry: string) {
    const live = new LiveLane((key, action) => this.#control(key, action));
    const status = new TrainingStatus();
    const log = vscode.window.createOutputChannel('NFM Kernel', { log: true });
    this.#host = { entry, live, status, log };
    const closed = vscode.workspace.onDidCloseNotebookDocument((notebook) => {
      void this.#kernels.get(notebook)?.shutdown();
      this.#kernels.delete(notebook);
    });
    const opened = vscode.workspace.onDidOpenNotebookDocument((notebook) => this.#takeOver(notebook));
    this.#disposables = [live, status, log, closed, opened];
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

  /** A first save opens a new document, of the file: it goes on with the kernel of the untitled one, and its variables. */
  #takeOver(saved: vscode.NotebookDocument): void {
    for (const [untitled, kernel] of this.#kernels)
      if (untitled.isUntitled && isSavedFrom(saved, untitled)) {
        this.#kernels.delete(untitled);
        this.#kernels.set(saved, kernel);
        kernel.notebook = saved;
        return;
      }
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
  return !file.isUntitled && file.notebookType === untitled.notebookType && cellsOf(file) === cellsOf(untitled);
}
