/** A cell that has been asked for and waits for its turn. */

import type * as vscode from 'vscode';

export class AskedCell {
  readonly #controller: vscode.NotebookController;
  /** Open, and not started. */
  execution: vscode.NotebookCellExecution;

  constructor(cell: vscode.NotebookCell, controller: vscode.NotebookController) {
    this.#controller = controller;
    this.execution = controller.createNotebookCellExecution(cell);
  }

  get cell(): vscode.NotebookCell {
    return this.execution.cell;
  }

  hold(): void {} // it says nothing before its turn

  /** Waits on as a cell of another document. */
  moveTo(cell: vscode.NotebookCell): void {
    this.execution.end(undefined);
    this.execution = this.#controller.createNotebookCellExecution(cell);
  }
}

/** Whether a cell is still in its notebook: one that waits may have been deleted. */
export const isPresent = (cell: vscode.NotebookCell): boolean => cell.index >= 0;
