/** Where a batch lies in the memory. */

import type { Capacity } from '../../data/dataset.ts';
import { type Graph, inputOf } from '../../graph/graph.ts';
import type { Layout } from './memory.ts';

/** Where the batch is put before a step or a prediction; byte addresses. */
export interface BatchPlace {
  /** Numbers of the batch's rows in the data set, where a kernel copies them. */
  readonly order: number;
  readonly rowStart: number;
  readonly ids: number;
  readonly values: number;
  readonly targets: number;
  /** Concatenation: byte offset of each entry's field in the row; 0 where the graph has none. */
  readonly slots: number;
  /** Attention: first pair of each chunk (aligned to 4), one more at the end; 0 where the graph has none. */
  readonly pairStart: number;
  /** Attention dropout: the multiplier of each pair, by attention node id. */
  readonly kept: ReadonlyMap<string, number>;
  readonly unique: number;
  readonly start: number;
  readonly groupRow: number;
  readonly groupEntry: number;
  readonly groupValue: number;
  readonly counts: number;
}

/** Pairs of the largest batch, with each chunk rounded up to whole tiles of 4. */
export const pairCapacity = (capacity: Capacity, chunks: number): number => capacity.pairs + 4 * (chunks + 2);

/** Takes the room for the largest batch, of `chunks` chunks. */
export function placeBatch(layout: Layout, graph: Graph, capacity: Capacity, chunks: number): BatchPlace {
  const entries = () => layout.take(4 * (capacity.entries + 16));
  const has = (op: string) => graph.nodes.some((n) => n.op === op);
  const kept = new Map<string, number>();
  for (const node of graph.nodes)
    if (node.op === 'attention' && node.attributes.dropout > 0)
      kept.set(node.id, layout.take(4 * pairCapacity(capacity, chunks)));
  return {
    order: layout.take(4 * capacity.rows),
    rowStart: layout.take(4 * (capacity.rows + 1)),
    ids: entries(),
    values: entries(),
    targets: layout.take(4 * (capacity.rows + 8)),
    slots: has('concat') ? entries() : 0,
    pairStart: has('attention') ? layout.take(4 * (chunks + 1)) : 0,
    kept,
    unique: entries(),
    start: entries(),
    groupRow: entries(),
    groupEntry: entries(),
    groupValue: entries(),
    counts: layout.take(4 * inputOf(graph).attributes.features),
  };
}
