/** What fields do by themselves, in the rows of a sample: the bars beside a heatmap. */

import type { Dataset } from '../data/dataset.ts';
import type { Weights } from '../engine/engine.ts';
import type { Graph } from '../graph/graph.ts';
import type { Factorization, FieldSpace } from './factorization.ts';
import { firstOrder } from './interactions.ts';
import { deviation } from './purify.ts';

/** The first-order weights; null where the model has none. */
export function linearWeights(graph: Graph, weights: Weights): Float32Array | null {
  const linear = graph.nodes.find(({ op }) => op === 'linear');
  return linear ? weights.get(`${linear.id}.w`)! : null;
}

/** Σ x_i w_i of every field in every row, rows x fields; zeros without weights. */
export function linearEffects(w: Float32Array | null, { fields, fieldOf }: FieldSpace, sample: Dataset): Float64Array {
  const effects = new Float64Array(sample.rows * fields.length);
  for (let r = 0; w && r < sample.rows; r++)
    for (let e = sample.rowStart[r]; e < sample.rowStart[r + 1]; e++)
      effects[r * fields.length + fieldOf[sample.ids[e]]] += (sample.values?.[e] ?? 1) * w[sample.ids[e]];
  return effects;
}

/** Standard deviation of each field's effects, rows x fields. */
export const columnDeviations = (effects: Float64Array, { fields }: FieldSpace): number[] =>
  fields.map((_, a) => deviation(effects.filter((_, at) => at % fields.length === a)));

/** Strength of the first-order weights as they are. */
export const ownFirstOrder = (w: Float32Array | null, space: FieldSpace, sample: Dataset): number[] | null =>
  w && columnDeviations(linearEffects(w, space, sample), space);

/** The same with what centring moves out of the pairs, from the weights of a linear head alone. */
export const movedFirstOrder = (model: Factorization): number[] => firstOrder(model).map(({ withMoved }) => withMoved);
