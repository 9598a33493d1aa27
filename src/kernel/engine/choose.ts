/** Which engine runs a graph. */

import { OptionError } from '../base/options.ts';
import type { Graph } from '../graph/graph.ts';
import type { Engine } from './engine.ts';
import { tensorflowEngine } from './tensorflow/tensorflowEngine.ts';
import { wasmEngine } from './wasm/wasmEngine.ts';

export type EngineName = 'wasm' | 'tensorflow' | 'auto';
export const engineNames: readonly EngineName[] = ['auto', 'wasm', 'tensorflow'];

/** Whether TensorFlow must differentiate something: a layer that a user wrote. */
export const needsTensorflow = (graph: Graph): boolean => graph.nodes.some(({ op }) => op === 'layer');

/**
 * `'auto'`: wasm, which is faster at the sizes of the papers and needs nothing installed; TensorFlow for a graph with
 * layers that users write, because only TensorFlow can differentiate those.
 */
export function engineFor(graph: Graph, choice: EngineName | Engine = 'auto'): Engine {
  if (typeof choice === 'object') return choice;
  const name = choice === 'auto' ? (needsTensorflow(graph) ? 'tensorflow' : 'wasm') : choice;
  if (name === 'tensorflow') return tensorflowEngine;
  if (name === 'wasm') return wasmEngine;
  throw new OptionError(`unknown engine "${name}"; expected one of ${engineNames.join(', ')}`);
}
