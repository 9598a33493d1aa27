/**
 * A program: what a step does, as phases of calls. Rules (rules.ts) emit it once; every thread then walks it.
 *
 * Rows are worked on in chunks. Within a phase a thread runs its own chunks through all row tasks, so a chunk's
 * data stay in the first-level cache from one layer to the next. A phase ends where something is summed over the whole
 * batch, because there all threads must wait for each other. Chunks and orders of sums are fixed, so the result does
 * not depend on the number of threads.
 */

import type { Graph } from '../../graph/graph.ts';
import type { CompileOptions } from '../engine.ts';
import type { BatchPlace } from './batchPlace.ts';
import type { Kernels } from './instance.ts';
import type { Rows } from './memory.ts';
import type { ParameterPlace } from './parameters.ts';

/** Rows of a chunk: as many as keep a few vectors a row, the widest of `widest` columns, in the first-level cache. */
export const chunkRowsFor = (widest: number): number => (widest <= 64 ? 64 : 32);

/** What a program is made from; plain data, so that worker threads make the same one. */
export interface ProgramSpec {
  readonly graph: Graph;
  readonly options: CompileOptions;
  /** Keep all gradients and update nothing (Model.gradients). */
  readonly gradientsOnly: boolean;
}

/** Rows `first .. first + rows` of the batch, chunk number `chunk`. */
export type RowTask = (first: number, rows: number, chunk: number) => void;

export interface Phase {
  /** Done by every thread before its rows, each for itself (coefficients in its own scratch). */
  readonly before: (() => void)[];
  readonly rows: RowTask[];
  /** Done after the rows; each thread does its own part. */
  readonly after: (() => void)[];
}

/** Words of the control block: how the main thread tells all threads about the step. */
export const control = {
  command: 0,
  generation: 1,
  rows: 2,
  ones: 3,
  step: 4,
  unique: 5,
  /** Written and never read: what the read-ahead of a batch summed up. */
  readAhead: 6,
  arrivals: 16,
} as const;
export const controlBytes = 256;

export interface Program {
  readonly bytes: number;
  /** Rows of a chunk; the last one of a batch has what is left. */
  readonly chunkRows: number;
  readonly control: number;
  readonly batch: BatchPlace;
  /** f32s: learning rate, momentum or β1, β2, ε. */
  readonly settings: number;
  readonly parameters: ReadonlyMap<string, ParameterPlace>;
  /** The output of each row. */
  readonly output: number;
  /** One double a chunk: sums of row losses. */
  readonly losses: number;
  readonly train: readonly Phase[];
  readonly infer: readonly Phase[];
}

/** This thread's view: its kernels and its share of the work. */
export interface Thread {
  readonly kernels: Kernels;
  readonly index: number;
  readonly count: number;
}

/** Runs all phases of a program on this thread; returns when all threads have finished. */
export function run(phases: readonly Phase[], thread: Thread, words: Int32Array, program: Program): void {
  const { chunkRows } = program;
  const rows = words[control.rows];
  const chunks = Math.ceil(rows / chunkRows);
  const from = Math.floor((chunks * thread.index) / thread.count);
  const to = Math.floor((chunks * (thread.index + 1)) / thread.count);
  for (const phase of phases) {
    for (const task of phase.before) task();
    for (let chunk = from; chunk < to; chunk++) {
      const first = chunk * chunkRows;
      const count = Math.min(chunkRows, rows - first);
      for (const task of phase.rows) task(first, count, chunk);
    }
    for (const task of phase.after) task();
    if (thread.count > 1) thread.kernels.barrier(program.control + 4 * control.arrivals, thread.count);
  }
}

/** Address of row `row`. */
export const at = (rows: Rows, row: number): number => rows.address + row * rows.ld;
