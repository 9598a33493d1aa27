import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../../src/kernel/data/dataset.ts';
import { applies, directionOf, evaluateMetrics, type MetricContext } from '../../../src/kernel/run/metrics.ts';
import { auc, groupCounts } from '../../../src/kernel/run/rankingMetrics.ts';

const value: MetricContext = { range: [-1, 1], meaning: 'value' };
const logit: MetricContext = { range: [-1, 1], meaning: 'logit' };
const score: MetricContext = { range: [-1, 1], meaning: 'score' };

/** Rows without entries: metrics read only targets and groups. */
function rowsWith(target: number[], group: number[] | null = null): Dataset {
  return {
    rows: target.length,
    features: 1,
    fields: [],
    rowStart: new Int32Array(target.length + 1),
    ids: new Int32Array(),
    values: null,
    target: Float32Array.from(target),
    group: group && Int32Array.from(group),
    source: 'test',
  };
}

const metric = (name: string, scores: number[], target: number[], group?: number[], context = value) =>
  evaluateMetrics([name], Float32Array.from(scores), rowsWith(target, group), context)[name];

/** The share of (positive, negative) pairs in the right order, ties half. */
function countedAuc(scores: number[], target: number[]): number | null {
  let [wins, pairs] = [0, 0];
  for (let p = 0; p < scores.length; p++)
    for (let q = 0; q < scores.length; q++)
      if (target[p] > 0 && target[q] <= 0) {
        pairs++;
        wins += scores[p] > scores[q] ? 1 : scores[p] === scores[q] ? 0.5 : 0;
      }
  return pairs ? wins / pairs : null;
}

describe('values', () => {
  test('RMSE and MAE clip predictions to the range of the training targets', () => {
    // errors after clipping: 0, 0, 0.5, -1
    expect(metric('rmse', [3, -7, 0.5, 0], [1, -1, 0, 1])).toBeCloseTo(Math.sqrt(1.25 / 4), 12);
    expect(metric('mae', [3, -7, 0.5, 0], [1, -1, 0, 1])).toBeCloseTo(1.5 / 4, 12);
  });

  test('log loss from logits is finite for huge ones and equal for both codings of labels', () => {
    expect(metric('logLoss', [0, 0], [1, 0], undefined, logit)).toBeCloseTo(Math.log(2), 12);
    expect(metric('logLoss', [1000, -1000], [-1, -1], undefined, logit)).toBe(500);
    const logits = [0.5, -2, 3];
    expect(metric('logLoss', logits, [1, 0, 0], undefined, logit)).toBe(
      metric('logLoss', logits, [1, -1, -1], undefined, logit),
    );
  });

  test('what does not apply is null, and an output that is no number makes every value NaN', () => {
    const names = ['rmse', 'mae', 'logLoss', 'auc', 'gauc', 'hr@1', 'ndcg@1', 'mrr'];
    const one = (context: MetricContext) => evaluateMetrics(names, Float32Array.of(0.5), rowsWith([1], [1]), context);
    const none = { auc: null, gauc: null, 'hr@1': null, 'ndcg@1': null, mrr: null };
    expect(one(value)).toEqual({ rmse: 0.5, mae: 0.5, logLoss: null, ...none });
    expect(one(logit)).toMatchObject({ rmse: null, mae: null, ...none });
    expect(metric('rmse', [Number.NaN, 1], [1, 1])).toBeNaN();
    expect(metric('auc', [Infinity, 1], [1, -1])).toBeNaN();
    expect(metric('auc', [Infinity, 1], [1, 1])).toBeNull();
    expect(applies('auc', rowsWith([1, 1]), value)).toBe(false);
    expect(applies('auc', rowsWith([1, -1]), value)).toBe(true);
  });
});

describe('orders', () => {
  test('AUC equals the count of pairs, with ties, and does not change under a monotone map', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: -4, max: 4 }), fc.boolean()), { maxLength: 40 });
    fc.assert(
      fc.property(rows, (drawn) => {
        const scores = drawn.map(([s]) => s);
        const target = drawn.map(([, positive]) => (positive ? 1 : -1));
        const counted = countedAuc(scores, target);
        const found = auc(Float32Array.from(scores), Float32Array.from(target));
        if (counted === null) expect(found).toBeNull();
        else expect(found).toBeCloseTo(counted, 12);
        expect(auc(Float32Array.from(scores, Math.exp), Float32Array.from(target))).toBe(found);
      }),
    );
  });

  test('AUC sees scores beyond the range that RMSE clips to', () => {
    expect(metric('auc', [5, 4], [1, -1])).toBe(1);
    expect(metric('auc', [4, 5], [1, -1])).toBe(0);
  });

  // Group 7: ranks by score 0.9 (-), 0.8 (+), 0.1 (+). Group 8: 2 (+), 1 (-). Group 9 has no negative, group 10 no positive.
  const scores = [0.9, 0.8, 0.1, 2, 1, 5, 5];
  const target = [-1, 1, 1, 1, -1, 1, -1];
  const group = [7, 7, 7, 8, 8, 9, 10];

  test('by hand: groups without both classes are left out', () => {
    expect(groupCounts(rowsWith(target, group))).toEqual({ used: 2, skipped: 2 });
    expect(groupCounts(rowsWith(target))).toBeNull();
    expect(metric('gauc', scores, target, group)).toBeCloseTo((3 * 0 + 2 * 1) / 5, 12);
    expect(metric('hr@1', scores, target, group)).toBe(0.5);
    expect(metric('hr@2', scores, target, group)).toBe(1);
    expect(metric('mrr', scores, target, group)).toBe((1 / 2 + 1) / 2);
    expect(metric('mrr@1', scores, target, group)).toBe(0.5);
    const second = 1 / Math.log2(3);
    expect(metric('ndcg@1', scores, target, group)).toBeCloseTo((0 + 1) / 2, 12);
    expect(metric('ndcg@2', scores, target, group)).toBeCloseTo((second / (1 + second) + 1) / 2, 12);
    expect(metric('ndcg@10', scores, target, group)).toBeCloseTo(((second + 0.5) / (1 + second) + 1) / 2, 12);
  });

  test('equal scores give the worst order, in any order of rows', () => {
    for (const labels of [
      [1, -1, -1],
      [-1, -1, 1],
    ]) {
      const all = evaluateMetrics(
        ['hr@2', 'ndcg@2', 'mrr', 'gauc'],
        new Float32Array(3),
        rowsWith(labels, [1, 1, 1]),
        score,
      );
      expect(all).toEqual({ 'hr@2': 0, 'ndcg@2': 0, mrr: 1 / 3, gauc: 0.5 });
    }
  });
});

test('names: cut-offs, directions and misspellings', () => {
  expect(directionOf('rmse')).toBe('lower');
  expect(directionOf('ndcg@5')).toBe('higher');
  expect(() => directionOf('rsme')).toThrow('unknown metric "rsme"; did you mean "rmse"?');
  expect(() => directionOf('toString')).toThrow('unknown metric');
  expect(() => directionOf('hr')).toThrow('expected "hr@K", with K a whole number from 1, for example "hr@10"');
  expect(() => directionOf('ndcg@0')).toThrow('whole number');
  expect(() => directionOf('auc@3')).toThrow('expected "auc"');
});
