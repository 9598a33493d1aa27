/**
 * The interface that every engine implements: compile a graph once, then step and predict. Parameters go in and out
 * as the same Float32Arrays on every engine, so a run can be continued or checked on another one.
 */

import type { Capacity, Dataset } from '../data/dataset.ts';
import type { Graph } from '../graph/graph.ts';
import type { Loss, Reduction } from './losses.ts';
import type { Optimizer } from './optimizers.ts';

export interface CompileOptions {
  /** Run seed: initial weights and dropout masks derive from it. */
  readonly seed: number;
  readonly loss: Loss;
  /** How a batch's row losses become the objective. `halfSum` is the NFM authors' choice. */
  readonly reduction: Reduction;
  readonly optimizer: Optimizer;
  /** Room for the largest batch; see `capacityFor`. */
  readonly capacity: Capacity;
  /** Threads inside a step, 1 or more. Results do not depend on it. */
  readonly threads: number;
  /**
   * Which rows of tables an update touches: those of the batch (`touched`, the default: exact for SGD and Adagrad
   * without L2, lazy for momentum and Adam and for L2) or all of them (`all`: exact for every optimizer, slow).
   */
  readonly rows: 'touched' | 'all';
  /** Parameters that keep their values: ids, or node ids for all of a node's parameters. */
  readonly freeze: readonly string[];
  /** Fused multiply-add kernels: faster, and reproducible only among machines that fuse. */
  readonly fast: boolean;
}

/** Named arrays: parameter id -> values in the parameter's shape, row by row, unpadded. */
export type Weights = ReadonlyMap<string, Float32Array>;

/** Everything a later step depends on, for exact resume: weights and state, optimizer slots, and the step counter. */
export interface ModelState {
  readonly weights: Weights;
  /** `<parameter id>/<slot>` -> values, for example `embedding.V/accumulator`. */
  readonly slots: Weights;
  /** Steps taken; dropout masks and Adam's bias correction derive from it. */
  readonly steps: number;
}

export interface Model {
  readonly graph: Graph;
  /** What ran, for the run record: engine name, build, threads. */
  readonly engine: string;

  /**
   * One training step on rows `rows[from .. to)` of `data`: forward, loss, backward, update.
   * With a pairwise loss rows come in pairs (positive, negative).
   * @returns the sum of the row losses (or pair losses), before the update and without penalties
   */
  step(data: Dataset, rows: Int32Array, from: number, to: number): number;

  /** Raw outputs ŷ (no sigmoid, no clipping) of rows from .. to; dropout off, batch norm by its averages. Changes no state. */
  predict(data: Dataset, from?: number, to?: number): Float32Array;

  /** Copies of the weights and of batch norm's averages. */
  weights(): Map<string, Float32Array>;
  /** Overwrites the named weights; others stay. Errors name an unknown id or a wrong length. */
  setWeights(weights: Weights): void;

  state(): ModelState;
  setState(state: ModelState): void;

  /**
   * The gradients of the batch objective with respect to every trained parameter, without penalties and without an
   * update; dropout masks are those of the next step. For tests and inspection: costs memory of the size of the tables.
   */
  gradients(data: Dataset, rows: Int32Array, from: number, to: number): Map<string, Float32Array>;

  /** Stops worker threads and releases memory. The model must not be used afterwards. */
  dispose(): void;
}

export interface Engine {
  readonly name: string;
  compile(graph: Graph, options: CompileOptions): Promise<Model>;
}
