/** What rules write to: phases of tasks, buffers by node, and the gradients that flow back. */

import { consumersOf, type Graph } from '../../graph/graph.ts';
import { parametersOf } from '../../graph/params.ts';
import { type Shape, shapesOf } from '../../graph/shape.ts';
import { removedShifts } from '../../graph/shifts.ts';
import { trainedParameters } from '../checks.ts';
import { dropoutLayers } from '../dropout.ts';
import { isPairwise, losses, reductionFactor } from '../losses.ts';
import { optimizerNames, slotsOf } from '../optimizers.ts';
import { type BatchPlace, placeBatch } from './batchPlace.ts';
import { EntryGradients } from './entryGradients.ts';
import { type Layout, type Rows, takeRows } from './memory.ts';
import { type ParameterPlace, placeParameter } from './parameters.ts';
import {
  at,
  chunkRowsFor,
  control,
  controlBytes,
  type Phase,
  type ProgramSpec,
  type RowTask,
  type Thread,
} from './program.ts';

/** `update` kernels' kind for "keep the gradient, change nothing". */
export const keepGradient = 4;

export class Emitter {
  readonly graph: Graph;
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Rows that a thread takes through a phase's tasks at once. */
  readonly chunkRows: number;
  readonly parameters = new Map<string, ParameterPlace>();
  /** Values and gradients of vector nodes; of scalar nodes the address of one float a row. */
  readonly values = new Map<string, Rows>();
  readonly gradients = new Map<string, Rows>();
  readonly scalars = new Map<string, number>();
  /** Sums S = Σ x v of the pooling below which an embedding lies alone, by embedding. */
  readonly pools = new Map<string, Rows>();
  readonly entryGradients = new EntryGradients(this);
  /** Gradient of every row's output: also of every scalar that is added into it. */
  readonly slopes: number;
  readonly batch: BatchPlace;
  readonly settings: number;
  readonly losses: number;
  readonly slopeSums: number;
  readonly scratch: number;
  readonly controlAddress: number;
  /** The whole memory as floats and as integers, and the control block. */
  readonly floats: Float32Array;
  readonly integers: Int32Array;
  readonly words: Int32Array;
  readonly dropoutLayers: ReadonlyMap<string, number>;
  readonly lossKind: number;
  readonly optimizerKind: number;

  train: Phase[] = [newPhase()];
  infer: Phase[] = [newPhase()];
  /** Which of the two programs rules are writing. */
  phases = this.train;
  /** Tasks after all rows, by wave: waves are separated by a barrier. */
  readonly #finish: (() => void)[][] = [];
  readonly #given = new Set<string>();

  constructor(
    readonly spec: ProgramSpec,
    readonly layout: Layout,
    readonly thread: Thread,
    /** The whole memory; empty while only sizes are wanted. */
    buffer: ArrayBufferLike,
  ) {
    this.floats = new Float32Array(buffer);
    this.integers = new Int32Array(buffer);
    const { graph, options } = spec;
    this.graph = graph;
    this.shapes = shapesOf(graph);
    const widths = graph.nodes.map(({ id, op }) => (op === 'attention' ? Infinity : this.width(id))); // pairs fill a cache
    this.chunkRows = chunkRowsFor(Math.max(...widths));
    this.dropoutLayers = dropoutLayers(graph);
    this.lossKind = losses.indexOf(options.loss);
    this.optimizerKind = optimizerNames.indexOf(options.optimizer.name);
    this.controlAddress = layout.take(controlBytes);
    this.words = this.integers.subarray(this.controlAddress / 4, (this.controlAddress + controlBytes) / 4);
    this.settings = layout.take(16);
    this.scratch = this.perThread(64);
    this.batch = placeBatch(layout, graph, options.capacity, this.chunks);
    this.slopes = layout.take(4 * (options.capacity.rows + 8));
    this.losses = layout.take(8 * this.chunks);
    this.slopeSums = layout.take(4 * this.chunks);
    const removed = removedShifts(graph, isPairwise(options.loss));
    const trained = new Set(trainedParameters(graph, options.freeze).map((p) => p.id));
    for (const parameter of parametersOf(graph))
      this.parameters.set(
        parameter.id,
        placeParameter(layout, parameter, {
          slots: spec.gradientsOnly ? 0 : slotsOf(options.optimizer).length,
          keepTableGradients: this.keepsTableGradients,
          trained: trained.has(parameter.id) && !removed.has(parameter.id),
        }),
      );
  }

  /** Chunks of the largest batch. */
  get chunks(): number {
    return Math.ceil(this.spec.options.capacity.rows / this.chunkRows);
  }

  get training(): boolean {
    return this.phases === this.train;
  }

  get keepsTableGradients(): boolean {
    return this.spec.gradientsOnly || this.spec.options.rows === 'all';
  }

  // ---- buffers

  /** A vector per row, for a node's value or its gradient. */
  takeRows(columns: number): Rows {
    return takeRows(this.layout, this.spec.options.capacity.rows, columns);
  }

  /** Rows for a node's value and for its gradient; those for the value. */
  takeVector(id: string): Rows {
    const value = this.takeRows(this.width(id));
    this.values.set(id, value);
    this.gradients.set(id, this.takeRows(value.columns));
    return value;
  }

  /** A float a row for a node's value; its address. */
  takeScalar(id: string): number {
    const address = this.layout.take(4 * (this.spec.options.capacity.rows + 8));
    this.scalars.set(id, address);
    return address;
  }

  /** `bytes` bytes for each thread; the address of this thread's. */
  perThread(bytes: number): number {
    const line = (bytes + 63) & ~63;
    return this.layout.take(line * this.thread.count) + line * this.thread.index;
  }

  /** Room for a partial result of `bytes` bytes per chunk. */
  perChunk(bytes: number): number {
    return this.layout.take(bytes * this.chunks);
  }

  width(id: string): number {
    const shape = this.shapes.get(id)!;
    if (shape.kind === 'vector') return shape.size;
    if (shape.kind === 'set') return shape.factors;
    return 1;
  }

  parameter(node: string, name: string): ParameterPlace {
    return this.parameters.get(`${node}.${name}`)!;
  }

  isSoleConsumer(id: string): boolean {
    return consumersOf(this.graph, id).length === 1;
  }

  // ---- tasks

  /** A task for every chunk of rows. */
  row(task: RowTask): void {
    if (this.#current.after.length) this.phases.push(newPhase());
    this.#current.rows.push(task);
  }

  /** A task of every thread once all rows so far are done. */
  before(task: () => void): void {
    if (this.#current.rows.length) this.phases.push(newPhase());
    this.#current.before.push(task);
  }

  /** A task after all rows of the step. Waves 0, 1, 2 run one after the other on all threads. */
  finish(task: () => void, wave = 0): void {
    while (this.#finish.length <= wave) this.#finish.push([]);
    this.#finish[wave].push(task);
  }

  /** The same on one thread only. */
  finishOnce(task: () => void): void {
    if (this.thread.index === 0) this.finish(task);
    else while (this.#finish.length === 0) this.#finish.push([]); // every thread has the same waves
  }

  closeTraining(): void {
    for (const tasks of this.#finish) this.phases.push({ before: [], rows: [], after: tasks });
  }

  // ---- gradients

  /** Lets `write` emit tasks that put a gradient into the given rows; adds where another consumer has written before. */
  give(id: string, write: (into: Rows) => void): void {
    const target = this.gradients.get(id);
    if (!target) return;
    if (!this.#given.has(id)) {
      this.#given.add(id);
      write(target);
      return;
    }
    const part = this.takeRows(target.columns);
    write(part);
    const { kernels } = this.thread;
    this.row((first, rows) => kernels.move(1, at(part, first), at(target, first), target.ld, rows, target.bytes));
  }

  /** Factor on the slopes of this batch. */
  reduction(): number {
    const { loss, reduction } = this.spec.options;
    const rows = this.words[control.rows];
    return reductionFactor(reduction, isPairwise(loss) ? rows / 2 : rows);
  }

  get #current(): Phase {
    return this.phases[this.phases.length - 1];
  }
}

function newPhase(): Phase {
  return { before: [], rows: [], after: [] };
}
