import { expect, test } from 'vitest';
import { consumersOf, freeze, inputOf, nodeOf, outputOf } from '../../../src/kernel/graph/graph.ts';
import { everyOp } from './sample.ts';

test('nodes are found by id, by role and by what they read', () => {
  expect(nodeOf(everyOp, 'dense2').op).toBe('dense');
  expect(inputOf(everyOp).attributes.features).toBe(12);
  expect(outputOf(everyOp).attributes.task).toBe('binary');
  expect(consumersOf(everyOp, 'biInteraction').map((n) => n.id)).toEqual(['pairs', 'flat']);
  expect(() => nodeOf(everyOp, 'dense9')).toThrow('graph "every op" has no node "dense9"');
});

test('freeze goes all the way down and gives the same value back', () => {
  const value = { list: [{ n: 1 }], none: null };
  expect(freeze(value)).toBe(value);
  expect(() => {
    value.list[0].n = 2;
  }).toThrow(TypeError);
  expect(() => value.list.push({ n: 3 })).toThrow(TypeError);
});
