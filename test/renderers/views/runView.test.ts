import { describe, expect, test } from 'vitest';
import { patience, secondsLeft } from '../../../src/renderers/views/runNumbers.ts';
import { runView } from '../../../src/renderers/views/runView.ts';
import { lines, run } from './payloads.ts';

const progress = {
  type: 'progress',
  epoch: 4,
  rows: 100_000,
  of: 200_000,
  loss: 0.5,
  rowsPerSecond: 123_456,
  etaSeconds: 1,
} as const;

test('a live run', async () => {
  const { html, text } = runView(run(3), { progress, interactive: true, width: 500 });
  await expect(lines(html)).toMatchFileSnapshot('../../golden/views/run.html');
  expect(text).toBe(
    'NFM-1, training, epoch 3 of 50: training loss 1.2987, validation RMSE 0.8124, best 0.8124 at epoch 3.',
  );
});

test('a finished run needs no kernel: no buttons, the test metric in words', () => {
  const { html, text } = runView(run(18, { state: 'earlyStopping', test: { rmse: 0.395 } }));
  expect(html).not.toContain('<button');
  expect(html).not.toContain('<progress');
  expect(html).toContain('All 18 epochs');
  expect(text).toMatch(/^NFM-1, finished, stopped early, after 18 epochs: .* test RMSE 0\.3950\.$/);
});

describe('states', () => {
  test.each([
    [run(0), {}, 'Preparing'],
    [run(0), { progress: { ...progress, epoch: 1 } }, 'Training'],
    [run(3), { asked: 'pausing' }, 'Pausing'],
    [run(3, { state: 'paused' }), {}, 'Paused'],
    [run(3, { state: 'aborted' }), {}, 'Stopped, best kept'],
    [run(3, { state: 'aborted' }), { lost: true }, 'Ended with its kernel'],
    [run(3, { state: 'failed', message: 'loss is NaN' }), {}, 'Failed'],
  ] as const)('%#: %s', (payload, options, name) => {
    expect(runView(payload, options).html).toContain(`<strong class="nfm-state">${name}</strong>`);
  });

  test('why a run failed is said', () => {
    const { html, text } = runView(run(3, { state: 'failed', message: 'loss is NaN; lower the rate' }));
    expect(html).toContain('role="alert">loss is NaN; lower the rate<');
    expect(text).toMatch(/loss is NaN; lower the rate$/);
  });

  test('a paused run can be resumed', () => {
    const { html } = runView(run(3, { state: 'paused' }), { interactive: true });
    expect([...html.matchAll(/data-action="([a-z]+)"/g)].map(([, action]) => action)).toEqual([
      'resume',
      'stop',
      'abort',
    ]);
  });
});

describe('what is derived', () => {
  test('time left, from the second epoch on: median seconds times the epochs to come', () => {
    expect(secondsLeft(run(1))).toBe(null);
    expect(secondsLeft(run(3))).toBeCloseTo(1.4 * 47);
    expect(secondsLeft(run(3), progress)).toBeCloseTo(1.4 * 46.5);
    expect(secondsLeft(run(3, { state: 'paused' }))).toBe(null);
  });

  test('rises in a row, epochs waited, or no rule', () => {
    expect(patience(run(18))).toEqual({ name: 'rises', used: 5, of: 4 });
    const withRule = (earlyStopping: unknown) => {
      const { config } = run(18);
      return run(18, { config: { ...config, options: { ...config.options, earlyStopping } } });
    };
    expect(patience(withRule({ patience: 5, minDelta: 0 }))).toEqual({ name: 'patience', used: 5, of: 5 });
    expect(patience(withRule({ never: true }))).toBe(null);
    expect(patience(withRule('none: no validation rows; the last weights are kept'))).toBe(null);
  });

  test('metrics that are better when higher rise when they fall', () => {
    const { history } = run(4);
    const auc = [0.8, 0.9, 0.85, 0.84];
    const falling = history.map((epoch, i) => ({ ...epoch, validation: { auc: auc[i] } }));
    expect(patience(run(4, { history: falling, metric: 'auc' }))!.used).toBe(2);
  });
});
