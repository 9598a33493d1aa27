/** The status bar item that is there while a training runs, in whatever notebook; a click shows that notebook. */

import * as vscode from 'vscode';
import { mime, type RunPayload } from '../kernel/format/mime.ts';
import type { RunMessage } from '../kernel/format/protocol.ts';
import { metricTitle } from '../kernel/run/metricTitle.ts';

const showTrainingCommand = 'nfm.showTraining';

/** Whose runs it shows; the notebook is another document after a first save. */
interface TrainingKernel {
  readonly notebook: vscode.NotebookDocument;
}

export class TrainingStatus implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('nfm.training', vscode.StatusBarAlignment.Left);
  readonly #command: vscode.Disposable;
  #shown: { readonly kernel: TrainingKernel; readonly runId: number } | undefined;

  constructor() {
    this.#item.name = 'NFM Training';
    this.#item.command = showTrainingCommand;
    this.#item.tooltip = 'Show the notebook that trains';
    this.#command = vscode.commands.registerCommand(showTrainingCommand, async () => {
      if (this.#shown) await vscode.window.showNotebookDocument(this.#shown.kernel.notebook);
    });
  }

  take(kernel: TrainingKernel, message: RunMessage): void {
    const { runId } = message;
    if ((message.type === 'output' || message.type === 'update') && mime.run in message.bundle) {
      const payload = message.bundle[mime.run] as unknown as RunPayload;
      if (payload.state !== 'running' && payload.state !== 'paused') return;
      this.#shown = { kernel, runId };
      this.#item.text = statusText(payload);
      this.#item.show();
    }
    if (message.type === 'done' && this.#shown?.kernel === kernel && this.#shown.runId === runId) {
      this.#shown = undefined;
      this.#item.hide();
    }
  }

  dispose(): void {
    this.#item.dispose();
    this.#command.dispose();
  }
}

function statusText({ graph, history, epochs, metric, state }: RunPayload): string {
  const last = history.at(-1);
  const value = last?.validation[metric];
  const score = typeof value === 'number' ? `, ${metricTitle(metric)} ${value.toFixed(4)}` : '';
  const icon = state === 'paused' ? '$(debug-pause)' : '$(sync~spin)';
  return `${icon} ${graph.name}: epoch ${last?.epoch ?? 0} of ${epochs}${score}`;
}
