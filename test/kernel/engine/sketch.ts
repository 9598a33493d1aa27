/** Writing a graph as plain nodes, for tests that must not depend on the builder. */

import {
  type ActivationName,
  freeze,
  type Graph,
  type GraphNode,
  type OpAttributes,
  type OpKind,
  type Penalty,
  type Task,
} from '../../../src/kernel/graph/graph.ts';
import { tinyFeatures, tinyFields } from './tinyData.ts';

/** A start of the embeddings that is large enough for interactions to matter. */
const initStdev = 0.4;

/** Collects nodes in order; `node` returns the id that later nodes read. */
export class Sketch {
  readonly #nodes: GraphNode[] = [];

  node<Op extends OpKind>(id: string, op: Op, inputs: readonly string[], attributes: OpAttributes[Op]): string {
    this.#nodes.push({ id, op, inputs, attributes } as unknown as GraphNode);
    return id;
  }

  input(): string {
    return this.node('input', 'input', [], { features: tinyFeatures, fields: tinyFields });
  }

  linear(penalty: Penalty = {}): string {
    return this.node('linear', 'linear', ['input'], { bias: true, ...penalty });
  }

  embedding(factors: number, id = 'embedding', penalty: Penalty = {}): string {
    return this.node(id, 'embedding', ['input'], { factors, initStdev, ...penalty });
  }

  /** Batch norm, activation and dropout behind `z`, in this order, each where asked for. */
  block(name: string, z: string, layer: Layer): string {
    let last = z;
    if (layer.batchNorm) last = this.node(`${name}Norm`, 'batchNorm', [last], { decay: 0.9, epsilon: 1e-3 });
    if (layer.activation) last = this.node(`${name}Activation`, 'activation', [last], { function: layer.activation });
    if (layer.dropout) last = this.node(`${name}Dropout`, 'dropout', [last], { ratio: layer.dropout });
    return last;
  }

  hidden(z: string, layers: readonly Hidden[]): string {
    return layers.reduce((last, layer, l) => {
      const name = `hidden${l + 1}`;
      const penalty = { l2: layer.l2, l1: layer.l1 };
      const dense = this.node(name, 'dense', [last], { units: layer.units, biasInit: 'normal', ...penalty });
      return this.block(name, dense, layer);
    }, z);
  }

  /** Adds up the parts of the score and ends the graph. */
  output(name: string, parts: readonly string[], task: Task): Graph {
    const score = parts.length > 1 ? this.node('score', 'add', parts, {}) : parts[0];
    this.node('output', 'output', [score], { task });
    return freeze({ version: 1, name, nodes: this.#nodes, output: 'output' });
  }
}

export interface Layer {
  readonly batchNorm?: boolean;
  readonly activation?: ActivationName;
  readonly dropout?: number;
}

export interface Hidden extends Layer, Penalty {
  readonly units: number;
}
