/** Initial weights as data: the same seed gives the same start on every engine. */

import { Random } from '../base/random.ts';
import type { Graph } from '../graph/graph.ts';
import { elements, type Parameter, parametersOf } from '../graph/params.ts';

/**
 * The start of one parameter or state array: row by row in the parameter's shape. Each has its own stream
 * `init:<parameter id>`, so adding a layer never moves another layer's start.
 */
export function initialValues(parameter: Parameter, seed: number): Float32Array {
  const values = new Float32Array(elements(parameter));
  const start = parameter.initialiser;
  if (start.kind === 'constant') return values.fill(start.value);
  const random = new Random(seed, `init:${parameter.id}`);
  for (let i = 0; i < values.length; i++) values[i] = start.stdev * random.normal();
  return values;
}

/** The start of every parameter and state array of a graph, by id. */
export function initialWeights(graph: Graph, seed: number): Map<string, Float32Array> {
  return new Map(parametersOf(graph).map((p) => [p.id, initialValues(p, seed)]));
}
