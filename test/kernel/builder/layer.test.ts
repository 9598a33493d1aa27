import { expect, test } from 'vitest';
import { OptionError } from '../../../src/kernel/base/options.ts';
import { input } from '../../../src/kernel/builder/input.ts';
import type { LayerFunction, LayerOptions } from '../../../src/kernel/builder/layer.ts';
import type { GraphNode } from '../../../src/kernel/graph/graph.ts';
import { countParameters } from '../../../src/kernel/graph/params.ts';

const pooled = input({ user: 30, item: 20 }).embed(4).biInteraction();

const attributesOf = (options: LayerOptions, apply: LayerFunction) => {
  const { nodes } = pooled.layer('gate', options, apply).output('binary').graph;
  return (nodes.find(({ op }) => op === 'layer') as GraphNode<'layer'>).attributes;
};

test('a layer keeps its width, its text, and its parameters as they are declared', () => {
  const model = pooled
    .layer('gate', { parameters: { strength: { shape: [4], init: 'zeros' } } }, (x, p, tf) =>
      tf.mul(x, tf.sigmoid(p.strength)),
    )
    .layer('narrow', { parameters: { W: [4, 3] }, shape: [3] }, (x, p, tf) => tf.matMul(x, p.W))
    .hidden(2)
    .output('binary');
  const [gate, narrow, dense] = model.graph.nodes.slice(3);
  expect(gate).toEqual({
    id: 'gate',
    op: 'layer',
    inputs: ['biInteraction'],
    attributes: {
      name: 'gate',
      code: '(x, p, tf) => tf.mul(x, tf.sigmoid(p.strength))',
      parameters: { strength: { shape: [4], init: 'zeros' } },
      shape: [4],
    },
  });
  expect(narrow).toMatchObject({
    id: 'narrow',
    inputs: ['gate'],
    attributes: { parameters: { W: { shape: [4, 3], init: 'glorot' } }, shape: [3] },
  });
  expect(dense).toMatchObject({ id: 'dense1', inputs: ['narrow'] });
  expect(countParameters(model.graph).weights).toBe(50 * 4 + 4 + 4 * 3 + (3 * 2 + 2) + 2);
});

test('lists that the user goes on using stay the user’s', () => {
  const size = [4];
  attributesOf({ parameters: { a: size, b: { shape: size } }, shape: size }, (x) => x);
  expect(Object.isFrozen(size)).toBe(false);
});

test('a prediction layer after it starts as after a hidden layer', () => {
  const { graph } = pooled.layer('gate', {}, (x) => x).output('binary');
  expect(graph.nodes.find(({ op }) => op === 'prediction')!.attributes).toEqual({ bias: false, init: 'normal' });
});

test('function expressions and arrows of one bare parameter are functions', () => {
  expect(attributesOf({}, new Function('return function gate(x) { return x; }')()).code).toBe(
    'function gate(x) { return x; }',
  );
  expect(attributesOf({}, new Function('return x => x')()).code).toBe('x => x');
  expect(attributesOf({}, new Function('return async => async')()).code).toBe('async => async');
});

/** Functions of which the text alone is not one, or does not compute at once. */
const unfit: readonly [string, unknown, string][] = [
  ['nothing', undefined, 'got undefined'],
  ['text', '(x) => x', 'got "(x) => x" (string)'],
  ['an async arrow', async (x: unknown) => x, 'got an AsyncFunction; layers compute at once'],
  ['a generator', function* () {}, 'got a GeneratorFunction; layers compute at once'],
  ['an async method', { async gate() {} }.gate, 'got an AsyncFunction'],
  ['a native function', Math.abs, 'got a native or bound function'],
  ['a bound function', (() => {}).bind(null), 'got a native or bound function'],
  ['a method', { gate() {} }.gate, 'a method or class; write an arrow function'],
  ['a computed method', { [Symbol.iterator]() {} }[Symbol.iterator], 'a method or class; write an arrow function'],
  ['a class', class {}, 'a method or class; write an arrow function'],
];

test.each(unfit)('%s is refused', (_, apply, message) => {
  const call = () => attributesOf({}, apply as LayerFunction);
  expect(call).toThrow(OptionError);
  expect(call).toThrow('layer("gate"): expected a function, (x, p, tf) => a tensor made of x, ');
  expect(call).toThrow(message);
});

test('wrong options and parameters name the layer', () => {
  const wrong = (options: object) => () => attributesOf(options, (x) => x);
  expect(wrong({ parameters: { w: { shape: [4], start: 'ones' } } })).toThrow(
    'layer("gate"), parameter "w": unknown option "start"',
  );
  expect(wrong({ parameters: { w: 4 } })).toThrow('layer("gate"), parameter "w": expected an options object, got 4');
  expect(wrong({ parameters: { w: { init: 'ones' } } })).toThrow('layer "gate": expected as shape of "w"');
  expect(wrong({ parameters: [4] })).toThrow('layer("gate"), parameter "0"');
});
