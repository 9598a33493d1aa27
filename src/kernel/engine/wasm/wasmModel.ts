/** A compiled model: one memory, one program, and the weights in it. */

import { type Dataset, entriesOf } from '../../data/dataset.ts';
import type { Graph } from '../../graph/graph.ts';
import { elements } from '../../graph/params.ts';
import { checkBatchSize, checkTargets, checkWeights, EngineError } from '../checks.ts';
import type { CompileOptions, Model, ModelState, Weights } from '../engine.ts';
import { initialWeights } from '../initialise.ts';
import { slotsOf } from '../optimizers.ts';
import { BatchWriter } from './batch.ts';
import { compileProgram } from './compile.ts';
import { instantiate, type Kernels } from './instance.ts';
import { kernelModule } from './kernels.ts';
import { createMemory, padded } from './memory.ts';
import { type ParameterPlace, readValues, writeValues } from './parameters.ts';
import { type Phase, type Program, type ProgramSpec, run, type Thread } from './program.ts';
import { commands } from './threadCommands.ts';
import { Threads } from './threads.ts';

/** Workers of models that were dropped without `dispose()`. */
const abandoned = new FinalizationRegistry<{ threads: Threads; words: Int32Array }>(({ threads, words }) =>
  threads.stop(words),
);

export class WasmModel implements Model {
  readonly engine: string;
  readonly #spec: ProgramSpec;
  readonly #memory: WebAssembly.Memory;
  readonly #program: Program;
  readonly #thread: Thread;
  readonly #floats: Float32Array;
  readonly #words: Int32Array;
  /** Sums of row losses, one a chunk. */
  readonly #losses: Float64Array;
  readonly #writer: BatchWriter;
  #threads: Threads | null = null;
  /** Stays true when execution was cut off while threads walked the program, as a notebook does to a cell that hangs. */
  #underWay = false;
  #steps = 0;
  /** Training data whose targets have been checked. */
  readonly #checked = new WeakSet<Dataset>();
  /** Predicts rows that are longer than this model's batches have room for, and all rows once the threads are lost. */
  #roomier: WasmModel | null = null;

  constructor(
    readonly graph: Graph,
    readonly options: CompileOptions,
    threads: number,
    gradientsOnly = false,
  ) {
    this.#spec = { graph, options, gradientsOnly };
    const sizing: Thread = { kernels: {} as Kernels, index: 0, count: threads };
    const { bytes } = compileProgram(this.#spec, sizing, new ArrayBuffer(0));
    this.#memory = createMemory(bytes, graph.name);
    const module = kernelModule(options.fast ? 'fast' : 'plain');
    this.#thread = { kernels: instantiate(module, this.#memory), index: 0, count: threads };
    this.#program = compileProgram(this.#spec, this.#thread, this.#memory.buffer);
    this.#floats = new Float32Array(this.#memory.buffer);
    this.#words = new Int32Array(this.#memory.buffer, this.#program.control, 32);
    const chunks = Math.ceil(options.capacity.rows / this.#program.chunkRows);
    this.#losses = new Float64Array(this.#memory.buffer, this.#program.losses, chunks);
    this.#writer = new BatchWriter(graph, this.#program, this.#memory, this.#thread.kernels, options);
    this.engine = `wasm ${options.fast ? 'fast' : 'plain'}, ${threads} thread${threads > 1 ? 's' : ''}`;
  }

  /** A model with its initial weights and its worker threads running. */
  static async create(graph: Graph, options: CompileOptions, threads: number): Promise<WasmModel> {
    const model = new WasmModel(graph, options, threads);
    model.#initialise();
    if (threads > 1) {
      const module = kernelModule(options.fast ? 'fast' : 'plain');
      model.#threads = await Threads.start(module, model.#memory, model.#spec, threads, model.#program.bytes);
      abandoned.register(model, { threads: model.#threads, words: model.#words }, model);
    }
    return model;
  }

  step(data: Dataset, rows: Int32Array, from: number, to: number): number {
    this.#checkBatch(data, rows, from, to);
    if (this.#isCutOff())
      throw new EngineError('step: this model was stopped in the middle of a step; train a new one from its weights');
    this.#writer.write(data, rows, from, to, this.#steps);
    this.#writeSettings();
    this.#run(commands.train);
    this.#steps++;
    return this.#lossOf(to - from);
  }

  predict(data: Dataset, from = 0, to = data.rows): Float32Array {
    if (!(from >= 0 && from <= to && to <= data.rows))
      throw new EngineError(`predict: rows ${from} to ${to} are not within 0 .. ${data.rows} of ${data.source}`);
    if (this.#isCutOff()) return this.#predictRoomier(data, from, to);
    const outputs = new Float32Array(to - from);
    for (let first = from; first < to; ) {
      const last = this.#fitting(data, first, to);
      if (last === first) return this.#predictRoomier(data, from, to);
      this.#writer.write(data, null, first, last, -1);
      this.#run(commands.infer);
      const at = this.#program.output / 4;
      outputs.set(this.#floats.subarray(at, at + last - first), first - from);
      first = last;
    }
    return outputs;
  }

  weights(): Map<string, Float32Array> {
    return new Map(
      [...this.#program.parameters.values()].map((p) => [p.parameter.id, readValues(this.#floats, p, p.address)]),
    );
  }

  setWeights(weights: Weights): void {
    checkWeights(this.graph, weights);
    for (const [id, values] of weights) {
      const place = this.#program.parameters.get(id)!;
      writeValues(this.#floats, place, place.address, values);
      this.#transpose(place);
    }
  }

  state(): ModelState {
    const slots = new Map<string, Float32Array>();
    this.#eachSlot((id, place, address) => slots.set(id, readValues(this.#floats, place, address)));
    return { weights: this.weights(), slots, steps: this.#steps };
  }

  setState(state: ModelState): void {
    this.setWeights(state.weights);
    this.#eachSlot((id, place, address) => {
      const values = state.slots.get(id);
      const expected = elements(place.parameter);
      if (values?.length !== expected)
        throw new EngineError(
          `state: slot "${id}" needs ${expected} values, got ${values ? values.length : 'none'}; the state belongs to another optimizer or model`,
        );
      writeValues(this.#floats, place, address, values);
    });
    this.#steps = state.steps;
  }

  gradients(data: Dataset, rows: Int32Array, from: number, to: number): Map<string, Float32Array> {
    this.#checkBatch(data, rows, from, to);
    const twin = new WasmModel(this.graph, this.options, 1, true);
    twin.setWeights(this.weights());
    twin.#writer.write(data, rows, from, to, this.#steps);
    twin.#run(commands.train);
    const gradients = new Map<string, Float32Array>();
    for (const place of twin.#program.parameters.values()) {
      if (place.parameter.role === 'state') continue;
      const { id } = place.parameter;
      gradients.set(
        id,
        place.trained ? readValues(twin.#floats, place, place.gradient) : new Float32Array(elements(place.parameter)),
      );
    }
    return gradients;
  }

  dispose(): void {
    abandoned.unregister(this);
    this.#threads?.stop(this.#words);
    this.#threads = null;
    this.#roomier = null;
  }

  #initialise(): void {
    this.setWeights(initialWeights(this.graph, this.options.seed));
    const starts = slotsOf(this.options.optimizer).map((slot) => slot.start);
    this.#eachSlot((_, place, address, slot) =>
      this.#floats.fill(starts[slot], address / 4, (address + place.bytes) / 4),
    );
  }

  #run(command: number): void {
    const phases: readonly Phase[] = command === commands.train ? this.#program.train : this.#program.infer;
    this.#underWay = this.#threads !== null;
    this.#threads?.wake(this.#words, command);
    run(phases, this.#thread, this.#words, this.#program);
    this.#underWay = false;
  }

  /** Threads that were left alone in the middle would take the next run for the rest of that one. */
  #isCutOff(): boolean {
    if (this.#underWay && this.#threads) this.dispose();
    return this.#underWay;
  }

  #lossOf(rows: number): number {
    const chunks = Math.ceil(rows / this.#program.chunkRows);
    let sum = 0;
    for (let chunk = 0; chunk < chunks; chunk++) sum += this.#losses[chunk];
    return sum;
  }

  /** Learning rate and the like for this step; Adam's bias correction is part of its rate. */
  #writeSettings(): void {
    const o = this.options.optimizer;
    const t = this.#steps + 1;
    const adam = o.name === 'adam';
    const correction = adam ? Math.sqrt(1 - o.beta2 ** t) / (1 - o.beta1 ** t) : 1;
    const at = this.#program.settings / 4;
    this.#floats[at] = o.learningRate * correction;
    this.#floats[at + 1] = adam ? o.beta1 : o.momentum;
    this.#floats[at + 2] = o.beta2;
    this.#floats[at + 3] = o.epsilon;
  }

  #eachSlot(visit: (id: string, place: ParameterPlace, address: number, slot: number) => void): void {
    for (const place of this.#program.parameters.values()) {
      if (place.parameter.role === 'state') continue;
      slotsOf(this.options.optimizer).forEach(({ name }, i) => {
        visit(`${place.parameter.id}/${name}`, place, place.slots[i], i);
      });
    }
  }

  #transpose(place: ParameterPlace): void {
    if (!place.transposed) return;
    const [rows, columns] = place.parameter.shape.map(padded);
    this.#thread.kernels.transpose(place.address, place.transposed, rows, columns, 0, rows);
  }

  /** Targets are checked when training data is first seen, after that only the size of each batch; ids by the writer. */
  #checkBatch(data: Dataset, rows: Int32Array, from: number, to: number): void {
    checkBatchSize(this.graph, this.options.loss, rows, from, to);
    if (this.#checked.has(data)) return;
    checkTargets(this.options.loss, data);
    this.#checked.add(data);
  }

  /** End of the longest run of rows from `first` that fits one batch. */
  #fitting(data: Dataset, first: number, to: number): number {
    const { capacity } = this.options;
    let [row, entries, pairs] = [first, 0, 0];
    for (; row < to && row - first < capacity.rows; row++) {
      const m = entriesOf(data, row);
      entries += m;
      pairs += (m * (m - 1)) / 2;
      if (m > capacity.longestRow || entries > capacity.entries || pairs > capacity.pairs) break;
    }
    return row;
  }

  #predictRoomier(data: Dataset, from: number, to: number): Float32Array {
    let longest = 0;
    for (let r = from; r < to; r++) longest = Math.max(longest, entriesOf(data, r));
    if (!this.#roomier || this.#roomier.options.capacity.longestRow < longest) {
      const rows = this.#program.chunkRows;
      const capacity = {
        rows,
        entries: rows * longest,
        pairs: (rows * longest * (longest - 1)) / 2,
        longestRow: longest,
      };
      this.#roomier = new WasmModel(this.graph, { ...this.options, capacity }, 1, true);
    }
    this.#roomier.setWeights(this.weights());
    return this.#roomier.predict(data, from, to);
  }
}
