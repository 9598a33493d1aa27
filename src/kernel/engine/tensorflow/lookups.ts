/**
 * Lookups: the sparse side of a model. Tables are plain Float32Arrays; TensorFlow sees only what a batch reads of them,
 * and gives its gradient back. A gradient through `tf.gather` would be as large as the table.
 */

import type { Dataset } from '../../data/dataset.ts';
import { consumersOf, type Graph, type GraphNode, type OpKind } from '../../graph/graph.ts';

/**
 * Sums of x_i times row i of a table, over the entries that share a slot: all entries of a row (`row`), those of one
 * field of a row (`field`), or each entry for itself (`position`, where rows are filled up with zeros).
 */
export interface Lookup {
  /** The node whose output it is. */
  readonly node: string;
  /** Parameter id of the table. */
  readonly table: string;
  readonly by: 'row' | 'position' | 'field';
}

type LookupRule<Op extends OpKind> = (node: GraphNode<Op>, graph: Graph) => Omit<Lookup, 'node'> | null;

/** An embedding that is only concatenated is looked up by field and not as a set. */
const lookupRules: { readonly [Op in OpKind]?: LookupRule<Op> } = {
  linear: ({ id }) => ({ table: `${id}.w`, by: 'row' }),
  embedding: ({ id }, graph) =>
    consumersOf(graph, id).every(({ op }) => op === 'concat') ? null : { table: `${id}.V`, by: 'position' },
  concat: ({ inputs: [embedding] }) => ({ table: `${embedding}.V`, by: 'field' }),
};

/** What a graph looks up, in the order of its nodes. */
export function lookupsOf(graph: Graph): readonly Lookup[] {
  return graph.nodes.flatMap((node) => {
    const lookup = (lookupRules[node.op] as LookupRule<OpKind> | undefined)?.(node, graph);
    return lookup ? [{ node: node.id, ...lookup }] : [];
  });
}

/** The sums of a lookup: `count` slots of `width` numbers. @param slots the slot of each entry of the batch */
export function gather(
  table: Float32Array,
  width: number,
  { ids, values }: Dataset,
  slots: Int32Array,
  count: number,
): Float32Array {
  const sums = new Float32Array(count * width);
  for (let e = 0; e < ids.length; e++) {
    const x = values ? values[e] : 1;
    for (let from = ids[e] * width, to = slots[e] * width, end = to + width; to < end; )
      sums[to++] += x * table[from++];
  }
  return sums;
}

/** Adds the gradient of a lookup's sums to the gradients of the rows that it read; entry e read row `rowOf[e]` of `into`. */
export function scatter(
  into: Float32Array,
  rowOf: Int32Array,
  width: number,
  { ids, values }: Dataset,
  slots: Int32Array,
  gradient: Float32Array,
): void {
  for (let e = 0; e < ids.length; e++) {
    const x = values ? values[e] : 1;
    for (let from = slots[e] * width, to = rowOf[e] * width, end = to + width; to < end; )
      into[to++] += x * gradient[from++];
  }
}

/** The distinct ids of a batch, and for each entry the place of its id among them. */
export interface Distinct {
  readonly ids: Int32Array;
  readonly placeOf: Int32Array;
}

/**
 * @param places memory of one number a feature; what stands in it does not matter, so it need not be cleared, and a
 * step that was cut off leaves nothing wrong behind
 */
export function distinct(ids: Int32Array, places: Int32Array): Distinct {
  const found = new Int32Array(ids.length);
  const placeOf = new Int32Array(ids.length);
  let count = 0;
  for (let e = 0; e < ids.length; e++) {
    const id = ids[e];
    let place = places[id];
    if (!(place < count && found[place] === id)) {
      places[id] = place = count;
      found[count++] = id;
    }
    placeOf[e] = place;
  }
  return { ids: found.subarray(0, count), placeOf };
}
