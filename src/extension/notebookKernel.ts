/** The kernel of one open notebook: its process, and the cells that wait for it. */

import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Decorate } from '../kernel/format/mime.ts';
import type { FromKernel, RunMessage } from '../kernel/format/protocol.ts';
import { AskedCell, isPresent } from './askedCell.ts';
import { CellRun } from './cellRun.ts';
import { type KernelExit, KernelProcess } from './kernelProcess.ts';
import { runtimeSettings, sessionSettings } from './kernelSettings.ts';
import type { LiveLane } from './liveLane.ts';
import { Questions } from './questions.ts';
import type { TrainingStatus } from './trainingStatus.ts';

/** What all kernels share. */
export interface KernelHost {
  /** The kernel's program, `dist/kernel.js`. */
  readonly entry: string;
  readonly live: LiveLane;
  /** Adds the pictures of saved outputs that take a while. */
  readonly decorate: Decorate;
  readonly status: TrainingStatus;
  readonly log: vscode.LogOutputChannel;
}

let serial = 0;

export class NotebookKernel {
  /** Names this kernel among those of all notebooks. */
  readonly key = `kernel${++serial}`;
  #notebook: vscode.NotebookDocument;
  readonly #host: KernelHost;
  readonly #process: KernelProcess;
  readonly #runs = new Map<number, CellRun>();
  /** Cells that have been asked for and not begun. */
  readonly #asked = new Set<AskedCell>();
  readonly #questions: Questions;
  #queue: Promise<void> = Promise.resolve();
  /** Goes up when what waits must not run any more: after an error, an interrupt, a restart. */
  #cleared = 0;
  /** While another document takes the place of this one. */
  #move: Move | undefined;

  constructor(notebook: vscode.NotebookDocument, host: KernelHost) {
    this.#notebook = notebook;
    this.#host = host;
    this.#process = new KernelProcess({
      entry: host.entry,
      ...placeAndSettings(notebook),
      onMessage: (message) => this.#receive(message),
      onExit: (exit) => this.#explainExit(exit),
    });
    this.#questions = new Questions((inputId, text) => this.#process.answer(inputId, text));
  }

  /** The document whose cells it runs; another one after a first save or a move of the file. */
  get notebook(): vscode.NotebookDocument {
    return this.#notebook;
  }

  /** Process id while the kernel runs. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Runs cells one after the other, behind those that wait already; a cell that fails drops the ones after it. */
  run(cells: readonly vscode.NotebookCell[], controller: vscode.NotebookController): Promise<void> {
    const asked = cells.filter(isPresent).map((cell) => new AskedCell(cell, controller));
    for (const each of asked) this.#asked.add(each);
    const cleared = this.#cleared;
    const all = this.#queue.then(async () => {
      for (const each of asked) {
        await this.#move?.over;
        this.#asked.delete(each);
        if (cleared !== this.#cleared || !isPresent(each.cell)) each.execution.end(undefined);
        else if (!(await this.#runCell(each.execution, controller))) this.#cleared++;
      }
    });
    this.#queue = all.catch(() => {}); // whatever happens to these, the ones behind them run
    return all;
  }

  interrupt(): void {
    this.#cleared++;
    this.#process.interrupt();
  }

  async restart(): Promise<void> {
    this.#cleared++;
    this.#questions.withdraw();
    await this.#process.restart(placeAndSettings(this.#notebook));
  }

  async shutdown(): Promise<void> {
    this.#cleared++;
    this.#questions.withdraw();
    await this.#process.shutdown();
  }

  /** Another document may soon take the place of this one: nothing is written any more, until `moveTo` and `resume`. */
  hold(): void {
    for (const run of this.#runs.values()) run.hold();
    this.#move ??= newMove();
  }

  /**
   * The document is closed, and another of the same cells took its place: a first save or a renamed file. Runs and
   * cells that wait go on there, as soon as VS Code has chosen this kernel for it; it then calls `resume`.
   */
  moveTo(saved: vscode.NotebookDocument): void {
    const closed = this.#notebook.getCells();
    this.#notebook = saved;
    const moved = [...this.#runs.values(), ...this.#asked].filter(({ cell }) => closed.includes(cell));
    this.#move ??= newMove(); // one that is not over goes on to this document
    this.#move.isKnown = true;
    for (const each of moved) {
      each.hold();
      this.#move.places.set(each, closed.indexOf(each.cell));
    }
  }

  /** The document has changed. */
  follow(changes: readonly vscode.NotebookDocumentCellChange[]): void {
    for (const { cell, outputs } of changes)
      if (outputs?.length === 0) for (const run of this.#runs.values()) if (run.cell === cell) run.outputsGone();
  }

  /** Brings the outputs of running cells up to date: those of a training are written every two seconds only. */
  settle(): Promise<unknown> {
    return Promise.all([...this.#runs.values()].map((run) => run.settle()));
  }

  /** The kernel is chosen for its document. */
  resume(): void {
    const move = this.#move;
    if (!move?.isKnown) return;
    this.#move = undefined;
    try {
      for (const [moved, place] of move.places) moved.moveTo(this.#notebook.cellAt(place));
    } finally {
      move.end();
    }
  }

  /** What a reader asked of a running training through its output. */
  control(runId: number, outputId: number, action: string): void {
    if (action === 'abort') this.#process.interrupt(runId);
    else this.#process.send({ type: 'renderer', channel: 'run', message: { outputId, action } });
  }

  async #runCell(execution: vscode.NotebookCellExecution, controller: vscode.NotebookController): Promise<boolean> {
    const { document } = execution.cell;
    const { runId, outcome } = this.#process.run({
      cellId: document.uri.toString(),
      code: document.getText(),
      language: document.languageId,
    });
    const run = new CellRun(execution, controller, {
      live: this.#host.live,
      decorate: this.#host.decorate,
      prefix: `${this.key}.${runId}`,
    });
    for (const [id, earlier] of this.#runs)
      if (earlier.cell === execution.cell) {
        earlier.replace();
        this.#runs.delete(id);
      }
    this.#runs.set(runId, run);
    return (await outcome).status === 'ok';
  }

  #receive(message: FromKernel): void {
    switch (message.type) {
      case 'started':
      case 'stream':
      case 'output':
      case 'update':
      case 'error':
      case 'done':
        this.#take(message);
        break;
      case 'input':
        void this.#questions.ask(message);
        break;
      case 'memory':
        void vscode.window.showWarningMessage(memoryText(message.bytes, message.limit));
        break;
      case 'stuck':
        void this.#offerRestart(message.runId);
        break;
      case 'log':
        this.#host.log.info(message.text);
    }
  }

  #take(message: RunMessage): void {
    const run = this.#runs.get(message.runId);
    if (!run) {
      this.#host.log.info(`${message.type} of a run whose cell has run again or is gone`);
      return;
    }
    run.take(message);
    this.#host.status.take(this, message);
    if (message.type === 'done') this.#questions.withdraw(message.runId);
  }

  /** Code that is not JavaScript cannot be stopped from outside. */
  async #offerRestart(runId: number): Promise<void> {
    const restart = 'Restart Kernel';
    const text = 'The cell does not stop: it is inside native code. A restart ends it; its variables are lost.';
    const answer = await vscode.window.showWarningMessage(text, restart);
    if (answer === restart && this.#runs.get(runId)?.isUnderWay) await this.restart();
  }

  async #explainExit({ reason, stderr }: KernelExit): Promise<void> {
    this.#cleared++;
    this.#questions.withdraw();
    this.#host.log.error(`${reason}\n${stderr}`);
    const [restart, select, show] = ['Restart and Run All', 'Select Node…', 'Show Log'];
    const answer = await vscode.window.showErrorMessage(reason, restart, select, show);
    if (answer === restart) await vscode.commands.executeCommand('nfm.restartAndRunAll', this.#notebook.uri);
    if (answer === select) await vscode.commands.executeCommand('nfm.selectNode');
    if (answer === show) this.#host.log.show();
  }
}

/** Another document of the same cells takes the place of one. */
interface Move {
  /** Whether the other document is there. */
  isKnown: boolean;
  readonly over: Promise<void>;
  readonly end: () => void;
  /** Runs and waiting cells by the place of their cell in the document. */
  readonly places: Map<Pick<CellRun, 'hold' | 'moveTo'>, number>;
}

function newMove(): Move {
  let end!: () => void;
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { isKnown: false, over, end, places: new Map() };
}

/** Where imports of cells start from; an unsaved notebook counts as lying in the workspace folder. */
function notebookPath({ uri, isUntitled }: vscode.NotebookDocument): string {
  if (!isUntitled) return uri.fsPath;
  return join(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? process.cwd(), uri.path.replace(/.*\//, ''));
}

function placeAndSettings(document: vscode.NotebookDocument) {
  const notebook = notebookPath(document);
  return { notebook, ...runtimeSettings(notebook), ...sessionSettings() };
}

function memoryText(bytes: number, limit: number): string {
  const gigabytes = (n: number): string => `${(n / 2 ** 30).toFixed(1)} GB`;
  return `The kernel uses ${gigabytes(bytes)} of the ${gigabytes(limit)} it may have ("nfm.kernel.memoryLimit").`;
}
