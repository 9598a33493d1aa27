/** The default engine: kernels compiled to WebAssembly SIMD, always there, bit-reproducible for any number of threads. */

import type { Graph } from '../../graph/graph.ts';
import type { CompileOptions, Engine, Model } from '../engine.ts';
import { usefulThreads } from './threads.ts';
import { WasmModel } from './wasmModel.ts';

export const wasmEngine: Engine = {
  name: 'wasm',

  /**
   * Compiles a graph for this engine. `options.threads` is an upper bound: small steps run on one thread, where more
   * would only wait for each other.
   * @throws RangeError when the tables and the batch do not fit the 4 GB that the engine can address
   */
  compile(graph: Graph, options: CompileOptions): Promise<Model> {
    return compileWith(graph, options, usefulThreads(graph, options.capacity, options.threads));
  },
};

/** The same with exactly this many threads. */
export function compileWith(graph: Graph, options: CompileOptions, threads: number): Promise<WasmModel> {
  return WasmModel.create(graph, options, threads);
}
