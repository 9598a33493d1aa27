/** What rules write to: phases of tasks, buffers by node, and the gradients that flow back. */

import { consumersOf, type Graph, inputOf } from '../../graph/graph.ts';
import { parametersOf } from '../../graph/params.ts';
import { type Shape, shapesOf } from '../../graph/shape.ts';
import { removedShifts } from '../../graph/shifts.ts';
import { trainedParameters } from '../checks.ts';
import { dropoutLayers } from '../dropout.ts';
import { isPairwise, losses, reductionFactor } from '../losses.ts';
import { optimizerNames, slotsOf } from '../optimizers.ts';
import { type Layout, type Rows, takeRows } from './memory.ts';
import { type ParameterPlace, placeParameter } from './parameters.ts';
import {
  at,
  type BatchPlace,
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
  /** Gradient of every entry of the batch, by embedding, where the embedding is not below one pooling alone. */
  readonly #entryGradients = new Map<string, number>();
  readonly #zeroed = new Set<string>();
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
    this.batch = this.#placeBatch();
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

  takeEntryGradient(embedding: string): void {
    const bytes = this.parameter(embedding, 'V').rowBytes;
    this.#entryGradients.set(embedding, this.layout.take(bytes * (this.spec.options.capacity.entries + 1)));
  }

  /** Where the gradients of the batch's entries are; undefined for an embedding below one pooling alone. */
  entryGradient(embedding: string): number | undefined {
    return this.#entryGradients.get(embedding);
  }

  /** Whether any embedding's gradients are kept by entry. */
  get keepsEntryGradients(): boolean {
    return this.#entryGradients.size > 0;
  }

  /** A row task that adds to the entries' gradients; the first one of an embedding zeroes its chunk's entries before. */
  addToEntries(embedding: string, task: RowTask): void {
    if (!this.#zeroed.has(embedding)) {
      this.#zeroed.add(embedding);
      const address = this.#entryGradients.get(embedding)! / 4;
      const width = this.parameter(embedding, 'V').rowBytes / 4;
      const rowStart = this.batch.rowStart / 4;
      this.row((first, rows) =>
        this.floats.fill(
          0,
          address + this.integers[rowStart + first] * width,
          address + this.integers[rowStart + first + rows] * width,
        ),
      );
    }
    this.row(task);
  }

  get #current(): Phase {
    return this.phases[this.phases.length - 1];
  }

  #placeBatch(): BatchPlace {
    const { capacity } = this.spec.options;
    const { layout, graph } = this;
    const entries = () => layout.take(4 * (capacity.entries + 16));
    const has = (op: string) => graph.nodes.some((n) => n.op === op);
    const kept = new Map<string, number>();
    for (const node of graph.nodes)
      if (node.op === 'attention' && node.attributes.dropout > 0) kept.set(node.id, layout.take(4 * this.pairCapacity));
    return {
      order: layout.take(4 * capacity.rows),
      rowStart: layout.take(4 * (capacity.rows + 1)),
      ids: entries(),
      values: entries(),
      targets: layout.take(4 * (capacity.rows + 8)),
      slots: has('concat') ? entries() : 0,
      pairStart: has('attention') ? layout.take(4 * (this.chunks + 1)) : 0,
      kept,
      unique: entries(),
      start: entries(),
      groupRow: entries(),
      groupEntry: entries(),
      groupValue: entries(),
      counts: layout.take(4 * inputOf(graph).attributes.features),
    };
  }

  /** Pairs of the largest batch, with each chunk rounded up to whole tiles of 4. */
  get pairCapacity(): number {
    return this.spec.options.capacity.pairs + 4 * (this.chunks + 2);
  }
}

function newPhase(): Phase {
  return { before: [], rows: [], after: [] };
}
