/** How many rows a reading may take that predicts many variants of each row: a few seconds' worth, whatever the model. */

import type { Graph } from '../graph/graph.ts';
import { elements, parametersOf } from '../graph/params.ts';

/** Limits of predictions and of their multiply-adds. */
const [mostPredictions, mostMultiplyAdds] = [1_000_000, 6e10];
const leastRows = 32;

/**
 * @param variants predictions that a row takes
 * @param cost multiply-adds of one prediction
 */
export const affordableRows = (variants: number, cost: number): number =>
  Math.max(leastRows, Math.floor(Math.min(mostPredictions, mostMultiplyAdds / cost) / variants));

/** Multiply-adds of the dense layers for one row; an attention network works on every pair of its features. */
export function predictionCost(graph: Graph, fields: number): number {
  const attention = new Set(graph.nodes.flatMap(({ op, id }) => (op === 'attention' ? [`${id}.W`] : [])));
  const times = (id: string): number => (attention.has(id) ? (fields * (fields - 1)) / 2 : 1);
  return parametersOf(graph).reduce((sum, p) => sum + (p.id.endsWith('.W') ? elements(p) * times(p.id) : 0), 1);
}
