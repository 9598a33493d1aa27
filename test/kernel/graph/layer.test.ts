import { expect, test } from 'vitest';
import { GraphError } from '../../../src/kernel/graph/errors.ts';
import type { LayerInit, OpAttributes } from '../../../src/kernel/graph/graph.ts';
import { parametersOf } from '../../../src/kernel/graph/params.ts';
import { summary } from '../../../src/kernel/graph/print.ts';
import { shapesOf } from '../../../src/kernel/graph/shape.ts';
import { node, withNodes } from './sample.ts';

const right = (node('gate') as { attributes: OpAttributes['layer'] }).attributes;

/** A graph whose layer has these attributes, as a file could have them. */
const layered = (attributes: object) =>
  withNodes({ id: 'gate', op: 'layer', inputs: ['dropout1'], attributes: { ...right, ...attributes } });

const broken: readonly [object, string][] = [
  [{ name: 'a b' }, 'expected as name a letter, then letters, digits and _, got "a b" (string)'],
  [{ name: '__proto__' }, 'expected as name a letter, then letters, digits and _, got "__proto__" (string)'],
  [{ name: undefined }, 'expected as name a letter, then letters, digits and _, got undefined'],
  [{ code: 3 }, 'expected as code the text of a function (x, p, tf), got 3 (number)'],
  [{ code: ' ' }, 'expected as code the text of a function (x, p, tf), got " " (string)'],
  [{ shape: [] }, 'expected as shape one positive integer in brackets, as [64], got [] (array)'],
  [{ shape: [3, 2] }, 'expected as shape one positive integer in brackets, as [64], got [3,2] (array)'],
  [{ shape: [0] }, 'expected as shape one positive integer in brackets, as [64], got [0] (array)'],
  [{ shape: 3 }, 'expected as shape one positive integer in brackets, as [64], got 3 (number)'],
  [{ parameters: [] }, 'expected as parameters an object { name: { shape, init } }, got [] (array)'],
  [
    { parameters: { 'a.b': { shape: [1], init: 'ones' } } },
    'expected as name of a parameter a letter, then letters, digits and _, got "a.b" (string)',
  ],
  [{ parameters: { w: null } }, 'expected as parameter "w" an object { shape, init }, got null'],
  [
    { parameters: { w: { shape: [2, -1], init: 'ones' } } },
    'expected as shape of "w" up to 6 positive integers in brackets, got [2,-1] (array)',
  ],
  [
    { parameters: { w: { shape: [1, 1, 1, 1, 1, 1, 1], init: 'ones' } } },
    'expected as shape of "w" up to 6 positive integers in brackets, got [1,1,1,1,1,1,1] (array)',
  ],
  [
    { parameters: { w: { shape: [2], init: 'random' } } },
    'expected as init of "w" one of "zeros", "ones", "glorot", "normal", got "random" (string)',
  ],
];

test.each(broken)('a layer with %o is refused', (attributes, message) => {
  expect(() => shapesOf(layered(attributes))).toThrow(new GraphError(`layer "gate": ${message}`));
});

const starts: readonly [LayerInit, readonly number[], object][] = [
  ['zeros', [4], { kind: 'constant', value: 0 }],
  ['ones', [2, 2], { kind: 'constant', value: 1 }],
  ['normal', [2, 2], { kind: 'normal', stdev: 0.01 }],
  ['glorot', [], { kind: 'normal', stdev: 1 }],
  ['glorot', [7], { kind: 'normal', stdev: 0.5 }], // 7 inputs, 1 output
  ['glorot', [5, 3], { kind: 'normal', stdev: 0.5 }],
  ['glorot', [2, 2, 3, 1], { kind: 'normal', stdev: Math.sqrt(2 / 16) }], // 4 matrices of 3 inputs, 1 output
];

test.each(starts)('%s of %o', (init, shape, initialiser) => {
  const [parameter] = parametersOf(layered({ parameters: { w: { shape, init } } })).filter((p) => p.node === 'gate');
  expect(parameter).toEqual({ id: 'gate.w', node: 'gate', name: 'w', shape, initialiser, role: 'dense', l2: 0, l1: 0 });
});

test('long code is one short line of the summary', () => {
  const code = `(x, p, tf) => {\n  const y = tf.sigmoid(x);\n  return tf.matMul(tf.mul(x, y), p.W); // ${'-'.repeat(99)}\n}`;
  const line = summary(layered({ code }))
    .split('\n')
    .find((text) => text.startsWith('gate'))!;
  expect(line).toContain('layer (x, p, tf) => { const y = tf.sigmoid(x)…  ');
});
