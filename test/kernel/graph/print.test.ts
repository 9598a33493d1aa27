import { expect, test } from 'vitest';
import { summary } from '../../../src/kernel/graph/print.ts';
import { everyOp, graphOf, node, withNodes } from './sample.ts';

test('every op, as a table with totals and penalties', async () => {
  await expect(summary(everyOp)).toMatchFileSnapshot('../../golden/summary-every-op.txt');
});

test('without batch normalisation, penalties and fields there is nothing to say about them', () => {
  const graph = graphOf(
    { id: 'input', op: 'input', inputs: [], attributes: { features: 1500, fields: [] } },
    { id: 'linear', op: 'linear', inputs: ['input'], attributes: { bias: false } },
    { id: 'output', op: 'output', inputs: ['linear'], attributes: { task: 'regression' } },
  );
  expect(summary(graph)).toBe(
    `
g: regression on 1,500 features

node    layer              input   output shape  parameters  start
------  -----------------  ------  ------------  ----------  -----
input   input                      sparse(1500)
linear  linear no bias     input   scalar             1,500  w = 0
output  output regression  linear  scalar

parameters: 1,500
penalties:  none`.trimStart(),
  );
});

test('of many fields the first ten are named', () => {
  const fields = Array.from({ length: 12 }, (_, i) => ({ name: `f${i}`, offset: i, size: 1 }));
  const graph = withNodes({ id: 'input', op: 'input', inputs: [], attributes: { features: 12, fields } });
  expect(summary(graph).split('\n')[1]).toBe(
    'fields: f0 1, f1 1, f2 1, f3 1, f4 1, f5 1, f6 1, f7 1, f8 1, f9 1, 2 more',
  );
});

test('a graph that does not fit together is an error, not a table', () => {
  expect(() => summary(graphOf(node('input')))).toThrow('must end with its output node');
});
