import { describe, expect, test } from 'vitest';
import { featurePairList, fieldPairTable } from '../../../src/renderers/views/featurePairs.ts';
import { heatmap } from '../../../src/renderers/views/heatmap.ts';
import { scaled, scaleOf } from '../../../src/renderers/views/heatmapScale.ts';
import { interactionsView } from '../../../src/renderers/views/interactionsView.ts';
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
    [0.41, 0.038, '.04'],
    [0.41, -0.38, '-.38'],
    [4.1, 0.38, '.4'],
    [0.0041, 0.0008, '.8'],
    [4100, 380, '.4'],
    [41, 3, '3'],
    [0.41, 0.002, '0'],
    [0, 0, '0'],
  ])('two digits of the strongest, %f: %f is %s', (top, x, text) => {
    expect(scaled(x, scaleOf(top))).toBe(text);
  });

  test('only where they fit', () => {
    const of = (length: number) =>
      interactions({ fields: Array.from({ length }, (_, i) => `f${i}`), firstOrder: null });
    const numbered = (length: number, width = 560) => heatmap(of(length), { width }).svg.includes('>.40</text>');
    expect([numbered(4), numbered(12), numbered(13), numbered(12, 150)]).toEqual([true, true, false, false]);
  });

  test('cells are 6 to 24 pixels, and small ones keep their names for pointing', () => {
    const sizes = [4, 30, 90].map((length) => {
      const { svg } = heatmap(
        interactions({ fields: Array.from({ length }, (_, i) => `field ${i}`), firstOrder: null }),
        { width: 500 },
      );
      expect(svg).toContain('<title>field 0 × field 1: ');
      return [Number(/<rect x="[\d.]+" y="[\d.]+" width="(\d+)"/.exec(svg)![1]) + 1, svg.includes('>field 2</text>')];
    });
    expect(sizes).toEqual([
      [24, true],
      [12, true],
      [6, false],
    ]);
  });
});

test('fields with several values have pairs within themselves', () => {
  const within = interactions({ pairs: [{ a: 1, b: 1, strength: 0.3 }] });
  expect(heatmap(within).text).toContain('item × item 0.30');
});

test('bands without a cell are not named where nothing else stands there', () => {
  const names = (changes: Parameters<typeof interactions>[0]) =>
    [...heatmap(interactions(changes)).svg.matchAll(/>(user|item|day|weather)<\/text>/g)].map(([, name]) => name);
  // One as a row and one as a column, but the first is no row and the last no column.
  expect(names({ firstOrder: null }).sort()).toEqual(['day', 'day', 'item', 'item', 'user', 'weather']);
  expect(names({}).filter((name) => name === 'user')).toHaveLength(2); // its bar stands in the first row
  const within = names({ firstOrder: null, pairs: [{ a: 3, b: 3, strength: 0.3 }] });
  expect(within.filter((name) => name === 'weather')).toHaveLength(2); // a row, and a column with its one cell
});

test('fields in the clustered order, where the payload has one', () => {
  const payload = interactions({ order: [0, 3, 2, 1] });
  const cell = (svg: string) => {
    const [, x, y] = /aria-label="user × weather[^>]*><title>[^<]*<\/title><rect x="([\d.]+)" y="([\d.]+)"/.exec(svg)!;
    return [x, y].map(Number);
  };
  const [schema, clustered] = (['schema', 'clustered'] as const).map((order) => cell(heatmap(payload, { order }).svg));
  expect(clustered[0]).toBe(schema[0]);
  expect(schema[1] - clustered[1]).toBe(48); // row 3 is now row 1
  for (const order of [[0, 1], [0, 0, 1, 2], 'none', undefined])
    expect(heatmap(interactions({ order } as never), { order: 'clustered' }).svg).toBe(heatmap(interactions()).svg);
});

test('the legend says measure and unit', () => {
  const said = (changes: Parameters<typeof interactions>[0]) => heatmap(interactions(changes), { width: 700 }).svg;
  expect(said({ unit: 'logit' })).toContain('>purified path contributions (RMS) · in logits</text>');
  expect(said({ measure: 'removed', unit: 'rmse' })).toContain('>rise of the loss without the pair · in rmse</text>');
  expect(said({ measure: 'shapley', unit: 'target' })).toContain(
    'Shapley interaction index (RMS) · in units of the target<',
  );
  expect(heatmap(interactions({ higherShare: 0.21 })).text).toContain('order 3 and higher has 21.0 % of the variance');
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

test('rare pairs of features are grey, and it is said why', () => {
  const { html } = featurePairList({ ...afm, support: 30 }, 0, 3);
  expect(html.match(/class="nfm-quiet"/g)).toHaveLength(1);
  expect(html).toContain('Grey: in fewer than 30 rows');
  expect(featurePairList({ ...afm, support: 20 }, 0, 3).html).not.toContain('Grey');
});

describe('the view of the page', () => {
  const clustered = { ...afm, order: [0, 3, 2, 1] };

  test('has buttons for the table and the order, and lists the chosen cell', () => {
    const { html } = interactionsView(clustered, { cell: { a: 0, b: 3 } }, 500);
    expect(html).toContain('data-toggle="asTable" aria-pressed="false"');
    expect(html).toContain('data-toggle="clustered" aria-pressed="false"');
    expect(html).toContain(heatmap(clustered, { width: 500, interactive: true }).svg);
    expect(html).toMatch(/<div class="nfm-pairs" aria-live="polite">.*Strongest pairs of user × weather/);
  });

  test('as a table has no picture; without another order there is no switch', () => {
    const { html } = interactionsView(clustered, { asTable: true, clustered: true }, 500);
    expect(html).not.toContain('<svg');
    expect(html).toContain('data-toggle="asTable" aria-pressed="true"');
    expect(html).toContain('± seeds');
    expect(interactionsView(afm, {}, 500).html).not.toContain('data-toggle="clustered"');
  });

  test('a damaged payload is a sentence', () => {
    expect(interactionsView({} as never, {}, 500)).toMatchObject({ damaged: true });
  });
});

test('all pairs as a table', () => {
  const { html } = fieldPairTable(afm);
  expect(html.match(/<tr/g)).toHaveLength(6); // head and five pairs with a strength
  expect(html.match(/class="nfm-quiet"/g)).toHaveLength(1); // within its spread
  expect(html).toContain('attention');
});
