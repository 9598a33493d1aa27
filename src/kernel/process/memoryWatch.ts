/** When to tell about memory, and when to stop a run for it. Limits of the heap do not bound arrays, so both are watched. */

import type { MemoryMessage } from '../format/protocol.ts';

/** The share of a limit from which it is worth a warning. */
const highShare = 0.75;
/**
 * Of the JavaScript heap only this share is allowed: at the whole of it V8 ends the process, and shortly before it
 * collects garbage most of the time. V8's limit counts the young generation too, which long-lived values cannot use.
 */
const heapShare = 0.85;
const youngBytes = 48 * 2 ** 20;
/** After a run was stopped for memory the next alarm comes when that much more is in use, so that cells can clean up. */
const nextAlarm = 1.1;

export class MemoryWatch {
  readonly limit: number;
  readonly #of: MemoryMessage['of'];
  #alarm: number;
  #high = false;

  /** @param limit in bytes; of the heap, V8's own limit */
  constructor(of: MemoryMessage['of'], limit: number) {
    this.#of = of;
    this.limit = of === 'heap' ? Math.floor(Math.max(limit - youngBytes, limit / 2) * heapShare) : limit;
    this.#alarm = this.limit;
  }

  /** Whether the last measurement was above 75 % of the limit. */
  get isHigh(): boolean {
    return this.#high;
  }

  /** Takes in a measurement in bytes; a message when it is news. With state `full` the running cell is to be stopped. */
  measure(bytes: number): MemoryMessage | undefined {
    const { limit } = this;
    const high = bytes >= highShare * limit;
    const full = bytes >= this.#alarm;
    const news = full || (high && !this.#high);
    this.#high = high;
    if (full) this.#alarm = bytes * nextAlarm;
    else if (bytes < limit) this.#alarm = limit;
    return news ? { type: 'memory', of: this.#of, bytes, limit, state: full ? 'full' : 'high' } : undefined;
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
