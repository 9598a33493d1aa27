import { expect, test } from 'vitest';
import { printShape, sameShape, shapesOf } from '../../../src/kernel/graph/shape.ts';
import { everyOp } from './sample.ts';

test('every op has its shape', () => {
  expect(Object.fromEntries([...shapesOf(everyOp)].map(([id, shape]) => [id, printShape(shape)]))).toEqual({
    input: 'sparse(12)',
    linear: 'scalar',
    embedding: 'set of 4-vectors',
    biInteraction: 'vector(4)',
    anova3: 'vector(4)',
    attention: 'vector(4)',
    concat: 'vector(8)',
    pairs: 'vector(4)',
    second: 'scalar',
    dense1: 'vector(5)',
    batchNorm1: 'vector(5)',
    activation1: 'vector(5)',
    dropout1: 'vector(5)',
    gate: 'vector(3)',
    dense2: 'vector(2)',
    deep: 'scalar',
    flat: 'scalar',
    add: 'scalar',
    output: 'scalar',
  });
});

test('sets remember the number of fields, and an input without fields has none', () => {
  expect(shapesOf(everyOp).get('embedding')).toEqual({ kind: 'set', factors: 4, fields: 2 });
});

test('shapes are the same when kind and size are', () => {
  expect(sameShape({ kind: 'vector', size: 3 }, { kind: 'vector', size: 3 })).toBe(true);
  expect(sameShape({ kind: 'vector', size: 3 }, { kind: 'vector', size: 4 })).toBe(false);
  expect(sameShape({ kind: 'scalar' }, { kind: 'scalar' })).toBe(true);
  expect(sameShape({ kind: 'scalar' }, { kind: 'vector', size: 1 })).toBe(false);
});
