import { expect, test } from 'vitest';
import { type Dataset, takeRows } from '../../../src/kernel/data/dataset.ts';
import { type BatchOptions, batchesOf, type EpochPlan } from '../../../src/kernel/run/batches.ts';
import { tinyData } from '../engine/tinyData.ts';

const options: BatchOptions = {
  seed: 1,
  loss: 'squared',
  batchSize: 4,
  sampler: 'epoch',
  dropLast: false,
  batchNorm: false,
};
const sizes = ({ from, to }: EpochPlan) => [...to].map((end, b) => end - from[b]);
const first = (data: Dataset, n: number) =>
  takeRows(
    data,
    Int32Array.from({ length: n }, (_, i) => i),
  );
const ascending = (rows: Iterable<number>) => [...rows].sort((a, b) => a - b);

test('an epoch has every row once; epochs differ, and repeat by seed and number', () => {
  const batches = batchesOf(tinyData('numbers', 10), options);
  expect(sizes(batches(1))).toEqual([4, 4, 2]);
  expect(ascending(batches(1).rows)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(batches(1).rows).not.toEqual(batches(2).rows);
  expect(batches(2).rows).toEqual(batchesOf(tinyData('numbers', 10), options)(2).rows);
  expect(batches(1).rows).not.toEqual(batchesOf(tinyData('numbers', 10), { ...options, seed: 2 })(1).rows);
});

test('the last batch: kept, dropped on request, and dropped when batch norm would get a single row', () => {
  const nine = tinyData('numbers', 9);
  expect(sizes(batchesOf(nine, options)(1))).toEqual([4, 4, 1]);
  expect(sizes(batchesOf(nine, { ...options, dropLast: true })(1))).toEqual([4, 4]);
  expect(sizes(batchesOf(nine, { ...options, batchNorm: true })(1))).toEqual([4, 4]);
  expect(sizes(batchesOf(tinyData('numbers', 10), { ...options, batchNorm: true })(1))).toEqual([4, 4, 2]);
  expect(sizes(batchesOf(first(nine, 3), { ...options, dropLast: true })(1))).toEqual([3]);
});

test('windows are full, start anywhere and may overlap', () => {
  const batches = batchesOf(tinyData('numbers', 30), { ...options, sampler: 'windows' });
  const starts = new Set<number>();
  for (let epoch = 1; epoch <= 40; epoch++) {
    const plan = batches(epoch);
    expect(sizes(plan)).toEqual([4, 4, 4, 4, 4, 4, 4]);
    for (const start of plan.from) starts.add(start);
  }
  expect(ascending(starts)).toEqual(Array.from({ length: 26 }, (_, i) => i)); // 0 .. N - B - 1
});

test('pairs: every positive once with a negative of its group, drawn anew each epoch', () => {
  const data = { ...tinyData('signs', 60), group: Int32Array.from({ length: 60 }, (_, r) => r % 3) };
  const positives = ascending(data.target.keys()).filter((row) => data.target[row] > 0);
  const batches = batchesOf(data, { ...options, loss: 'bpr', batchNorm: true });
  const { rows, from, to } = batches(1);
  expect(ascending(rows.filter((_, i) => i % 2 === 0))).toEqual(positives);
  for (let i = 0; i < rows.length; i += 2) {
    expect(data.target[rows[i + 1]]).toBe(-1);
    expect(data.group[rows[i + 1]]).toBe(data.group[rows[i]]);
  }
  expect([...from].every((start) => start % 8 === 0)).toBe(true); // four pairs a batch
  expect(to.at(-1)).toBe(rows.length);
  const pairs = (plan: EpochPlan) =>
    new Map(Array.from({ length: positives.length }, (_, i) => [plan.rows[2 * i], plan.rows[2 * i + 1]]));
  expect(pairs(batches(1))).not.toEqual(pairs(batches(2)));
});

test('pairs need groups with negatives', () => {
  const bpr = { ...options, loss: 'bpr' } as const;
  const data = tinyData('pairs', 6);
  expect(() => batchesOf({ ...data, group: null }, bpr)).toThrow('these rows have no group; name a group field');
  const alone = { ...data, group: Int32Array.of(5, 5, 6, 7, 8, 9) };
  expect(() => batchesOf(alone, bpr)).toThrow('2 of 3 groups have positive rows but no negative one (first: group 6)');
  const none = { ...data, target: new Float32Array(6).fill(-1) };
  expect(() => batchesOf(none, bpr)).toThrow('needs positive rows');
});
