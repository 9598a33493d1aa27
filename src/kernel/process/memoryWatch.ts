/** When to tell about memory, and when to stop a run for it. Limits of the heap do not bound arrays, so both are watched. */

import type { MemoryMessage } from '../format/protocol.ts';

/** The share of a limit from which it is worth a warning. */
const highShare = 0.75;
/** Of the JavaScript heap only this share is allowed: at the whole of it V8 ends the process. */
const heapShare = 0.95;
/** A change by this share of the limit is worth a message. */
const worthTelling = 0.02;
/** After a run was stopped for memory the next alarm comes when that much more is in use, so that cells can clean up. */
const nextAlarm = 1.1;

export class MemoryWatch {
  readonly #of: MemoryMessage['of'];
  readonly #limit: number;
  #alarm: number;
  #told: MemoryMessage;

  /** @param limit in bytes; of the heap, V8's own limit */
  constructor(of: MemoryMessage['of'], limit: number) {
    this.#of = of;
    this.#limit = of === 'heap' ? Math.floor(limit * heapShare) : limit;
    this.#alarm = this.#limit;
    this.#told = { type: 'memory', of, bytes: 0, limit: this.#limit, state: 'normal' };
  }

  /**
   * Takes in a measurement in bytes.
   * @returns a message when there is something new; `alarm`: the running cell is to be stopped
   */
  measure(bytes: number): { readonly message?: MemoryMessage; readonly rose: boolean; readonly alarm: boolean } {
    const limit = this.#limit;
    const state = bytes >= limit ? 'full' : bytes >= highShare * limit ? 'high' : 'normal';
    if (bytes < limit) this.#alarm = limit;
    const alarm = bytes >= this.#alarm;
    if (alarm) this.#alarm = bytes * nextAlarm;
    const before = this.#told;
    if (!alarm && state === before.state && Math.abs(bytes - before.bytes) < worthTelling * limit)
      return { rose: false, alarm };
    this.#told = { type: 'memory', of: this.#of, bytes, limit, state };
    return { message: this.#told, rose: before.state === 'normal' && state !== 'normal', alarm };
  }
}

/** `1.5 GB`, `300 MB`. */
export function memorySize(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;
}

/** A sentence about a measurement, for the running cell. */
export function memoryText({ of, bytes, limit }: MemoryMessage): string {
  const what = of === 'heap' ? 'JavaScript values take' : 'the kernel uses';
  return `Memory: ${what} ${memorySize(bytes)} of at most ${memorySize(limit)}.`;
}
