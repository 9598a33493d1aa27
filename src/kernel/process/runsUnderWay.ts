/** The runs that have not ended, as the control thread sees them go by. */

import type { RunUnderWay } from './stopping.ts';

class Run implements RunUnderWay {
  started = false;
  ended = false;
  #stopping = false;
  #resolve!: (ended: true) => void;
  readonly #end = new Promise<true>((resolve) => {
    this.#resolve = resolve;
  });

  constructor(readonly runId: number) {}

  /** True the first time: a second request to stop adds nothing. */
  mayStop(): boolean {
    if (this.#stopping) return false;
    return (this.#stopping = true);
  }

  end(): void {
    this.ended = true;
    this.#resolve(true);
  }

  async endsWithin(ms: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(resolve, ms, false);
    });
    const ended = await Promise.race([this.#end, late]);
    clearTimeout(timer);
    return ended;
  }
}

export class RunsUnderWay {
  readonly #runs = new Map<number, Run>();
  /** The run that has started and not ended. */
  active: number | undefined;

  add(runId: number): void {
    this.#runs.set(runId, new Run(runId));
  }

  get(runId: number): Run | undefined {
    return this.#runs.get(runId);
  }

  started(runId: number): void {
    const run = this.#runs.get(runId);
    if (!run) return;
    run.started = true;
    this.active = runId;
  }

  ended(runId: number): void {
    this.#runs.get(runId)?.end();
    this.#runs.delete(runId);
    if (this.active === runId) this.active = undefined;
  }
}
