/** Every message about a graph. */

import type { Graph, GraphNode } from './graph.ts';
import type { Shape } from './shape.ts';

export class GraphError extends Error {
  override name = 'GraphError';
}

/** What to put before an op so that it gets the kind of input it needs. */
const adviceFor: Readonly<Record<Shape['kind'], string>> = {
  sparse: 'connect it to the input',
  set: 'look the features up first with embed()',
  vector: 'pool the set first with biInteraction(), attention() or concat()',
  scalar: 'reduce the vector first with sum() or a prediction layer',
};

const text = (shape: Shape): string =>
  shape.kind === 'set'
    ? `a set of ${shape.factors}-vectors`
    : shape.kind === 'vector'
      ? `a vector of ${shape.size}`
      : shape.kind === 'sparse'
        ? 'the sparse input'
        : 'a scalar';

const named = (node: GraphNode): string => `${node.op} "${node.id}"`;

export const graphErrors = {
  inputCount: (node: GraphNode, expected: number, got: number) =>
    new GraphError(
      `${named(node)} takes ${expected === 0 ? 'no input' : `${node.op === 'add' ? 'at least ' : ''}${expected} input${expected > 1 ? 's' : ''}`}, got ${got}`,
    ),
  wrongInput: (node: GraphNode, kind: Shape['kind'], got: Shape) =>
    new GraphError(`${named(node)} needs a ${kind} input, got ${text(got)}; ${adviceFor[kind]}`),
  unequal: (node: GraphNode, first: Shape, other: Shape) =>
    new GraphError(`${named(node)} adds equal shapes, got ${text(first)} and ${text(other)}`),
  fieldsNeeded: (node: GraphNode) =>
    new GraphError(
      `${named(node)} puts one vector per field side by side, but the input has no fields; ` +
        'give a schema or a feature map, or take fields from the position in the row (fieldsFromPosition)',
    ),
  duplicateId: (node: GraphNode) => new GraphError(`the graph has two nodes "${node.id}"; ids must differ`),
  unknownInput: (node: GraphNode, id: string) =>
    new GraphError(`${named(node)} reads "${id}", which is not an earlier node`),
  noInput: (graph: Graph) => new GraphError(`graph "${graph.name}" must start with its input node`),
  noOutput: (graph: Graph) => new GraphError(`graph "${graph.name}" must end with its output node "${graph.output}"`),
};
