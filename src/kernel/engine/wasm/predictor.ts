/** Predictions from weights, at once and on this thread: for looking into models that were trained on any engine. */

import type { Dataset } from '../../data/dataset.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Weights } from '../engine.ts';
import { optimizer } from '../optimizers.ts';
import { WasmModel } from './wasmModel.ts';

/** Rows predicted at once; longer ones get a model with more room by themselves. */
const capacity = { rows: 1024, entries: 16_384, pairs: 1024 * 66, longestRow: 64 };

/**
 * Raw outputs of rows by a graph with these weights (all of them, batch normalisation's averages too).
 * @throws EngineError for weights that are not the graph's
 */
export function predictorOf(graph: Graph, weights: Weights): (rows: Dataset) => Float32Array {
  const model = new WasmModel(
    graph,
    {
      seed: 0,
      loss: 'squared',
      reduction: 'sum',
      optimizer: optimizer('sgd'), // no slots to make room for
      capacity,
      threads: 1,
      rows: 'touched',
      freeze: [],
      fast: false,
    },
    1,
  );
  model.setWeights(weights);
  return (rows) => model.predict(rows);
}
