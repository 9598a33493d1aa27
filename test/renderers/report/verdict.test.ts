/** The verdict of a report: what it claims for every kind of result. */

import { expect, test } from 'vitest';
import { mime } from '../../../src/kernel/format/mime.ts';
import { reportOf } from '../../../src/renderers/report/model/report.ts';
import { comparison, run } from '../views/payloads.ts';
import { code, finished, notebook, payload, prints, source } from './notebooks.ts';

const verdict = (...outputs: Parameters<typeof code>[1][]) =>
  reportOf(notebook(...outputs.map((each) => code('', each))), source).verdict;
const ofComparison = (changes: object) => verdict([payload(mime.comparison, { ...comparison, ...changes })]);
const models = comparison.models;

test('one run', () => {
  expect(verdict([payload(mime.run, finished)])).toEqual([
    'NFM-1 has a test RMSE of 0.4123 (one run with seed 2016, weights of epoch 13 of 20).',
    'One run tells neither how much the seed matters nor how simpler models do; compare() tells both.',
  ]);
  expect(verdict([payload(mime.run, { ...finished, test: {} })]).at(-1)).toBe(
    'The same rows chose the epoch, which flatters the model.',
  );
});

test('several runs are chosen by validation, and told to be single ones', () => {
  const worse = {
    ...finished,
    config: { ...finished.config, model: 'FM' },
    validation: { rmse: 0.5 },
    test: { rmse: 0.3 },
  };
  expect(verdict([payload(mime.run, worse)], [payload(mime.run, finished)])).toEqual([
    'Of 2 runs NFM-1 has the best validation RMSE, and with it a test RMSE of 0.4123.',
    'These are 2 single runs without a paired test: a difference may be chance. compare() tells.',
  ]);
});

test('runs on different rows are not held against each other', () => {
  const elsewhere = {
    ...finished,
    config: { ...finished.config, data: { train: { rows: 1, source: 'x', hash: '9' } } },
  };
  expect(verdict([payload(mime.run, elsewhere)], [payload(mime.run, finished)])[0]).toMatch(
    /on different rows, whose figures cannot/,
  );
});

test('a difference that may be chance', () => {
  expect(
    ofComparison({ models: models.map((model) => (model.name === 'NFM-1' ? { ...model, pValue: 0.2 } : model)) })[1],
  ).toMatch(/^The difference may be chance .*p = 0\.2000/);
  expect(
    ofComparison({ models: models.map((model) => (model.name === 'NFM-1' ? { ...model, pSeeds: 0.3 } : model)) })[1],
  ).toMatch(/^The tests do not agree/);
  expect(ofComparison({ models: models.map((model) => ({ ...model, pValue: null, pSeeds: null })) })[1]).toBe(
    'The difference was not tested.',
  );
});

test('the baseline is the best, one seed, validation rows, higher is better', () => {
  expect(ofComparison({ baseline: 'NFM-1', models: models.map((model) => ({ ...model, pValue: 0.2 })) })).toEqual([
    'No model beats the baseline: NFM-1 has the lowest test RMSE of 3 models, 0.3925 ± 0.0007 over 3 seeds.',
    'FM is next with 0.4310 ± 0.0010.',
    'The difference may be chance (two-sided paired t-test, p = 0.2000 over 28,860 test rows).',
  ]);
  const one = models.map((model) => ({ ...model, values: model.values.slice(0, 1), stdev: null }));
  expect(ofComparison({ seeds: [1], models: one, part: 'validation' }).slice(-2)).toEqual([
    'Every model ran with one seed, so how much the seed matters is not known.',
    'The same rows chose the best epochs, which flatters all models.',
  ]);
  expect(ofComparison({ metric: 'auc', lowerIsBetter: false })[0]).toMatch(
    /^LR has the highest test AUC of 3 models: .* above the baseline FM/,
  );
});

test('spreads that overlap', () => {
  const near = models.map((model) => (model.name === 'LR' ? { ...model, mean: 0.393, stdev: 0.001 } : model));
  expect(ofComparison({ models: near })).toContain(
    'LR is next with 0.3930 ± 0.0010; their spreads overlap, and the two were not tested against each other.',
  );
});

test('nothing was trained; nothing finished', () => {
  expect(verdict([prints('hello')])).toEqual(['This notebook shows no training run and no comparison of models.']);
  expect(verdict([payload(mime.run, run(0))])[0]).toMatch(/^No training run of this notebook finished an epoch/);
});
