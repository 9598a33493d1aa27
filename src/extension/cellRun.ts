/** One run of one cell: the kernel's messages into VS Code's execution of the cell. */

import type * as vscode from 'vscode';
import type { RunMessage } from '../kernel/format/protocol.ts';
import { CellOutputs, type OutputOptions } from './outputs.ts';

export class CellRun {
  readonly #controller: vscode.NotebookController;
  readonly #options: OutputOptions;
  readonly #outputs: CellOutputs;
  #cell: vscode.NotebookCell;
  #order: number | undefined;
  /** VS Code's record of the run; after its end, of what came late. */
  #execution: vscode.NotebookCellExecution;
  #ended: { readonly success: boolean; readonly at: number } | undefined;
  /** After the end: until the pictures of its outputs are in the document. */
  #pictures: Promise<void> = Promise.resolve();
  /** Its cell runs again. */
  #replaced = false;
  /** What came while the cell had no document. */
  #held: (() => void)[] | undefined;
  #moved = false;
  /** Whether the outputs of earlier runs are gone. */
  #cleared = false;
  readonly #startedAt = Date.now();

  /** Starts the execution and clears the cell's outputs. */
  constructor(execution: vscode.NotebookCellExecution, controller: vscode.NotebookController, options: OutputOptions) {
    this.#cell = execution.cell;
    this.#controller = controller;
    this.#options = options;
    this.#execution = execution;
    execution.start(this.#startedAt);
    void execution.clearOutput().then(() => {
      this.#cleared = true;
    });
    // Late output comes through another execution than the one that began.
    this.#outputs = new CellOutputs(
      {
        appendOutput: (...output) => this.#write((to) => to.appendOutput(...output)),
        appendOutputItems: (...items) => this.#write((to) => to.appendOutputItems(...items)),
        replaceOutputItems: (...items) => this.#write((to) => to.replaceOutputItems(...items)),
      },
      options,
    );
  }

  get cell(): vscode.NotebookCell {
    return this.#cell;
  }

  get isUnderWay(): boolean {
    return this.#ended === undefined;
  }

  /** Its document is about to be replaced by another: what comes waits for `moveTo`. */
  hold(): void {
    this.#held ??= [];
  }

  /** Goes on in another document's cell, which shows all that it has shown so far. */
  moveTo(cell: vscode.NotebookCell): void {
    this.#cell = cell;
    this.#moved = true;
    const moved = this.#ended ? this.#showAgain() : this.#moveExecution(cell);
    const release = () => {
      const held = this.#held ?? [];
      this.#held = undefined;
      for (const take of held) take();
    };
    void moved.then(release, release);
  }

  /** The document gets what the run has shown so far: it is about to be saved. */
  settle(): Thenable<void> {
    if (this.#ended) return this.#pictures;
    return this.#held ? Promise.resolve() : this.#outputs.settle();
  }

  /** The cell runs again; its outputs are no longer those of this run. */
  replace(): void {
    this.#replaced = true;
  }

  /** The cell has no outputs any more: those of earlier runs are gone, or the reader has cleared those of this one. */
  outputsGone(): void {
    if (this.#cleared && !this.#held) this.#outputs.cleared();
  }

  take(message: RunMessage): void {
    if (this.#held) {
      this.#held.push(() => this.take(message));
      return;
    }
    if (this.#ended) {
      this.#late(() => this.#outputs.add(message));
      return;
    }
    if (message.type === 'started') this.#execution.executionOrder = this.#order = message.executionCount;
    this.#outputs.add(message);
    if (message.type !== 'done') return;
    this.#options.live.end(this.#options.prefix);
    this.#ended = { success: message.status === 'ok', at: Date.now() };
    this.#execution.end(this.#ended.success, this.#ended.at);
    // Nobody waits for pictures: VS Code does not start a cell again whose execution is open.
    this.#pictures = this.#outputs.drawPictures().then((write) => {
      if (write) this.#showPictures(write);
    });
  }

  #showPictures(write: () => void): void {
    if (this.#held) this.#held.push(() => this.#showPictures(write));
    else if (!this.#replaced)
      this.#late(() => {
        write();
        if (this.#moved) void this.#execution.replaceOutput(this.#outputs.written); // the file's outputs are others
      });
  }

  /** What is held is not written: the other document gets all of it at once. */
  #write(write: (to: vscode.NotebookCellExecution) => Thenable<void>): Thenable<void> {
    return this.#held ? Promise.resolve() : write(this.#execution);
  }

  /** Files of text notebooks do not hold the outputs. */
  async #showAgain(): Promise<void> {
    const { written } = this.#outputs;
    if (written.length > 0 && this.#cell.outputs.length === 0)
      this.#late(() => void this.#execution.replaceOutput(written));
  }

  #moveExecution(cell: vscode.NotebookCell): Thenable<void> {
    this.#outputs.flush();
    this.#execution.end(undefined);
    this.#execution = this.#controller.createNotebookCellExecution(cell);
    this.#execution.executionOrder = this.#order;
    this.#execution.start(this.#startedAt);
    return this.#execution.replaceOutput(this.#outputs.written);
  }

  /** What comes after the cell ended, such as a timer's text: VS Code changes outputs only inside an execution, so it gets a short one. */
  #late(write: () => void): void {
    const { success, at } = this.#ended!;
    try {
      this.#execution = this.#controller.createNotebookCellExecution(this.#cell);
    } catch {
      return; // the cell is gone, or has been started again
    }
    this.#execution.executionOrder = this.#order;
    this.#execution.start(this.#startedAt);
    write();
    this.#outputs.flush();
    this.#execution.end(success, at);
  }
}
