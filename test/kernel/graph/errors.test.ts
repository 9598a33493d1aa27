import { expect, test } from 'vitest';
import { GraphError } from '../../../src/kernel/graph/errors.ts';
import type { Graph, GraphNode } from '../../../src/kernel/graph/graph.ts';
import { shapesOf } from '../../../src/kernel/graph/shape.ts';
import { everyOp, graphOf, node, withNodes } from './sample.ts';

const reading = (id: string, ...inputs: string[]): GraphNode => ({ ...node(id), inputs }) as GraphNode;

const broken: readonly [string, Graph, string][] = [
  [
    'dense on a set',
    withNodes(reading('dense1', 'embedding')),
    'dense "dense1" needs a vector input, got a set of 4-vectors; pool the set first with biInteraction(), anova(), attention() or concat()',
  ],
  [
    'pooling of the input',
    withNodes(reading('biInteraction', 'input')),
    'biInteraction "biInteraction" needs a set input, got the sparse input; look the features up first with embed()',
  ],
  [
    'a layer on the input',
    withNodes(reading('dense1', 'input')),
    'dense "dense1" needs a vector input, got the sparse input; look the features up with embed(), then pool them with biInteraction(), anova(), attention() or concat()',
  ],
  [
    'a layer on the score',
    withNodes(reading('dense1', 'second')),
    'dense "dense1" needs a vector input, got a scalar; layers come before sum() and the prediction layer',
  ],
  [
    'output of a set',
    withNodes(reading('output', 'embedding')),
    'output "output" needs a scalar input, got a set of 4-vectors; pool the set with biInteraction(), anova(), attention() or concat(), then reduce the vector with sum() or a prediction layer',
  ],
  [
    'output of the input',
    withNodes(reading('output', 'input')),
    'output "output" needs a scalar input, got the sparse input; reduce it first with linear()',
  ],
  [
    'pooling of a vector',
    withNodes(reading('attention', 'biInteraction')),
    'attention "attention" needs a set input, got a vector of 4; pooling comes once, right after embed()',
  ],
  [
    'output of a vector',
    withNodes(reading('output', 'pairs')),
    'output "output" needs a scalar input, got a vector of 4; reduce the vector first with sum() or a prediction layer',
  ],
  [
    'embedding of a scalar',
    graphOf(node('input'), node('linear'), reading('embedding', 'linear')),
    'embedding "embedding" needs a sparse input, got a scalar; connect it to the input',
  ],
  ['one input too many', withNodes(reading('second', 'pairs', 'pairs')), 'sum "second" takes 1 input, got 2'],
  [
    'an input that reads',
    graphOf(reading('input', 'input')),
    'input "input" reads "input", which is not an earlier node',
  ],
  [
    'a second input that reads',
    graphOf(node('input'), { ...reading('input', 'input'), id: 'again' } as GraphNode),
    'input "again" takes no input, got 1',
  ],
  ['an addition of one', withNodes(reading('add', 'linear')), 'add "add" takes at least 2 inputs, got 1'],
  [
    'unequal addends',
    withNodes(reading('pairs', 'biInteraction', 'concat')),
    'add "pairs" adds equal shapes, got a vector of 4 and a vector of 8',
  ],
  [
    'a set as addend',
    withNodes(reading('pairs', 'biInteraction', 'embedding')),
    'add "pairs" needs a vector input, got a set of 4-vectors; pool the set first with biInteraction(), anova(), attention() or concat()',
  ],
  [
    'concat without fields',
    withNodes({ id: 'input', op: 'input', inputs: [], attributes: { features: 12, fields: [] } }),
    'concat "concat" puts one vector per field side by side, but the input has no fields; give a schema or a feature map, or take fields from the position in the row (fieldsFromPosition)',
  ],
  [
    'a repeated id',
    graphOf(node('input'), node('linear'), node('linear')),
    'the graph has two nodes "linear"; ids must differ',
  ],
  [
    'a later node as input',
    withNodes(reading('biInteraction', 'dense1')),
    'biInteraction "biInteraction" reads "dense1", which is not an earlier node',
  ],
  ['no node at all', graphOf(), 'graph "g" must start with its input node'],
  [
    'no output',
    { ...everyOp, nodes: everyOp.nodes.slice(0, -1) },
    'graph "every op" must end with its output node "output"',
  ],
  ['another output', { ...everyOp, output: 'add' }, 'graph "every op" must end with its output node "add"'],
];

test.each(broken)('%s', (_, graph, message) => {
  expect(() => shapesOf(graph)).toThrow(new GraphError(message));
});
