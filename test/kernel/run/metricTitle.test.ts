import { expect, test } from 'vitest';
import { metricNames } from '../../../src/kernel/run/metrics.ts';
import { metricTitle } from '../../../src/kernel/run/metricTitle.ts';

test('every metric of ours has a title; a cutoff stays; other names stay as they are', () => {
  expect(metricNames.map(metricTitle)).toEqual(['RMSE', 'MAE', 'log loss', 'AUC', 'GAUC', 'HR', 'NDCG', 'MRR']);
  expect(['ndcg@10', 'hr@5', 'loss', 'constructor', ''].map(metricTitle)).toEqual([
    ...['NDCG@10', 'HR@5', 'loss', 'constructor', ''],
  ]);
});
