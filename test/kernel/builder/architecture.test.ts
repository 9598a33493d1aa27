import { expect, test } from 'vitest';
import { input } from '../../../src/kernel/builder/input.ts';
import type { Task } from '../../../src/kernel/graph/graph.ts';

const flat = <T extends Task>(task: T) => input({ user: 5, item: 3 }).linear().output(task);

test('another name gives another design over the same nodes', () => {
  const model = flat('regression');
  const named = model.named('baseline');
  expect([model.name, named.name]).toEqual(['model', 'baseline']);
  expect(named.graph.nodes).toBe(model.graph.nodes);
  expect(Object.isFrozen(named.graph)).toBe(true);
  expect(() => model.named('')).toThrow('named(): "name" must be a name, got "" (string)');
  // @ts-expect-error a name is needed
  expect(() => model.named()).toThrow('named(): "name" must be a name, got undefined');
});

test('says its task, parameters and fields', () => {
  const model = flat('binary');
  expect(model.task).toBe('binary');
  expect(model.parameters).toEqual({ weights: 9, batchNorm: 0 });
  expect(model.field('item')).toEqual({ name: 'item', offset: 5, size: 3 });
  expect(model.summary()).toContain('model: binary on 8 features');
});

test('a raw output means what the task says', () => {
  expect(flat('regression').prediction(1.5)).toBe(1.5);
  expect(flat('ranking').prediction(1.5)).toEqual({ score: 1.5 });
  const { logit, probability } = flat('binary').prediction(1.5);
  expect(logit).toBe(1.5);
  expect(probability).toBeCloseTo(0.8175744761936437, 15);
});

test('probabilities stay in [0, 1] for any logit', () => {
  const probability = (logit: number) => flat('binary').prediction(logit).probability;
  expect([probability(-1e4), probability(0), probability(1e4)]).toEqual([0, 0.5, 1]);
});
