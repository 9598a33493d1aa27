/** Shapes: one rule per op, and the check that a whole graph fits together. */

import { graphErrors } from './errors.ts';
import type { Graph, GraphNode, OpKind } from './graph.ts';
import { checkLayer } from './layer.ts';

/** What flows along an edge, for one row. */
export type Shape =
  | { readonly kind: 'sparse'; readonly features: number; readonly fields: number }
  | { readonly kind: 'set'; readonly factors: number; readonly fields: number }
  | { readonly kind: 'vector'; readonly size: number }
  | { readonly kind: 'scalar' };

type ShapeRule<Op extends OpKind> = (node: GraphNode<Op>, inputs: readonly Shape[]) => Shape;

const scalar: Shape = { kind: 'scalar' };

/** The only input of a node, which must have the wanted kind. */
function only<K extends Shape['kind']>(
  node: GraphNode,
  inputs: readonly Shape[],
  kind: K,
): Extract<Shape, { kind: K }> {
  if (inputs.length !== 1) throw graphErrors.inputCount(node, 1, inputs.length);
  if (inputs[0].kind !== kind) throw graphErrors.wrongInput(node, kind, inputs[0]);
  return inputs[0] as Extract<Shape, { kind: K }>;
}

const shapeRules: { [Op in OpKind]: ShapeRule<Op> } = {
  input: (node, inputs) => {
    if (inputs.length) throw graphErrors.inputCount(node, 0, inputs.length);
    return { kind: 'sparse', features: node.attributes.features, fields: node.attributes.fields.length };
  },
  linear: (node, inputs) => {
    only(node, inputs, 'sparse');
    return scalar;
  },
  embedding: (node, inputs) => ({
    kind: 'set',
    factors: node.attributes.factors,
    fields: only(node, inputs, 'sparse').fields,
  }),
  biInteraction: (node, inputs) => ({ kind: 'vector', size: only(node, inputs, 'set').factors }),
  anova: (node, inputs) => ({ kind: 'vector', size: only(node, inputs, 'set').factors }),
  concat: (node, inputs) => {
    const set = only(node, inputs, 'set');
    if (set.fields === 0) throw graphErrors.fieldsNeeded(node);
    return { kind: 'vector', size: set.factors * set.fields };
  },
  attention: (node, inputs) => ({ kind: 'vector', size: only(node, inputs, 'set').factors }),
  dense: (node, inputs) => {
    only(node, inputs, 'vector');
    return { kind: 'vector', size: node.attributes.units };
  },
  batchNorm: (node, inputs) => only(node, inputs, 'vector'),
  dropout: (node, inputs) => only(node, inputs, 'vector'),
  activation: (node, inputs) => only(node, inputs, 'vector'),
  layer: (node, inputs) => {
    only(node, inputs, 'vector');
    checkLayer(node);
    return { kind: 'vector', size: node.attributes.shape[0] };
  },
  add: (node, inputs) => {
    if (inputs.length < 2) throw graphErrors.inputCount(node, 2, inputs.length);
    for (const shape of inputs) {
      if (shape.kind !== 'vector' && shape.kind !== 'scalar') throw graphErrors.wrongInput(node, 'vector', shape);
      if (!sameShape(shape, inputs[0])) throw graphErrors.unequal(node, inputs[0], shape);
    }
    return inputs[0];
  },
  sum: (node, inputs) => {
    only(node, inputs, 'vector');
    return scalar;
  },
  prediction: (node, inputs) => {
    only(node, inputs, 'vector');
    return scalar;
  },
  output: (node, inputs) => only(node, inputs, 'scalar'),
};

/**
 * The shape of every node's output, by id; also the check that the graph is well formed.
 * @throws GraphError when ids repeat, an input is unknown or comes later, or shapes do not fit
 */
export function shapesOf(graph: Graph): ReadonlyMap<string, Shape> {
  const shapes = new Map<string, Shape>();
  for (const node of graph.nodes) {
    if (shapes.has(node.id)) throw graphErrors.duplicateId(node);
    const inputs = node.inputs.map((id) => {
      const shape = shapes.get(id);
      if (!shape) throw graphErrors.unknownInput(node, id);
      return shape;
    });
    shapes.set(node.id, shapeOf(node, inputs));
  }
  if (graph.nodes[0]?.op !== 'input') throw graphErrors.noInput(graph);
  const last = graph.nodes[graph.nodes.length - 1];
  if (last.op !== 'output' || last.id !== graph.output) throw graphErrors.noOutput(graph);
  return shapes;
}

/** The output shape of one node from the shapes of its inputs. */
export function shapeOf(node: GraphNode, inputs: readonly Shape[]): Shape {
  return (shapeRules[node.op] as ShapeRule<OpKind>)(node, inputs);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.kind === b.kind && (a.kind !== 'vector' || a.size === (b as { size: number }).size);
}

/** A shape as text: `vector(64)`, `set of 64-vectors`, `scalar`. */
export function printShape(shape: Shape): string {
  switch (shape.kind) {
    case 'sparse':
      return `sparse(${shape.features})`;
    case 'set':
      return `set of ${shape.factors}-vectors`;
    case 'vector':
      return `vector(${shape.size})`;
    case 'scalar':
      return 'scalar';
  }
}
