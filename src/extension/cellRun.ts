/** One run of one cell: the kernel's messages into VS Code's execution of the cell. */

import type * as vscode from 'vscode';
import type { RunMessage } from '../kernel/format/protocol.ts';
import { CellOutputs, type OutputOptions } from './outputs.ts';

export class CellRun {
  readonly cell: vscode.NotebookCell;
  readonly #controller: vscode.NotebookController;
  readonly #options: OutputOptions;
  readonly #outputs: CellOutputs;
  /** VS Code's record of the run; after its end, of what came late. */
  #execution: vscode.NotebookCellExecution;
  #ended: { readonly success: boolean; readonly at: number } | undefined;
  readonly #startedAt = Date.now();

  /** Starts the execution and clears the cell's outputs. */
  constructor(execution: vscode.NotebookCellExecution, controller: vscode.NotebookController, options: OutputOptions) {
    this.cell = execution.cell;
    this.#controller = controller;
    this.#options = options;
    this.#execution = execution;
    execution.start(this.#startedAt);
    void execution.clearOutput();
    // Late output comes through another execution than the one that began.
    this.#outputs = new CellOutputs(
      {
        appendOutput: (...output) => this.#execution.appendOutput(...output),
        appendOutputItems: (...items) => this.#execution.appendOutputItems(...items),
        replaceOutputItems: (...items) => this.#execution.replaceOutputItems(...items),
      },
      options,
    );
  }

  take(message: RunMessage): void {
    if (this.#ended) {
      this.#takeLate(message);
      return;
    }
    if (message.type === 'started') this.#execution.executionOrder = message.executionCount;
    this.#outputs.add(message);
    if (message.type !== 'done') return;
    this.#options.live.end(this.#options.prefix);
    this.#ended = { success: message.status === 'ok', at: Date.now() };
    this.#execution.end(this.#ended.success, this.#ended.at);
  }

  /** A timer that prints after its cell ended: VS Code changes outputs only inside an execution, so it gets a short one. */
  #takeLate(message: RunMessage): void {
    const { success, at } = this.#ended!;
    const order = this.cell.executionSummary?.executionOrder;
    try {
      this.#execution = this.#controller.createNotebookCellExecution(this.cell);
    } catch {
      return; // the cell is gone, or has been started again
    }
    this.#execution.executionOrder = order;
    this.#execution.start(this.#startedAt);
    this.#outputs.add(message);
    this.#outputs.flush();
    this.#execution.end(success, at);
  }
}
