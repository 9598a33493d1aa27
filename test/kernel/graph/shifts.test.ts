import { expect, test } from 'vitest';
import type { Graph, GraphNode } from '../../../src/kernel/graph/graph.ts';
import { shapesOf } from '../../../src/kernel/graph/shape.ts';
import { removedShifts } from '../../../src/kernel/graph/shifts.ts';

const attributes = {
  norm: { decay: 0.9, epsilon: 1e-3 },
  dense: { units: 4, biasInit: 'normal' },
} as const;

/** A graph whose middle reads `pooled` (a vector of 4) and ends in the vectors `ends`, each given to a prediction. */
function graphOf(middle: readonly GraphNode[], ends: readonly string[]): Graph {
  const scores = ends.map(
    (id, i): GraphNode => ({
      id: `score${i}`,
      op: 'prediction',
      inputs: [id],
      attributes: { bias: true, init: 'normal' },
    }),
  );
  const nodes: GraphNode[] = [
    { id: 'input', op: 'input', inputs: [], attributes: { features: 3, fields: [] } },
    { id: 'linear', op: 'linear', inputs: ['input'], attributes: { bias: true } },
    { id: 'embedding', op: 'embedding', inputs: ['input'], attributes: { factors: 4, initStdev: 0.01 } },
    { id: 'pooled', op: 'biInteraction', inputs: ['embedding'], attributes: {} },
    ...middle,
    ...scores,
    { id: 'sum', op: 'add', inputs: ['linear', ...scores.map((n) => n.id)], attributes: {} },
    { id: 'output', op: 'output', inputs: ['sum'], attributes: { task: 'regression' } },
  ];
  const graph: Graph = { version: 1, name: 'test', nodes, output: 'output' };
  shapesOf(graph); // well formed
  return graph;
}

const dense = (id: string, input: string): GraphNode => ({
  id,
  op: 'dense',
  inputs: [input],
  attributes: attributes.dense,
});
const norm = (id: string, input: string): GraphNode => ({
  id,
  op: 'batchNorm',
  inputs: [input],
  attributes: attributes.norm,
});
const activation = (id: string, input: string, name: 'relu' | 'identity'): GraphNode => ({
  id,
  op: 'activation',
  inputs: [input],
  attributes: { function: name },
});
const dropout = (id: string, input: string, ratio: number): GraphNode => ({
  id,
  op: 'dropout',
  inputs: [input],
  attributes: { ratio },
});
const add = (id: string, ...inputs: string[]): GraphNode => ({ id, op: 'add', inputs, attributes: {} });

const removed = (middle: readonly GraphNode[], ends: readonly string[], pairwise?: boolean) => [
  ...removedShifts(graphOf(middle, ends), pairwise),
];

test('a bias straight before batch norm is removed; without batch norm nothing is', () => {
  expect(removed([dense('d', 'pooled'), norm('n', 'd')], ['n'])).toEqual(['d.b']);
  expect(removed([dense('d', 'pooled')], ['d'])).toEqual([]);
});

test('every path must lead into a batch norm', () => {
  expect(removed([dense('d', 'pooled'), norm('n', 'd')], ['n', 'd'])).toEqual([]);
  expect(removed([dense('d', 'pooled'), norm('n', 'd'), norm('m', 'd')], ['n', 'm'])).toEqual(['d.b']);
});

test('a shift passes through linear maps: the first β of BN, dense, BN and both biases of two layers', () => {
  expect(removed([norm('n', 'pooled'), dense('d', 'n'), norm('m', 'd')], ['m'])).toEqual(['n.beta', 'd.b']);
  expect(removed([dense('d', 'pooled'), dense('e', 'd'), norm('n', 'e')], ['n'])).toEqual(['d.b', 'e.b']);
  expect(removed([dense('d', 'pooled'), activation('a', 'd', 'identity'), norm('n', 'a')], ['n'])).toEqual(['d.b']);
  expect(removed([dense('d', 'pooled'), dropout('o', 'd', 0), norm('n', 'o')], ['n'])).toEqual(['d.b']);
});

test('an activation or dropout in between keeps it', () => {
  expect(removed([dense('d', 'pooled'), activation('a', 'd', 'relu'), norm('n', 'a')], ['n'])).toEqual([]);
  expect(removed([dense('d', 'pooled'), dropout('o', 'd', 0.2), norm('n', 'o')], ['n'])).toEqual([]);
  expect(removed([norm('n', 'pooled'), dropout('o', 'n', 0.2), dense('d', 'o'), norm('m', 'd')], ['m'])).toEqual([
    'd.b',
  ]);
});

test('a residual unit with batch norm behind the addition loses its outer bias only', () => {
  const unit = [
    dense('inner', 'pooled'),
    activation('u', 'inner', 'relu'),
    dense('outer', 'u'),
    add('s', 'pooled', 'outer'),
    norm('n', 's'),
  ];
  expect(removed(unit, ['n'])).toEqual(['outer.b']);
  expect(removed(unit, ['n', 's'])).toEqual([]);
});

test('a pairwise loss cancels every constant of the score', () => {
  expect(removed([dense('d', 'pooled')], ['d'], true)).toEqual(['linear.w0', 'd.b', 'score0.b']);
  expect(removed([dense('d', 'pooled'), activation('a', 'd', 'relu')], ['a'], true)).toEqual(['linear.w0', 'score0.b']);
});
