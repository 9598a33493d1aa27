/** A graph with every op, written by hand: the rooms above are not needed to test this one. */

import type { Graph, GraphNode } from '../../../src/kernel/graph/graph.ts';

const nodes: readonly GraphNode[] = [
  {
    id: 'input',
    op: 'input',
    inputs: [],
    attributes: {
      features: 12,
      fields: [
        { name: 'user', offset: 0, size: 5 },
        { name: 'item', offset: 5, size: 7 },
      ],
    },
  },
  { id: 'linear', op: 'linear', inputs: ['input'], attributes: { bias: true, l1: 0.5 } },
  { id: 'embedding', op: 'embedding', inputs: ['input'], attributes: { factors: 4, initStdev: 0.01, l2: 0.1 } },
  { id: 'biInteraction', op: 'biInteraction', inputs: ['embedding'], attributes: {} },
  { id: 'anova3', op: 'anova', inputs: ['embedding'], attributes: { order: 3 } },
  { id: 'attention', op: 'attention', inputs: ['embedding'], attributes: { units: 3, dropout: 0.2, l2: 2, l1: 1 } },
  { id: 'concat', op: 'concat', inputs: ['embedding'], attributes: {} },
  { id: 'pairs', op: 'add', inputs: ['biInteraction', 'anova3', 'attention'], attributes: {} },
  { id: 'second', op: 'sum', inputs: ['pairs'], attributes: {} },
  { id: 'dense1', op: 'dense', inputs: ['concat'], attributes: { units: 5, biasInit: 'normal', l2: 0.2 } },
  { id: 'batchNorm1', op: 'batchNorm', inputs: ['dense1'], attributes: { decay: 0.9, epsilon: 0.001 } },
  { id: 'activation1', op: 'activation', inputs: ['batchNorm1'], attributes: { function: 'tanh' } },
  { id: 'dropout1', op: 'dropout', inputs: ['activation1'], attributes: { ratio: 0.5 } },
  {
    id: 'gate',
    op: 'layer',
    inputs: ['dropout1'],
    attributes: {
      name: 'gate',
      code: '(x, p, tf) => tf.matMul(tf.mul(x, tf.sigmoid(p.strength)), p.W)',
      parameters: { strength: { shape: [5], init: 'zeros' }, W: { shape: [5, 3], init: 'glorot' } },
      shape: [3],
    },
  },
  { id: 'dense2', op: 'dense', inputs: ['gate'], attributes: { units: 2, biasInit: 'zeros' } },
  { id: 'deep', op: 'prediction', inputs: ['dense2'], attributes: { bias: true, init: 'normal', l2: 0.3 } },
  { id: 'flat', op: 'prediction', inputs: ['biInteraction'], attributes: { bias: false, init: 'ones' } },
  { id: 'add', op: 'add', inputs: ['linear', 'second', 'deep', 'flat'], attributes: {} },
  { id: 'output', op: 'output', inputs: ['add'], attributes: { task: 'binary' } },
];

export const everyOp: Graph = { version: 1, name: 'every op', nodes, output: 'output' };

/** `everyOp` with some nodes replaced, by id. */
export const withNodes = (...changed: readonly GraphNode[]): Graph => ({
  ...everyOp,
  nodes: nodes.map((node) => changed.find((c) => c.id === node.id) ?? node),
});

/** The graph of just these nodes. */
export const graphOf = (...own: readonly GraphNode[]): Graph => ({
  version: 1,
  name: 'g',
  nodes: own,
  output: 'output',
});

export const node = (id: string): GraphNode => nodes.find((n) => n.id === id)!;
