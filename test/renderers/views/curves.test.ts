import { describe, expect, test } from 'vitest';
import { curve } from '../../../src/renderers/views/curves.ts';
import { trainingSeries } from '../../../src/renderers/views/runNumbers.ts';
import { palettes } from '../../../src/renderers/views/theme.ts';
import { lines, run } from './payloads.ts';

const light = { theme: palettes.light };

test('a finished run with baselines', async () => {
  const baselines = [
    { name: 'FM (paper)', value: 0.5 },
    { name: 'constant', value: 9 },
  ];
  const { svg, text } = curve(run(18, { state: 'earlyStopping' }), { ...light, baselines, standalone: true });
  await expect(lines(svg)).toMatchFileSnapshot('../../golden/views/curve.svg');
  expect(text).toBe('NFM-1, 18 epochs: best validation RMSE 0.4454 at epoch 13, last 0.4649.');
  for (const words of ['stopped early', 'best 0.4454 @ 13', 'FM (paper) 0.5000', 'constant 9 is off this chart'])
    expect(svg).toContain(words);
});

test('on a log axis, with tips', async () => {
  const { svg } = curve(run(6), { ...light, logY: true, interactive: true });
  await expect(lines(svg)).toMatchFileSnapshot('../../golden/views/curve-log.svg');
});

test('before the first epoch', () => {
  const { svg, text } = curve(run(0));
  expect(text).toBe('NFM-1: no epoch has finished yet.');
  expect(svg).toContain('No epoch has finished yet');
});

test('an epoch without a number leaves a gap', () => {
  const { history } = run(5);
  const gap = history.map((epoch, i) => (i === 2 ? { ...epoch, validation: { rmse: null } } : epoch));
  const lineOf = (svg: string) =>
    svg.match(new RegExp(`<path d="([^"]*)" fill="none" stroke="${light.theme.validation}"`, 'g'));
  expect(lineOf(curve(run(5), light).svg)).toHaveLength(1);
  expect(lineOf(curve(run(5, { history: gap }), light).svg)).toHaveLength(2);
});

test('values that are not positive have no log axis', () => {
  const { history } = run(3);
  const negative = history.map((epoch) => ({ ...epoch, validation: { rmse: -1 } }));
  expect(curve(run(3, { history: negative }), { logY: true }).svg).toContain('no log scale');
});

describe('training values in the unit of the metric', () => {
  test('evaluated ones first', () => {
    const history = run(2).history.map((epoch) => ({ ...epoch, train: { loss: 4, rmse: 1.5 } }));
    expect(trainingSeries(run(2, { history }))).toEqual({ name: 'training', values: [1.5, 1.5] });
  });
  test('the root of a squared loss', () => {
    const history = run(1).history.map((epoch) => ({ ...epoch, train: { loss: 4 } }));
    expect(trainingSeries(run(1, { history }))).toEqual({ name: 'training √loss', values: [2] });
  });
  test('none for a loss of another unit', () => {
    expect(trainingSeries(run(2, { metric: 'auc' }))).toBe(null);
  });
});
