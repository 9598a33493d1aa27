/** One run of a cell: its stop flag, its timers, and the one door through which its outputs leave. */

import { isPartial } from '../base/partial.ts';
import type { RunMessage } from '../format/protocol.ts';
import { Interrupted } from './errors.ts';

export interface RunIdentity {
  readonly runId: number;
  readonly cellId: string;
  /** How stack traces name the cell. */
  readonly label: string;
}

export class Run implements RunIdentity {
  readonly runId: number;
  readonly cellId: string;
  readonly label: string;
  /**
   * Slot 0 says why the run is to stop (`stopReasons`), 0 until then; another thread may set it while the cell blocks
   * this one. Never cleared.
   */
  readonly flag: Int32Array;
  readonly signal: AbortSignal;
  readonly #emit: (message: RunMessage) => void;
  readonly #timers = new Set<NodeJS.Timeout | NodeJS.Immediate>();
  #dead = false;

  constructor(
    identity: RunIdentity,
    flag: Int32Array,
    signal: AbortSignal,
    emit: (run: Run, message: RunMessage) => void,
  ) {
    this.runId = identity.runId;
    this.cellId = identity.cellId;
    this.label = identity.label;
    this.flag = flag;
    this.signal = signal;
    this.#emit = (message) => emit(this, message);
  }

  emit(message: RunMessage): void {
    if (!this.#dead) this.#emit(message);
  }

  /** Throws once the run is to stop, and passes the value through before; partial results pass also then. */
  readonly check = <T>(value?: T): T => {
    if (this.flag[0] && !isPartial(value)) throw new Interrupted(this.flag[0]);
    return value as T;
  };

  get dead(): boolean {
    return this.#dead;
  }

  /** From now on nothing of this run has an effect on the notebook, whatever still runs of it. */
  end(): void {
    this.#dead = true;
    for (const timer of this.#timers) {
      clearTimeout(timer as NodeJS.Timeout);
      clearImmediate(timer as NodeJS.Immediate);
    }
    this.#timers.clear();
  }

  remember<T extends NodeJS.Timeout | NodeJS.Immediate>(timer: T): T {
    this.#timers.add(timer);
    return timer;
  }

  forget(timer: NodeJS.Timeout | NodeJS.Immediate): void {
    this.#timers.delete(timer);
  }
}
