import { expect, test } from 'vitest';
import { progressShare, progressText, resultText } from '../../src/extension/trainingText.ts';
import type { RunPayload } from '../../src/kernel/format/mime.ts';
import type { Epoch } from '../../src/kernel/run/events.ts';

const epoch = (number: number, rmse: number | null): Epoch => ({
  epoch: number,
  train: { loss: 0.25 },
  validation: rmse === null ? {} : { rmse },
  seconds: 1,
});
const progress = (number: number, rows: number) =>
  ({ type: 'progress', epoch: number, rows, of: 100, loss: 1, rowsPerSecond: 1, etaSeconds: 1 }) as const;

const begun = {
  graph: { name: 'NFM' },
  epochs: 50,
  state: 'running',
  metric: 'rmse',
  history: [],
  bestEpoch: 0,
  validation: {},
  test: {},
} as unknown as RunPayload;
const going: RunPayload = {
  ...begun,
  history: [epoch(1, 0.5), epoch(2, 0.6)],
  bestEpoch: 1,
  validation: { rmse: 0.5 },
};

test('while it goes on: epoch, newest value, and the best where that is another', () => {
  expect(progressText(begun)).toBe('epoch 1 of 50');
  expect(progressText(going)).toBe('epoch 2 of 50, RMSE 0.6000, best 0.5000 in epoch 1');
  expect(progressText({ ...going, history: going.history.slice(0, 1), progress: progress(2, 10) })).toBe(
    'epoch 2 of 50, RMSE 0.5000',
  );
  expect(progressText({ ...begun, history: [epoch(1, null)] })).toBe('epoch 1 of 50, loss 0.2500');
});

test('the share counts the rows of the epoch under way', () => {
  expect(progressShare(begun)).toBe(0);
  expect(progressShare({ ...going, progress: progress(3, 50) })).toBe(0.05);
  expect(progressShare({ ...going, epochs: 2 })).toBe(1);
});

test('the end: how it ended, its best epoch, and the figures that there are', () => {
  const ended: RunPayload = { ...going, state: 'earlyStopping', test: { rmse: 0.55 } };
  expect(resultText(ended)).toBe(
    'NFM stopped early after 2 epochs; best epoch 1: validation RMSE 0.5000, test RMSE 0.5500.',
  );
  expect(resultText({ ...ended, state: 'aborted', test: {} })).toBe(
    'NFM was stopped after 2 epochs; best epoch 1: validation RMSE 0.5000.',
  );
  expect(resultText({ ...ended, state: 'failed', message: 'NaN', validation: {}, test: {} })).toBe(
    'NFM failed after 2 epochs (NaN); best epoch 1.',
  );
});
