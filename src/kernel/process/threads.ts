/**
 * What the two threads of a kernel share and say to each other. Cells run on the main thread, so that libraries find the
 * process they expect; the control thread talks with the host also while a cell blocks the main one.
 */

import type { FromKernel, ToKernel } from '../format/protocol.ts';

/** Enough that a stopped run's flag is not reused while anything of the run can still be alive. */
const flagCount = 2 ** 16;

/** Memory that both threads see. */
export interface SharedState {
  /** One stop flag a run, by run id; the oldest are reused. */
  readonly flags: Int32Array;
  /** `words[flushed]` counts the times that everything has been written, `words[hooked]` is 1 once async hooks are in use. */
  readonly words: Int32Array;
}

export const flushed = 0;
export const hooked = 1;

export function createSharedState(): SharedState {
  return {
    flags: new Int32Array(new SharedArrayBuffer(4 * flagCount)),
    words: new Int32Array(new SharedArrayBuffer(8)),
  };
}

/** The flag of a run, as an array of length 1. */
export function flagOf({ flags }: SharedState, runId: number): Int32Array {
  const at = runId % flags.length;
  return flags.subarray(at, at + 1);
}

/** What stderr says when the kernel itself failed, not a cell. */
export const controlFailure = 'the control thread of the kernel failed';

/** What the control thread is started with. */
export interface ControlData extends SharedState {
  /** Limits in bytes. */
  readonly limits: { readonly process: number; readonly heap: number };
}

/** Host messages that need the main thread, and the control thread's own. */
export type ToMain =
  | Exclude<ToKernel, { type: 'debug' }>
  /** End this run now, whatever its cell does or waits for. */
  | { readonly type: 'abandon'; readonly runId: number };

/** Messages for the host, and: write everything that waits, then count `words[flushed]` up. */
export type FromMain = FromKernel | { readonly type: 'flush' };
