import { expect, test } from 'vitest';
import type { Dataset } from '../../../src/kernel/data/dataset.ts';
import { dropoutKey, dropoutMultiplier } from '../../../src/kernel/engine/dropout.ts';
import type { GraphNode } from '../../../src/kernel/graph/graph.ts';
import { type ReferenceModel, reference } from './reference.ts';
import { attentionWeights, pairsOf, softmax } from './referenceAttention.ts';
import { scatter } from './scatter.ts';
import { dataOf, tinyData } from './tinyData.ts';
import { tinyAfm } from './tinyModels.ts';

const data = tinyData('numbers', 12);

/** Attention of every pair of every row, and every node's output. */
function look(model: ReferenceModel, rows: Dataset) {
  const outputs = model.activations(rows, false);
  const node = model.graph.nodes.find((n) => n.op === 'attention') as GraphNode<'attention'>;
  return { attention: attentionWeights(node, outputs.get('embedding')!, model.pass(rows, false)), outputs };
}

test('attention sums to 1 in each row and differs between pairs; rows without pairs pool to 0', () => {
  const { attention, outputs } = look(scatter(reference(tinyAfm())), data);
  attention.forEach((a, row) => {
    const m = data.rowStart[row + 1] - data.rowStart[row];
    expect(a).toHaveLength(pairsOf(m).length);
    if (m < 2) expect(outputs.get('attention')![row]).toEqual([0, 0, 0]);
    else expect(a.reduce((sum, v) => sum + v, 0)).toBeCloseTo(1, 12);
    if (m > 2) expect(Math.max(...a) - Math.min(...a)).toBeGreaterThan(1e-3);
  });
});

test('with W = 0 attention is 1 / R and the pooled vector is the mean of the pairs', () => {
  const model = scatter(reference(tinyAfm()));
  model.values.get('attention.W')!.fill(0);
  const { attention, outputs } = look(model, data);
  const vectors = outputs.get('embedding')!.slice(0, data.rowStart[1]);
  const pairs = pairsOf(vectors.length);
  for (const a of attention[0]) expect(a).toBeCloseTo(1 / pairs.length, 12);
  outputs.get('attention')![0].forEach((q, f) => {
    const mean = pairs.reduce((sum, [i, j]) => sum + vectors[i][f] * vectors[j][f], 0) / pairs.length;
    expect(q).toBeCloseTo(mean, 12);
  });
});

test('the order of a row does not matter: attention follows its pairs, the output stays', () => {
  const model = scatter(reference(tinyAfm()));
  const row = [
    [0, 1],
    [6, 0.5],
    [11, 0.25],
    [15, -0.4],
  ] as const;
  const order = [2, 0, 3, 1];
  const rows = dataOf([row, order.map((i) => row[i])]);
  const { attention } = look(model, rows);
  const byPair = new Map(pairsOf(4).map(([i, j], r) => [`${i} ${j}`, attention[0][r]]));
  pairsOf(4).forEach(([i, j], r) => {
    const [first, second] = [order[i], order[j]].sort();
    expect(attention[1][r]).toBeCloseTo(byPair.get(`${first} ${second}`)!, 10);
  });
  const [before, after] = model.exactOutputs(rows);
  expect(after).toBeCloseTo(before, 10);
});

test('rows of a batch do not influence each other', () => {
  const model = scatter(reference(tinyAfm()));
  const together = model.exactOutputs(data);
  for (let row = 0; row < data.rows; row++) expect(model.exactOutputs(data, row, row + 1)).toEqual([together[row]]);
});

test('scores shifted by 1000 change nothing and stay finite', () => {
  expect(softmax([1000, 1001, 999.5])).toEqual(softmax([0, 1, -0.5]));
  expect(softmax([-1000, -2000])).toEqual([1, 0]);

  const model = scatter(reference(tinyAfm()));
  const [b, h] = ['attention.b', 'attention.h'].map((id) => model.values.get(id)!);
  b.fill(50); // every unit of every pair is active, so a constant added to b is a constant added to every score
  const before = look(model, data).attention;
  b.fill(50 + 1000 / h.reduce((sum, v) => sum + v, 0));
  const after = look(model, data).attention;
  after.forEach((a, row) => {
    a.forEach((v, r) => {
      expect(v).toBeCloseTo(before[row][r], 10);
    });
  });
});

test('dropout on attention: the pairs of the batch, counted in row order, have one mask each', () => {
  const model = scatter(reference(tinyAfm({ attentionDropout: 0.5 })));
  const { attention } = look(model, data);
  const outputs = model.activations(data, true);
  const key = dropoutKey(1, 0, 0);
  let pair = 0;
  attention.forEach((a, row) => {
    const vectors = outputs.get('embedding')!.slice(data.rowStart[row], data.rowStart[row + 1]);
    const pooled = [0, 0, 0];
    pairsOf(vectors.length).forEach(([i, j], r) => {
      const share = a[r] * dropoutMultiplier(key, 0.5, 1, 0, pair++);
      for (let f = 0; f < 3; f++) pooled[f] += share * vectors[i][f] * vectors[j][f];
    });
    outputs.get('attention')![row].forEach((q, f) => {
      expect(q).toBeCloseTo(pooled[f], 12);
    });
  });
});
