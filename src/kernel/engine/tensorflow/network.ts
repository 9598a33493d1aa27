/**
 * The graph as TensorFlow computes it: the scores of a batch, and their gradients. Weights come as arrays and gradients
 * leave as arrays; between two calls TensorFlow keeps nothing.
 */

import type * as Core from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Graph, OpKind } from '../../graph/graph.ts';
import { parametersOf } from '../../graph/params.ts';
import { removedShifts } from '../../graph/shifts.ts';
import { EngineError, trainedParameters } from '../checks.ts';
import { dropoutKey, dropoutLayers, dropoutMask } from '../dropout.ts';
import type { CompileOptions, Weights } from '../engine.ts';
import { isPairwise } from '../losses.ts';
import type { Batch } from './batch.ts';
import { gather, type Lookup, lookupsOf } from './lookups.ts';
import { type Objective, objectiveOf } from './objective.ts';
import { dropTape } from './repair.ts';
import { type Pass, type Rule, rules } from './rules.ts';
import { type Layer, layersOf } from './userLayer.ts';

/** What differentiating the objective of a batch gives. */
export interface Derivatives {
  /** Sum of the row losses. */
  readonly loss: number;
  /** By the sums of each lookup in a trained table. */
  readonly byLookup: ReadonlyMap<Lookup, Float32Array>;
  /** By each dense parameter that training can feel. */
  readonly dense: Weights;
  /** Mean and variance of the batch, by the id of the state that follows them. */
  readonly moments: Weights;
}

/** Tensors of one batch: its lookups, and the dense parameters and state by id. */
interface Tensors {
  readonly lookups: ReadonlyMap<Lookup, Tensor>;
  readonly dense: ReadonlyMap<string, Tensor>;
}

/** What is there only in training. */
interface Training {
  readonly step: number;
  readonly moments: Map<string, Float32Array>;
}

export class Network {
  readonly #graph: Graph;
  readonly #options: CompileOptions;
  readonly #tf: typeof Core;
  readonly #values: Weights;
  /** Shapes of dense parameters and state, by id. */
  readonly #dense: ReadonlyMap<string, readonly number[]>;
  readonly #lookups: readonly Lookup[];
  /** Factors of each table. */
  readonly #widths: ReadonlyMap<string, number>;
  /** Ids of the parameters with a gradient. */
  readonly #felt: ReadonlySet<string>;
  readonly #dropoutLayers: ReadonlyMap<string, number>;
  readonly #layers: ReadonlyMap<string, Layer>;

  /** @param values the weights and state, live */
  constructor(graph: Graph, options: CompileOptions, tf: typeof Core, values: Weights) {
    this.#graph = graph;
    this.#options = options;
    this.#tf = tf;
    this.#values = values;
    const parameters = parametersOf(graph);
    this.#dense = new Map(parameters.filter((p) => p.role !== 'table').map((p) => [p.id, p.shape]));
    this.#lookups = lookupsOf(graph);
    this.#widths = new Map(parameters.filter((p) => p.role === 'table').map((p) => [p.id, p.shape[1] ?? 1]));
    const removed = removedShifts(graph, isPairwise(options.loss));
    const trained = trainedParameters(graph, options.freeze);
    this.#felt = new Set(trained.filter(({ id }) => !removed.has(id)).map(({ id }) => id));
    this.#dropoutLayers = dropoutLayers(graph);
    this.#layers = layersOf(tf, graph, values);
  }

  /** Scores without dropout, batch norm by its averages. */
  scores(batch: Batch): Float32Array {
    return this.#tidy(() => read(this.#forward(batch, this.#tensors(batch), null)));
  }

  /** @param step number of the training step, from 0: decides the dropout masks */
  differentiate(batch: Batch, step: number): Derivatives {
    const tf = this.#tf;
    const { loss, reduction } = this.#options;
    return this.#tidy(() => {
      const tensors = this.#tensors(batch);
      const lookups = this.#lookups.filter(({ table }) => this.#felt.has(table));
      const dense = [...tensors.dense.keys()].filter((id) => this.#felt.has(id));
      const moments = new Map<string, Float32Array>();
      let objective!: Objective;
      /** Σ slope · score: has the gradient of the objective. */
      const surrogate = () => {
        const scores = this.#forward(batch, tensors, { step, moments });
        objective = objectiveOf(loss, reduction, read(scores), batch.data.target);
        return tf.sum(tf.mul(scores, tf.tensor1d(objective.slopes)));
      };
      const sources = [...lookups.map((l) => tensors.lookups.get(l)!), ...dense.map((id) => tensors.dense.get(id)!)];
      const gradients = this.#gradients(surrogate, sources);
      return {
        loss: objective.loss,
        byLookup: new Map(lookups.map((lookup, i) => [lookup, gradients[i]])),
        dense: new Map(dense.map((id, i) => [id, gradients[lookups.length + i]])),
        moments,
      };
    });
  }

  /** As `tf.tidy`, which would look for tensors in every number of a result. */
  #tidy<T>(compute: () => T): T {
    let result!: T;
    this.#tf.tidy(() => {
      result = compute();
    });
    return result;
  }

  #tensors(batch: Batch): Tensors {
    const { tensor } = this.#tf;
    const { rows } = batch.data;
    const lookups = this.#lookups.map((lookup) => {
      const { table, by } = lookup;
      const [width, slots] = [this.#widths.get(table)!, batch.slotsOfRow(by)];
      const sums = gather(this.#values.get(table)!, width, batch.data, batch.slots(by), rows * slots);
      const shapes = { row: [rows], field: [rows, slots * width], position: [rows, slots, width] };
      return [lookup, tensor(sums, shapes[by])] as const;
    });
    const dense = [...this.#dense].map(([id, shape]) => [id, tensor(this.#values.get(id)!, [...shape])] as const);
    return { lookups: new Map(lookups), dense: new Map(dense) };
  }

  /** The scores of the batch's rows. */
  #forward({ data, positions }: Batch, tensors: Tensors, training: Training | null): Tensor {
    const lookups = new Map([...tensors.lookups].map(([{ node }, tensor]) => [node, tensor]));
    const pass: Pass = {
      tf: this.#tf,
      training: training !== null,
      rows: data.rows,
      rowStart: data.rowStart,
      positions,
      parameter: (node, name) => tensors.dense.get(`${node}.${name}`)!,
      lookup: (node) => lookups.get(node) ?? null,
      mask: (node, ratio, rows, width) => {
        const key = dropoutKey(this.#options.seed, this.#dropoutLayers.get(node)!, training!.step);
        return dropoutMask(key, ratio, rows, width);
      },
      observe: (node, mean, variance) => {
        training!.moments.set(`${node}.mean`, read(mean));
        training!.moments.set(`${node}.variance`, read(variance));
      },
      layer: (node) => this.#layers.get(node)!,
    };
    const outputs = new Map<string, Tensor | null>();
    for (const node of this.#graph.nodes) {
      const inputs = node.inputs.map((id) => outputs.get(id)!);
      outputs.set(node.id, (rules[node.op] as Rule<OpKind>)(node, inputs, pass));
    }
    return outputs.get(this.#graph.output)!;
  }

  /** The gradient of `f` by each source, 0 by those that it does not depend on (a user's layer may leave its input out). */
  #gradients(f: () => Tensor, sources: Tensor[]): readonly Float32Array[] {
    if (sources.length === 0) {
      f(); // everything is frozen
      return [];
    }
    try {
      const { grads } = this.#tf.engine().gradients(f, sources, undefined, true);
      if (grads.every((gradient) => !gradient))
        throw new EngineError(
          'TensorFlow recorded nothing to differentiate, as after a cell that was cut off; restart the kernel',
        );
      return grads.map((gradient, i) => (gradient ? read(gradient) : new Float32Array(sources[i].size)));
    } catch (error) {
      dropTape(this.#tf);
      throw error;
    }
  }
}

const read = (tensor: Tensor): Float32Array => tensor.dataSync() as Float32Array;
