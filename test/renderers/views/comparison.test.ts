import { expect, test } from 'vitest';
import { comparisonView } from '../../../src/renderers/views/comparison.ts';
import { comparisonChart } from '../../../src/renderers/views/comparisonChart.ts';
import { palettes } from '../../../src/renderers/views/theme.ts';
import { comparison, lines } from './payloads.ts';

test('three models', async () => {
  const { html, text } = comparisonView(comparison);
  await expect(lines(html)).toMatchFileSnapshot('../../golden/views/comparison.html');
  expect(text).toBe('Best RMSE: NFM-1 0.3925 ± 0.0007, -8.9 % against FM (p 0.0130 *); 3 models.');
});

test('the same as a picture', async () => {
  const { svg, text } = comparisonChart(comparison, { theme: palettes.light, standalone: true });
  await expect(lines(svg)).toMatchFileSnapshot('../../golden/views/comparison.svg');
  expect(text).toBe(comparisonView(comparison).text);
  expect(svg.match(/<circle /g)).toHaveLength(8); // nine seeds, of which one gave no value
});

test('higher is better, one seed, no test', () => {
  const models = comparison.models.map((model) => ({
    ...model,
    values: model.values.slice(0, 1),
    stdev: null,
    pValue: null,
    pSeeds: null,
  }));
  const { html, text } = comparisonView({ ...comparison, metric: 'auc', lowerIsBetter: false, models });
  expect(text).toBe('Best AUC: LR 0.5951, +38.1 % against FM; 3 models.');
  expect(html).toContain('Higher is better; mean and standard deviation over one seed');
  expect(html).not.toContain('paired t-test');
});

test('a comparison of an earlier version, without epochs, seconds and seeds', () => {
  const { part: _, rows: __, seeds: ___, ...old } = comparison;
  const models = old.models.map(({ name, parameters, values, mean, stdev, pValue }) => {
    return { name, parameters, values, mean, stdev, pValue };
  });
  const { html } = comparisonView({ ...old, models });
  expect(html).toContain('>RMSE ± sd</th>');
  expect(html).toContain('on row errors');
  expect(html).not.toMatch(/best epoch|seconds|p \(seeds\)/);
});

test('no model has a value', () => {
  const models = comparison.models.map((model) => ({ ...model, values: [null], mean: null, stdev: null }));
  expect(comparisonView({ ...comparison, models }).text).toBe('No model has a value of RMSE.');
});
