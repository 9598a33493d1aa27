/** Layers that users write: from the text of a function to a rule, tried out before any training. */

import type * as Core from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Graph, GraphNode } from '../../graph/graph.ts';
import { parametersOf } from '../../graph/params.ts';
import { type Shape, shapesOf } from '../../graph/shape.ts';
import { EngineError } from '../checks.ts';
import type { Weights } from '../engine.ts';
import { dropTape } from './repair.ts';

/** The layer of a batch [B, D]: [B, size]. `parameter` gives its parameters by name. */
export type Layer = (x: Tensor, parameter: (name: string) => Tensor) => Tensor;

/** The functions of the graph's own layers, by node id. @throws EngineError for one that does not do what it declares */
export function layersOf(tf: typeof Core, graph: Graph, weights: Weights): ReadonlyMap<string, Layer> {
  const shapes = shapesOf(graph);
  const layers = new Map<string, Layer>();
  for (const node of graph.nodes)
    if (node.op === 'layer') {
      const layer = layerOf(tf, node);
      tryOut(tf, node, layer, shapes.get(node.inputs[0])!, weights, graph);
      layers.set(node.id, layer);
    }
  return layers;
}

type UserFunction = (x: Tensor, parameters: Readonly<Record<string, Tensor>>, tf: typeof Core) => unknown;

function layerOf(tf: typeof Core, node: GraphNode<'layer'>): Layer {
  const { name, code, parameters, shape } = node.attributes;
  const wrong = (what: string, cause?: unknown) => new EngineError(`layer "${name}": ${what}`, { cause });
  const apply = functionOf(code, wrong);
  const names = Object.keys(parameters);
  return (x, parameter) => {
    let y: unknown;
    try {
      y = apply(x, Object.fromEntries(names.map((own) => [own, parameter(own)])), tf);
    } catch (error) {
      throw wrong(`its function fails with ${messageOf(error)}${adviceFor(error)}`, error);
    }
    const expected = [x.shape[0], ...shape];
    if (!(y instanceof tf.Tensor))
      throw wrong(`its function must return a tensor of shape [${expected.join(', ')}], it returned ${kindOf(y)}`);
    if (`${y.shape}` !== `${expected}` || y.dtype !== 'float32')
      throw wrong(
        `its function must return shape [${expected.join(', ')}] of float32 for a batch of ${x.shape[0]} rows, ` +
          `it returned [${y.shape.join(', ')}] of ${y.dtype}; correct the function or the declared shape`,
      );
    return y;
  };
}

function functionOf(code: string, wrong: (what: string, cause?: unknown) => EngineError): UserFunction {
  let made: unknown;
  try {
    made = new Function(`"use strict"; return (${code}\n);`)();
  } catch (error) {
    throw wrong(`its code is no function: ${messageOf(error)}`, error);
  }
  if (typeof made !== 'function')
    throw wrong(`expected the code of a function (x, p, tf) => tensor, got ${kindOf(made)}`);
  return made as UserFunction;
}

/**
 * One forward and one backward pass on two rows. A forward pass that throws leaves nothing behind in TensorFlow; so what
 * can be found out here is not found out in the middle of a gradient.
 */
function tryOut(
  tf: typeof Core,
  node: GraphNode<'layer'>,
  layer: Layer,
  input: Shape,
  weights: Weights,
  graph: Graph,
): void {
  const { name } = node.attributes;
  const own = parametersOf(graph).filter((p) => p.node === node.id);
  const width = input.kind === 'vector' ? input.size : 1;
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const x = tf.tensor2d(
      Float32Array.from({ length: 2 * width }, (_, i) => Math.sin(i + 1)),
      [2, width],
    );
    const tensors = new Map(own.map((p) => [p.name, tf.tensor(weights.get(p.id)!, [...p.shape])]));
    const apply = () => layer(x, (parameter) => tensors.get(parameter)!);
    tf.tidy(() => {
      apply();
    });
    try {
      tf.engine().gradients(() => tf.sum(apply()), [x, ...tensors.values()], undefined, true);
    } catch (error) {
      dropTape(tf);
      throw new EngineError(
        `layer "${name}": TensorFlow cannot differentiate it: ${messageOf(error)}; ` +
          'use operations that have a gradient, or give one with tf.customGrad',
        { cause: error },
      );
    }
  });
  const kept = tf.memory().numTensors - before;
  if (kept > 0)
    throw new EngineError(
      `layer "${name}": each call keeps ${kept / 2} tensors in memory; declare weights as parameters of the layer, ` +
        'and make no tf.variable() and no tf.keep() in its function',
    );
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]}` : String(error);

const adviceFor = (error: unknown): string =>
  error instanceof ReferenceError
    ? '; the function is kept as text, so it may use only its arguments (x, p, tf) and globals, and no name of a cell'
    : '';

const kindOf = (value: unknown): string =>
  value === null || value === undefined ? String(value) : value instanceof Promise ? 'a promise' : `a ${typeof value}`;
