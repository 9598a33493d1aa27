import { describe, expect, test } from 'vitest';
import { featurePairList, fieldPairTable } from '../../../src/renderers/views/featurePairs.ts';
import { heatmap } from '../../../src/renderers/views/heatmap.ts';
import { scaled, scaleOf } from '../../../src/renderers/views/heatmapScale.ts';
import { palettes } from '../../../src/renderers/views/theme.ts';
import { afm, interactions, lines } from './payloads.ts';

test('field pairs of NFM', async () => {
  const { svg, text } = heatmap(interactions(), { theme: palettes.light, standalone: true });
  await expect(lines(svg)).toMatchFileSnapshot('../../golden/views/heatmap-nfm.svg');
  expect(text).toBe(
    'Strongest pair: user × weather 0.40, then user × day 0.20, then item × weather 0.20; 6 pairs. ' +
      'NFM-1: purified path contributions (RMS); main effects are taken out; ' +
      '2,000 rows of train, best epoch 12, seed 2016, pairs explain 18.4 % of the variance, gap 0.0021.',
  );
});

test('AFM: attention beside contribution, hatches, cells for the keyboard', async () => {
  const { svg } = heatmap(afm, { theme: palettes.dark, interactive: true });
  await expect(lines(svg)).toMatchFileSnapshot('../../golden/views/heatmap-afm.svg');
  expect(svg).toContain('Mean attention: a share, not a strength');
  expect(svg).toContain('crossed: not computed');
  expect(svg).toContain('hatched: within its spread over seeds');
  expect(svg.match(/tabindex="0"/g)).toHaveLength(2); // one a matrix
});

describe('numbers in cells', () => {
  test.each([
    [0.41, 0.038, '0.04'],
    [4.1, 0.38, '0.4'],
    [0.0041, 0.0008, '0.8'],
    [4100, 380, '0.4'],
    [41, 3, '3'],
    [0, 0, '0.0'],
  ])('two digits of the strongest, %f: %f is %s', (top, x, text) => {
    expect(scaled(x, scaleOf(top))).toBe(text);
  });

  test('only where they fit', () => {
    const many = interactions({ fields: Array.from({ length: 40 }, (_, i) => `field ${i}`), firstOrder: null });
    expect(heatmap(many).svg.includes('>0.40</text>')).toBe(false);
    expect(heatmap(interactions({ firstOrder: null })).svg.includes('>0.40</text>')).toBe(true);
  });
});

test('fields with several values have pairs within themselves', () => {
  const within = interactions({ pairs: [{ a: 1, b: 1, strength: 0.3 }] });
  expect(heatmap(within).text).toContain('item × item 0.30');
});

test('negative strengths have the other colour', () => {
  const { svg } = heatmap(interactions({ measure: 'removed', pairs: [{ a: 0, b: 1, strength: -0.2 }] }), {
    theme: palettes.light,
  });
  expect(svg).toContain(`fill="${palettes.light.negative}" fill-opacity="1"`);
});

test('raw weights say what they are', () => {
  expect(heatmap(interactions({ measure: 'raw' })).text).toContain('contains main effects');
});

test('a model without pairs shows what each field adds', () => {
  const { svg, text } = heatmap(interactions({ model: 'LR', measure: 'firstOrder', pairs: [] }));
  expect(text).toContain('the model has no interactions');
  expect(text).toContain('Strongest field: weather 0.40, then day 0.30, then item 0.20.');
  expect(svg).toContain('>first order</text>');
});

test('a model from a file does not know its epoch', () => {
  expect(heatmap(interactions({ epoch: null })).text).not.toContain('epoch');
});

test('nothing to show is said', () => {
  expect(heatmap(interactions({ fields: [], pairs: [], firstOrder: null })).text).toMatch(/^No pair of fields/);
});

test('the strongest feature pairs of a cell', async () => {
  const { html, text } = featurePairList(afm, 3, 0);
  await expect(lines(html)).toMatchFileSnapshot('../../golden/views/feature-pairs.html');
  expect(text).toBe('Strongest pairs of user × weather: user 17 × rain 0.81, then user 3 × snow -0.40.');
  expect(featurePairList(afm, 0, 1).text).toContain('none was computed');
});

test('all pairs as a table', () => {
  const { html } = fieldPairTable(afm);
  expect(html.match(/<tr>/g)).toHaveLength(6); // head and five pairs with a strength
  expect(html).toContain('attention');
});
