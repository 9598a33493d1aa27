/** What cells ask the reader with `input()`: one question after the other, each until its run has ended. */

import * as vscode from 'vscode';
import type { FromKernel } from '../kernel/format/protocol.ts';

/** The question asked last, of whatever notebook: VS Code has one input box, and a second would close the first. */
let last: Promise<unknown> = Promise.resolve();

/** The questions of one kernel. */
export class Questions {
  readonly #answer: (inputId: number, text: string | null) => void;
  /** What closes the input box, by run. */
  readonly #withdrawals = new Map<number, vscode.CancellationTokenSource>();

  /** @param answer told what the reader answered; null: cancelled */
  constructor(answer: (inputId: number, text: string | null) => void) {
    this.#answer = answer;
  }

  async ask({ inputId, runId, question, secret }: Extract<FromKernel, { type: 'input' }>): Promise<void> {
    const withdrawal = this.#withdrawals.get(runId) ?? new vscode.CancellationTokenSource();
    this.#withdrawals.set(runId, withdrawal);
    const { token } = withdrawal;
    const asked = last.then(async () => {
      if (token.isCancellationRequested) return;
      const options = { prompt: question, password: secret, ignoreFocusOut: true };
      const text = await vscode.window.showInputBox(options, token);
      if (!token.isCancellationRequested) this.#answer(inputId, text ?? null);
    });
    last = asked.catch(() => {});
    await asked;
  }

  /** Nobody waits for answers to a run any more, or to any: they must not reach another process either. */
  withdraw(runId?: number): void {
    for (const [id, withdrawal] of this.#withdrawals) {
      if (runId !== undefined && runId !== id) continue;
      withdrawal.cancel();
      this.#withdrawals.delete(id);
    }
  }
}
