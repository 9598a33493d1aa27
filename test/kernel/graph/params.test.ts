import { expect, test } from 'vitest';
import { countParameters, elements, parametersOf } from '../../../src/kernel/graph/params.ts';
import { everyOp } from './sample.ts';

const line = (p: ReturnType<typeof parametersOf>[number]) => {
  const start = p.initialiser.kind === 'constant' ? `${p.initialiser.value}` : `sd ${p.initialiser.stdev.toFixed(4)}`;
  return [p.id, `[${p.shape}]`, p.role, start, ...(p.l2 ? [`l2 ${p.l2}`] : []), ...(p.l1 ? [`l1 ${p.l1}`] : [])];
};

test('every op has its parameters, in node order, penalised where the penalty is meant', () => {
  expect(parametersOf(everyOp).map((p) => line(p).join(' '))).toEqual([
    'linear.w [12] table 0 l1 0.5',
    'linear.w0 [1] dense 0',
    'embedding.V [12,4] table sd 0.0100 l2 0.1',
    'attention.W [4,3] dense sd 0.5345 l2 2 l1 1', // sqrt(2 / 7)
    'attention.b [3] dense sd 0.5345',
    'attention.h [3] dense sd 1.0000',
    'dense1.W [8,5] dense sd 0.3922 l2 0.2', // sqrt(2 / 13)
    'dense1.b [5] dense sd 0.3922',
    'batchNorm1.gamma [5] dense 1',
    'batchNorm1.beta [5] dense 0',
    'batchNorm1.mean [5] state 0',
    'batchNorm1.variance [5] state 1',
    'gate.strength [5] dense 0',
    'gate.W [5,3] dense sd 0.5000', // sqrt(2 / 8)
    'dense2.W [3,2] dense sd 0.6325', // sqrt(2 / 5)
    'dense2.b [2] dense 0',
    'deep.h [2] dense sd 0.8165 l2 0.3', // sqrt(2 / 3)
    'deep.b [1] dense 0',
    'flat.h [4] dense 1',
  ]);
});

test('counts leave state out and batch normalisation apart', () => {
  const linear = 13;
  const embedding = 48;
  const attention = 12 + 3 + 3;
  const dense = 45 + 8;
  const layer = 5 + 15;
  const prediction = 3 + 4;
  expect(countParameters(everyOp)).toEqual({
    weights: linear + embedding + attention + dense + layer + prediction,
    batchNorm: 10,
  });
});

test('elements is the product of the shape', () => {
  expect(parametersOf(everyOp).map(elements).slice(0, 3)).toEqual([12, 1, 48]);
});
