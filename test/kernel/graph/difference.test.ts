import { expect, test } from 'vitest';
import { differenceOf, differenceText } from '../../../src/kernel/graph/difference.ts';
import { countParameters } from '../../../src/kernel/graph/params.ts';
import { fm, type ModelName, models, nfm } from '../../../src/kernel/models/index.ts';

const space = {
  features: 1000,
  fields: [
    { name: 'user', offset: 0, size: 400 },
    { name: 'item', offset: 400, size: 600 },
  ],
} as never;
const [plain, wide] = [
  nfm(space, { factors: 8, hidden: [8] }).graph,
  nfm(space, { factors: 16, hidden: [8, 4], l2: 0.1 }).graph,
];

test('from FM to NFM, in words', () => {
  expect(differenceText(fm(space, { factors: 8 }).graph, plain)).toMatchInlineSnapshot(`
    "FM → NFM-1: 7 nodes added, 1 node removed, 1 node changed; 9,001 → 9,113 trained parameters
    + batchNorm0 (batchNorm): 16 parameters
    + dropout0 (dropout)
    + dense1 (dense): 72 parameters
    + batchNorm1 (batchNorm): 16 parameters
    + activation1 (activation)
    + dropout1 (dropout)
    + prediction (prediction): 8 parameters
    ≠ add (add): input linear, sum → linear, prediction
    − sum (sum)"
  `);
});

test('settings, wiring and counts that differ', () => {
  expect(differenceText(plain, wide)).toMatchInlineSnapshot(`
    "NFM-1 → NFM-2: 4 nodes added, 4 nodes changed; 9,113 → 17,233 trained parameters
    ≠ embedding (embedding): factors 8 → 16, l2 none → 0.1, 8,000 → 16,000 parameters
    ≠ batchNorm0 (batchNorm): 16 → 32 parameters
    ≠ dense1 (dense): 72 → 136 parameters
    + dense2 (dense): 36 parameters
    + batchNorm2 (batchNorm): 8 parameters
    + activation2 (activation)
    + dropout2 (dropout)
    ≠ prediction (prediction): input dropout1 → dropout2, 8 → 4 parameters"
  `);
});

test.each(Object.keys(models) as ModelName[])('%s is no other than itself', (name) => {
  const { graph } = models[name].build({ user: 400, item: 600 });
  expect(differenceOf(graph, graph)).toEqual([]);
  expect(differenceText(graph, graph)).toMatch(/: no difference; [\d,]+ trained parameters$/);
});

test('parameters of the nodes add up to the difference of the totals', () => {
  const total = (graph: typeof plain) => countParameters(graph).weights + countParameters(graph).batchNorm;
  for (const [a, b] of [
    [plain, wide],
    [wide, plain],
    [fm(space).graph, wide],
  ] as const) {
    const sum = differenceOf(a, b).reduce((all, { parameters: [before, after] }) => all + after - before, 0);
    expect(sum).toBe(total(b) - total(a));
  }
});
