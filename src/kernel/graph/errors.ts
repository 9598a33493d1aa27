/** Every message about a graph. */

import { describe } from '../base/options.ts';
import type { Graph, GraphNode } from './graph.ts';
import type { Shape } from './shape.ts';

export class GraphError extends Error {
  override name = 'GraphError';
}

type Kind = Shape['kind'];

const pooling = 'biInteraction(), anova(), attention() or concat()';
const pooledOnce = 'pooling comes once, right after embed()';
const fromInput = 'connect it to the input';

/** What to do, by the kind of input that an op needs and the kind that it got. */
const adviceFor: { readonly [Needed in Kind]: { readonly [Got in Exclude<Kind, Needed>]: string } } = {
  sparse: { set: fromInput, vector: fromInput, scalar: fromInput },
  set: { sparse: 'look the features up first with embed()', vector: pooledOnce, scalar: pooledOnce },
  vector: {
    sparse: `look the features up with embed(), then pool them with ${pooling}`,
    set: `pool the set first with ${pooling}`,
    scalar: 'layers come before sum() and the prediction layer',
  },
  scalar: {
    sparse: 'reduce it first with linear()',
    set: `pool the set with ${pooling}, then reduce the vector with sum() or a prediction layer`,
    vector: 'reduce the vector first with sum() or a prediction layer',
  },
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
  wrongInput: (node: GraphNode, needed: Kind, got: Shape) => {
    const advice = (adviceFor[needed] as Readonly<Partial<Record<Kind, string>>>)[got.kind];
    return new GraphError(`${named(node)} needs a ${needed} input, got ${text(got)}; ${advice}`);
  },
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
  wrongLayer: (node: GraphNode<'layer'>, what: string, expected: string, got: unknown) =>
    new GraphError(`${named(node)}: expected as ${what} ${expected}, got ${describe(got)}`),
  notAGraph: (expected: string, got: unknown) =>
    new GraphError(`expected a graph with ${expected}, got ${describe(got)}`),
  unknownAttribute: (node: GraphNode, name: string, known: readonly string[]) =>
    new GraphError(`${named(node)} has no attribute "${name}"; it has ${known.join(', ') || 'none'}`),
  wrongAttribute: (node: GraphNode, name: string, expected: string, got: unknown) =>
    new GraphError(`${named(node)}: "${name}" must be ${expected}, got ${describe(got)}`),
  lateLinear: () => new GraphError('linear() comes once, right after input()'),
  noEmbedding: () => new GraphError('embedAgain() needs an earlier embedding; use embed()'),
  unfinishedTerm: (call: string, node: GraphNode) =>
    new GraphError(`${named(node)} is not in the score yet; end its term with sum() or predict() before ${call}`),
  noInput: (graph: Graph) => new GraphError(`graph "${graph.name}" must start with its input node`),
  noOutput: (graph: Graph) => new GraphError(`graph "${graph.name}" must end with its output node "${graph.output}"`),
};
