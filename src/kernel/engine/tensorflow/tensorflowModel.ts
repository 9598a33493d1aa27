/**
 * A compiled model. Its weights are Float32Arrays of ours, and so are the optimizer's slots: TensorFlow is given a batch
 * and returns gradients. So no tensor can leak, and a step that is cut off loses no weights.
 */

import { availableParallelism } from 'node:os';
import type { Dataset } from '../../data/dataset.ts';
import type { Graph } from '../../graph/graph.ts';
import { elements, type Parameter, parametersOf } from '../../graph/params.ts';
import { checkBatch, checkIds, checkWeights, EngineError, trainedParameters } from '../checks.ts';
import type { CompileOptions, Model, ModelState, Weights } from '../engine.ts';
import { initialWeights } from '../initialise.ts';
import { slotsOf } from '../optimizers.ts';
import { type Batch, Batches } from './batch.ts';
import type { Tensorflow } from './load.ts';
import { distinct, scatter } from './lookups.ts';
import { type Derivatives, Network } from './network.ts';
import { type Trained, updateRules } from './updates.ts';

export class TensorflowModel implements Model {
  readonly engine: string;
  readonly #values: ReadonlyMap<string, Float32Array>;
  /** `<parameter id>/<slot>` -> values. */
  readonly #slots: ReadonlyMap<string, Float32Array>;
  readonly #trained: ReadonlyMap<Parameter, Trained>;
  readonly #batches: Batches;
  readonly #network: Network;
  /** For `distinct`. */
  readonly #places: Int32Array;
  #steps = 0;

  constructor(
    readonly graph: Graph,
    readonly options: CompileOptions,
    tensorflow: Tensorflow,
  ) {
    this.engine = engineText(tensorflow);
    this.#values = initialWeights(graph, options.seed);
    const { optimizer, freeze } = options;
    const slotId = ({ id }: Parameter, slot: string) => `${id}/${slot}`;
    const slots = parametersOf(graph)
      .filter((p) => p.role !== 'state')
      .flatMap((p) =>
        slotsOf(optimizer).map(
          ({ name, start }) => [slotId(p, name), new Float32Array(elements(p)).fill(start)] as const,
        ),
      );
    this.#slots = new Map(slots);
    const trained = trainedParameters(graph, freeze).map((p): [Parameter, Trained] => {
      const own = slotsOf(optimizer).map(({ name }) => this.#slots.get(slotId(p, name))!);
      return [p, { values: this.#values.get(p.id)!, slots: own, l2: p.l2, l1: p.l1 }];
    });
    this.#trained = new Map(trained);
    this.#batches = new Batches(graph);
    this.#network = new Network(graph, options, tensorflow.tf, this.#values);
    this.#places = new Int32Array(this.#batches.features);
  }

  step(data: Dataset, rows: Int32Array, from: number, to: number): number {
    const batch = this.#batchOf(data, rows, from, to);
    const derivatives = this.#network.differentiate(batch, this.#steps);
    const step = ++this.#steps;
    this.#moveAverages(derivatives.moments);
    const { ids, placeOf } = distinct(batch.data.ids, this.#places);
    for (const [parameter, trained] of this.#trained)
      if (parameter.role === 'table') {
        const gradient = this.#tableGradient(parameter, batch, derivatives, placeOf, ids.length);
        this.#updateRows(parameter, trained, step, ids, gradient);
      } else this.#update(trained, step, 0, denseGradient(parameter, derivatives), 0, elements(parameter));
    return derivatives.loss;
  }

  predict(data: Dataset, from = 0, to = data.rows): Float32Array {
    checkIds(data, this.graph, from, to);
    const outputs = new Float32Array(to - from);
    for (let first = from; first < to; ) {
      const last = this.#batches.fitting(data, first, to);
      const rows = Int32Array.from({ length: last - first }, (_, i) => first + i);
      outputs.set(this.#network.scores(this.#batches.of(data, rows)), first - from);
      first = last;
    }
    return outputs;
  }

  weights(): Map<string, Float32Array> {
    return copies(this.#values);
  }

  setWeights(weights: Weights): void {
    checkWeights(this.graph, weights);
    for (const [id, values] of weights) this.#values.get(id)!.set(values);
  }

  state(): ModelState {
    return { weights: this.weights(), slots: copies(this.#slots), steps: this.#steps };
  }

  setState(state: ModelState): void {
    for (const [id, { length }] of this.#slots) {
      const given = state.slots.get(id);
      if (given?.length !== length)
        throw new EngineError(
          `state: slot "${id}" needs ${length} values, got ${given ? given.length : 'none'}; the state belongs to another optimizer or model`,
        );
    }
    this.setWeights(state.weights);
    for (const [id, values] of this.#slots) values.set(state.slots.get(id)!);
    this.#steps = state.steps;
  }

  gradients(data: Dataset, rows: Int32Array, from: number, to: number): Map<string, Float32Array> {
    const batch = this.#batchOf(data, rows, from, to);
    const derivatives = this.#network.differentiate(batch, this.#steps);
    const gradientOf = (p: Parameter) =>
      p.role === 'table'
        ? this.#tableGradient(p, batch, derivatives, batch.data.ids, p.shape[0])
        : denseGradient(p, derivatives);
    return new Map([...this.#trained.keys()].map((p) => [p.id, gradientOf(p)]));
  }

  /** Nothing to do: TensorFlow holds nothing of this model. */
  dispose(): void {}

  #batchOf(data: Dataset, rows: Int32Array, from: number, to: number): Batch {
    checkBatch(this.graph, this.options.loss, data, rows, from, to);
    return this.#batches.of(data, rows.subarray(from, to));
  }

  /** Gradients of `rows` rows of a table; entry e of the batch read row `rowOf[e]` of them. */
  #tableGradient(
    table: Parameter,
    { data, slots }: Batch,
    { byLookup }: Derivatives,
    rowOf: Int32Array,
    rows: number,
  ): Float32Array {
    const width = widthOf(table);
    const gradient = new Float32Array(rows * width);
    for (const [lookup, values] of byLookup)
      if (lookup.table === table.id) scatter(gradient, rowOf, width, data, slots(lookup.by), values);
    return gradient;
  }

  /** Updates the rows `ids` of a table by their gradients; with `rows: 'all'` the others too, whose gradient is 0. */
  #updateRows(table: Parameter, trained: Trained, step: number, ids: Int32Array, gradient: Float32Array): void {
    const width = widthOf(table);
    ids.forEach((id, i) => {
      this.#update(trained, step, id * width, gradient, i * width, width);
    });
    if (this.options.rows === 'touched') return;
    const touched = new Set(ids);
    const nothing = new Float32Array(width);
    for (let id = 0; id < table.shape[0]; id++)
      if (!touched.has(id)) this.#update(trained, step, id * width, nothing, 0, width);
  }

  /** `count` values from `at` on, by the gradient from `from` on. */
  #update(trained: Trained, step: number, at: number, gradient: Float32Array, from: number, count: number): void {
    const { optimizer } = this.options;
    updateRules[optimizer.name](optimizer, step, trained, at, count, gradient, from);
  }

  #moveAverages(moments: Weights): void {
    for (const node of this.graph.nodes)
      if (node.op === 'batchNorm')
        for (const name of ['mean', 'variance']) {
          const { decay } = node.attributes;
          const average = this.#values.get(`${node.id}.${name}`)!;
          const ofBatch = moments.get(`${node.id}.${name}`)!;
          for (let i = 0; i < average.length; i++) average[i] = decay * average[i] + (1 - decay) * ofBatch[i];
        }
  }
}

const widthOf = ({ shape }: Parameter): number => shape[1] ?? 1;

/** 0 for parameters that training cannot feel. */
const denseGradient = (parameter: Parameter, { dense }: Derivatives): Float32Array =>
  dense.get(parameter.id) ?? new Float32Array(elements(parameter));

const copies = (arrays: Weights): Map<string, Float32Array> =>
  new Map([...arrays].map(([id, values]) => [id, values.slice()]));

/** What ran, for the run record. TensorFlow's threads are its own: all cores, or TF_NUM_INTRAOP_THREADS. */
function engineText({ native, version, library }: Tensorflow): string {
  if (!native) return `tensorflow ${version} (pure JavaScript cpu backend)`;
  const threads = Number(process.env.TF_NUM_INTRAOP_THREADS) || availableParallelism();
  return `tensorflow ${version} (TensorFlow ${library}, native, ${threads} thread${threads > 1 ? 's' : ''})`;
}
