/** The runs that one kernel process has not ended. */

import type { ErrorReport, FromKernel, RunOutcome } from '../kernel/format/protocol.ts';

interface OpenRun {
  executionCount: number;
  readonly end: (outcome: RunOutcome) => void;
}

export class OpenRuns {
  readonly #runs = new Map<number, OpenRun>();

  /** Settles with the outcome of the run. */
  add(runId: number): Promise<RunOutcome> {
    return new Promise((end) => this.#runs.set(runId, { executionCount: 0, end }));
  }

  /** In the order they were asked for. */
  get runIds(): number[] {
    return [...this.#runs.keys()];
  }

  /** Follows the messages of the kernel. */
  take(message: FromKernel): void {
    if (message.type !== 'started' && message.type !== 'done') return;
    const run = this.#runs.get(message.runId);
    if (!run) return;
    if (message.type === 'started') run.executionCount = message.executionCount;
    else {
      this.#runs.delete(message.runId);
      run.end(message);
    }
  }

  /** Ends all, with the messages that the kernel would have sent: `error` and `done`. */
  end(status: RunOutcome['status'], name: string, message: string, tell: (message: FromKernel) => void): void {
    const error: ErrorReport = { name, message, stack: message, frames: [] };
    for (const [runId, { executionCount, end }] of this.#runs) {
      const outcome: RunOutcome = { status, executionCount, defines: [], uses: [], error };
      tell({ type: 'error', runId, ...error });
      tell({ type: 'done', runId, ...outcome });
      end(outcome);
    }
    this.#runs.clear();
  }
}
