/**
 * The float64 reference engine: interprets a graph node by node, exactly as the formulas say. It is the oracle of the
 * engines' conformance tests; its own gradients are held against central differences in gradients.test.ts.
 */

import { type Dataset, takeRows } from '../../../src/kernel/data/dataset.ts';
import { checkBatch, checkIds, checkWeights, trainedParameters } from '../../../src/kernel/engine/checks.ts';
import { dropoutKey, dropoutLayers, dropoutMultiplier } from '../../../src/kernel/engine/dropout.ts';
import type { CompileOptions, Engine, Model, ModelState, Weights } from '../../../src/kernel/engine/engine.ts';
import { initialWeights } from '../../../src/kernel/engine/initialise.ts';
import { isPairwise, lossSlope, lossValue, reductionFactor } from '../../../src/kernel/engine/losses.ts';
import { optimizer, slotsOf } from '../../../src/kernel/engine/optimizers.ts';
import type { Graph, GraphNode, OpKind } from '../../../src/kernel/graph/graph.ts';
import { elements, type Parameter, parametersOf } from '../../../src/kernel/graph/params.ts';
import { shapesOf } from '../../../src/kernel/graph/shape.ts';
import { removedShifts } from '../../../src/kernel/graph/shifts.ts';
import { moments, rules } from './referenceOps.ts';
import { updateCoordinate } from './referenceUpdate.ts';
import { type Arrays, add, type Entry, type Matrix, type Pass, type Rule } from './referenceVectors.ts';

export class ReferenceModel implements Model {
  readonly engine = 'reference (float64)';
  readonly graph: Graph;
  /** Weights and batch norm's averages, live: a test may read and write them at full precision. */
  readonly values: Map<string, Float64Array>;
  /** Optimizer slots `<parameter id>/<slot>`, live. */
  readonly slots: Map<string, Float64Array>;
  steps = 0;
  readonly #options: CompileOptions;
  readonly #trained: readonly Parameter[];
  readonly #removed: ReadonlySet<string>;

  constructor(graph: Graph, options: CompileOptions) {
    this.graph = graph;
    this.#options = options;
    this.#trained = trainedParameters(graph, options.freeze);
    this.#removed = removedShifts(graph, isPairwise(options.loss));
    this.values = new Map(
      [...initialWeights(graph, options.seed)].map(([id, values]) => [id, Float64Array.from(values)]),
    );
    this.slots = new Map(
      this.#trained.flatMap((p) =>
        slotsOf(options.optimizer).map(({ name, start }) => [
          `${p.id}/${name}`,
          new Float64Array(elements(p)).fill(start),
        ]),
      ),
    );
  }

  step(data: Dataset, rows: Int32Array, from: number, to: number): number {
    const { pass, outputs, losses, gradients } = this.#differentiate(data, rows, from, to);
    const step = ++this.steps;
    for (const node of this.graph.nodes)
      if (node.op === 'batchNorm') this.#moveAverages(node, outputs.get(node.inputs[0])!);
    const touched = [...new Set(pass.rows.flat().map((entry) => entry.id))];
    for (const parameter of this.#trained) this.#update(parameter, gradients.get(parameter.id)!, touched, step);
    return losses.reduce((sum, loss) => sum + loss, 0);
  }

  #moveAverages(node: GraphNode<'batchNorm'>, input: Matrix): void {
    const { decay } = node.attributes;
    const batch = moments(input);
    for (const name of ['mean', 'variance'] as const) {
      const average = this.values.get(`${node.id}.${name}`)!;
      for (let f = 0; f < average.length; f++) average[f] = decay * average[f] + (1 - decay) * batch[name][f];
    }
  }

  #update(parameter: Parameter, gradient: Float64Array, touched: readonly number[], step: number): void {
    const o = this.#options.optimizer;
    const values = this.values.get(parameter.id)!;
    const slots = slotsOf(o).map((slot) => this.slots.get(`${parameter.id}/${slot.name}`)!);
    const update = (i: number) => updateCoordinate(o, parameter, values, slots, i, gradient[i], step);
    if (parameter.role === 'table' && this.#options.rows === 'touched') {
      const width = elements(parameter) / parameter.shape[0];
      for (const id of touched) for (let c = 0; c < width; c++) update(id * width + c);
    } else for (let i = 0; i < values.length; i++) update(i);
  }

  predict(data: Dataset, from = 0, to = data.rows): Float32Array {
    return Float32Array.from(this.exactOutputs(data, from, to));
  }

  /** `predict` without the rounding to float32. */
  exactOutputs(data: Dataset, from = 0, to = data.rows): number[] {
    checkIds(data, this.graph, from, to);
    const rows = Int32Array.from({ length: to - from }, (_, i) => from + i);
    const outputs = this.#forward(this.pass(takeRows(data, rows), false));
    return outputs.get(this.graph.output)!.map(([prediction]) => prediction);
  }

  /** The batch objective of the next step (its masks, the batch's statistics), without penalties; moves nothing. */
  objective(data: Dataset, rows: Int32Array, from: number, to: number): number {
    checkBatch(this.graph, this.#options.loss, data, rows, from, to);
    const batch = takeRows(data, rows.subarray(from, to));
    const { losses, factor } = this.#losses(this.#forward(this.pass(batch, true)), batch);
    return factor * losses.reduce((sum, loss) => sum + loss, 0);
  }

  gradients(data: Dataset, rows: Int32Array, from: number, to: number): Map<string, Float32Array> {
    return rounded(this.exactGradients(data, rows, from, to));
  }

  /** `gradients` without the rounding to float32. */
  exactGradients(data: Dataset, rows: Int32Array, from: number, to: number): Map<string, Float64Array> {
    const { gradients } = this.#differentiate(data, rows, from, to);
    return new Map(this.#trained.map(({ id }) => [id, gradients.get(id)!]));
  }

  /** Every node's output for the rows of `data`, by node id. */
  activations(data: Dataset, training: boolean): ReadonlyMap<string, Matrix> {
    return this.#forward(this.pass(data, training));
  }

  /** What the ops read beside their inputs, for the rows of `data`. */
  pass(data: Dataset, training: boolean): Pass {
    const layers = dropoutLayers(this.graph);
    const shapes = shapesOf(this.graph);
    const { seed } = this.#options;
    return {
      graph: this.graph,
      rows: Array.from({ length: data.rows }, (_, row) => entries(data, row)),
      weights: this.values,
      training,
      mask: (node, ratio, width, row, column) =>
        training && ratio > 0
          ? dropoutMultiplier(dropoutKey(seed, layers.get(node.id)!, this.steps), ratio, width, row, column)
          : 1,
      width: (id) => {
        const shape = shapes.get(id)!;
        return shape.kind === 'vector' ? shape.size : shape.kind === 'set' ? shape.factors : 1;
      },
    };
  }

  #forward(pass: Pass): ReadonlyMap<string, Matrix> {
    const outputs = new Map<string, Matrix>();
    for (const node of this.graph.nodes)
      outputs.set(node.id, ruleOf(node).forward(node, inputsOf(node, outputs), pass));
    return outputs;
  }

  /** Row losses (or pair losses), their slopes by every row's ŷ, and the factor of the reduction. */
  #losses(outputs: ReadonlyMap<string, Matrix>, batch: Dataset) {
    const { loss, reduction } = this.#options;
    const scores = outputs.get(this.graph.output)!.map(([score]) => score);
    if (!isPairwise(loss))
      return {
        losses: scores.map((score, r) => lossValue[loss](score, batch.target[r])),
        slopes: scores.map((score, r) => lossSlope[loss](score, batch.target[r])),
        factor: reductionFactor(reduction, scores.length),
      };
    const margins = Array.from({ length: scores.length / 2 }, (_, i) => scores[2 * i] - scores[2 * i + 1]);
    return {
      losses: margins.map((margin) => lossValue[loss](margin, 0)),
      slopes: margins.flatMap((margin) => [lossSlope[loss](margin, 0), -lossSlope[loss](margin, 0)]),
      factor: reductionFactor(reduction, margins.length),
    };
  }

  #differentiate(data: Dataset, rows: Int32Array, from: number, to: number) {
    checkBatch(this.graph, this.#options.loss, data, rows, from, to);
    const batch = takeRows(data, rows.subarray(from, to));
    const pass = this.pass(batch, true);
    const outputs = this.#forward(pass);
    const { losses, slopes, factor } = this.#losses(outputs, batch);
    const gradients = new Map(
      parametersOf(this.graph)
        .filter((p) => p.role !== 'state')
        .map((p) => [p.id, new Float64Array(elements(p))]),
    );
    this.#backward(
      pass,
      outputs,
      slopes.map((slope) => [factor * slope]),
      gradients,
    );
    for (const id of this.#removed) gradients.get(id)!.fill(0);
    return { pass, outputs, losses, gradients };
  }

  #backward(pass: Pass, outputs: ReadonlyMap<string, Matrix>, byScore: Matrix, gradients: Arrays): void {
    const upstream = new Map<string, Matrix>([[this.graph.output, byScore]]);
    for (const node of this.graph.nodes.toReversed()) {
      const arrived = upstream.get(node.id);
      if (arrived === undefined) continue; // nothing reads this node
      const byInputs = ruleOf(node).backward(node, inputsOf(node, outputs), pass, arrived, gradients);
      node.inputs.forEach((id, i) => {
        const sum = upstream.get(id);
        upstream.set(id, sum ? sum.map((row, r) => add(row, byInputs[i][r])) : byInputs[i]);
      });
    }
  }

  weights(): Map<string, Float32Array> {
    return rounded(this.values);
  }

  setWeights(weights: Weights): void {
    checkWeights(this.graph, weights);
    for (const [id, values] of weights) this.values.get(id)!.set(values);
  }

  /** Rounded to float32, as the interface asks; `values` and `slots` hold the full precision. */
  state(): ModelState {
    return { weights: this.weights(), slots: rounded(this.slots), steps: this.steps };
  }

  setState(state: ModelState): void {
    this.setWeights(state.weights);
    for (const [id, values] of state.slots) this.slots.get(id)!.set(values);
    this.steps = state.steps;
  }

  dispose(): void {}
}

const ruleOf = (node: GraphNode) => rules[node.op] as unknown as Rule<OpKind>;
const inputsOf = (node: GraphNode, outputs: ReadonlyMap<string, Matrix>) => node.inputs.map((id) => outputs.get(id)!);
const rounded = (arrays: Arrays) => new Map([...arrays].map(([id, values]) => [id, Float32Array.from(values)]));

const entries = (data: Dataset, row: number): Entry[] =>
  Array.from(data.ids.subarray(data.rowStart[row], data.rowStart[row + 1]), (id, e) => ({
    id,
    x: data.values ? data.values[data.rowStart[row] + e] : 1,
  }));

/** Compile options with defaults for tests: squared loss, half sum, Adagrad 0.05, seed 1, touched rows. */
export function compileOptions(options: Partial<CompileOptions> = {}): CompileOptions {
  return {
    seed: 1,
    loss: 'squared',
    reduction: 'halfSum',
    optimizer: optimizer('adagrad'),
    capacity: { rows: 128, entries: 1024, pairs: 8192, longestRow: 16 },
    threads: 1,
    rows: 'touched',
    freeze: [],
    fast: false,
    ...options,
  };
}

export const reference = (graph: Graph, options: Partial<CompileOptions> = {}): ReferenceModel =>
  new ReferenceModel(graph, compileOptions(options));

export const referenceEngine: Engine = {
  name: 'reference',
  compile: async (graph, options) => new ReferenceModel(graph, options),
};
