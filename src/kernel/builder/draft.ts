/** A graph that is being built: only ever copied with one more node, so that a stage can be used any number of times. */

import type { GraphNode, OpAttributes, OpKind } from '../graph/graph.ts';
import { type Shape, shapeOf } from '../graph/shape.ts';

export interface Draft {
  readonly nodes: readonly GraphNode[];
  readonly shapes: ReadonlyMap<string, Shape>;
  /** The node that the next layer reads. */
  readonly at: string;
  /** The scalars that the score adds up. */
  readonly terms: readonly string[];
  /** The last embedding. */
  readonly embedding: string | null;
  /** Hidden layers so far; pooling is layer 0. Layers are numbered over all terms. */
  readonly layers: number;
  /** How a prediction layer placed here starts, unless told otherwise. */
  readonly start: 'ones' | 'normal';
}

export const emptyDraft: Draft = {
  nodes: [],
  shapes: new Map(),
  at: '',
  terms: [],
  embedding: null,
  layers: 0,
  start: 'normal',
};

/**
 * The draft with one more node, which reads the current node unless `inputs` says otherwise and becomes the current one.
 * A second node of the same name gets the id `<name>_2`, a third `<name>_3`.
 * @throws GraphError where the op cannot take these inputs
 */
export function append<Op extends OpKind>(
  draft: Draft,
  op: Op,
  name: string,
  attributes: OpAttributes[Op],
  inputs: readonly string[] = [draft.at],
): Draft {
  const id = freeId(draft, name);
  const node = { id, op, inputs, attributes } as GraphNode;
  const shape = shapeOf(
    node,
    inputs.map((input) => draft.shapes.get(input)!),
  );
  return { ...draft, nodes: [...draft.nodes, node], shapes: new Map(draft.shapes).set(id, shape), at: id };
}

function freeId(draft: Draft, name: string): string {
  let id = name;
  for (let n = 2; draft.shapes.has(id); n++) id = `${name}_${n}`;
  return id;
}

/** The draft whose current scalar is one more term of the score. */
export const endTerm = (draft: Draft): Draft => ({ ...draft, terms: [...draft.terms, draft.at] });
