/** What the main thread and its workers agree on. */

import type { ProgramSpec } from './program.ts';

export const commands = { train: 1, infer: 2, exit: 3 } as const;

export interface WorkerInput {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly spec: ProgramSpec;
  /** This thread's number, from 1; the main thread is 0. */
  readonly index: number;
  readonly count: number;
}
