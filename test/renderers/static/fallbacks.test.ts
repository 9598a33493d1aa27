/** The pictures of a saved notebook. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type MimeBundle, mime, type RunPayload } from '../../../src/kernel/format/mime.ts';
import { fallbacks } from '../../../src/renderers/static/fallbacks.ts';
import { afm, comparison, graphOf, interactions, run } from '../views/payloads.ts';

const bundleOf = (type: string, payload: unknown): MimeBundle =>
  JSON.parse(JSON.stringify({ [type]: payload, 'text/plain': 'text' }));
const finished = run(12, { state: 'earlyStopping' });

const outputs: Record<string, MimeBundle> = {
  graph: bundleOf(mime.graph, graphOf('nfm')),
  run: bundleOf(mime.run, finished),
  comparison: bundleOf(mime.comparison, comparison),
  interactions: bundleOf(mime.interactions, interactions()),
  AFM: bundleOf(mime.interactions, afm),
  LR: bundleOf(mime.interactions, interactions({ measure: 'firstOrder', pairs: [] })),
};

describe.each(Object.keys(outputs))('%s', (name) => {
  const bundle = outputs[name];
  const { data, metadata } = fallbacks(bundle);

  test('keeps its data and gets a picture with a page and colours of its own, and words for it', () => {
    expect(data).toMatchObject(bundle);
    // Where a program could draw several, it takes the first; the last is for those that draw none.
    expect(Object.keys(data)[0]).toBe(Object.keys(bundle)[0]);
    expect(Object.keys(data).at(-1)).toBe(mime.text);
    expect(data[mime.svg]).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"[^>]*aria-label="[^"]{20,}/);
    expect(data[mime.svg]).not.toContain('var(--');
    const { alt } = metadata[mime.svg] as { readonly alt: string };
    expect(alt).toMatch(/\d/);
    expect(data[mime.svg]).not.toMatch(/\bid="/); // several pictures share the page of a report
  });

  test('has the same picture every time', () => {
    expect(fallbacks(bundle)).toEqual({ data, metadata });
  });
});

test.each(Object.keys(outputs).filter((name) => name !== 'graph'))(
  '%s has a Vega-Lite chart of its numbers',
  async (name) => {
    const spec = fallbacks(outputs[name]).data[mime.vegaLite] as { readonly $schema: string };
    expect(spec.$schema).toBe('https://vega.github.io/schema/vega-lite/v5.json');
    await expect(`${JSON.stringify(spec, null, 1)}\n`).toMatchFileSnapshot(`../../golden/views/vega-lite-${name}.json`);
  },
);

test('the chart holds every number of the run', () => {
  const spec = fallbacks(outputs.run).data[mime.vegaLite] as unknown as {
    readonly layer: readonly { readonly data: { readonly values: readonly { readonly value: number }[] } }[];
  };
  const values = spec.layer[0].data.values.map(({ value }) => value);
  for (const { validation } of finished.history) expect(values).toContain(validation.rmse);
  expect(spec.layer[1].data.values).toEqual([
    { epoch: 12, series: 'validation', value: finished.history[11].validation.rmse },
  ]);
});

test('a comparison is a table as well', () => {
  const html = fallbacks(outputs.comparison).data[mime.html] as string;
  expect(html).toContain('<table class="nfm-table">');
  expect(html).toContain('best epoch');
});

test('forms that an output brings along stay', () => {
  const own = { ...outputs.graph, [mime.svg]: '<svg/>' };
  expect(fallbacks(own).data).toEqual(own);
});

test('runs that go on have no picture yet, but words and a size that will hold for it', () => {
  const states: RunPayload['state'][] = ['running', 'paused'];
  for (const same of [
    ...states.map((state) => bundleOf(mime.run, { ...finished, state })),
    bundleOf(mime.run, { ...finished, history: [] }),
  ]) {
    const { data, metadata } = fallbacks(same);
    expect(data).toEqual(same);
    expect(metadata[mime.png]).toEqual({ alt: 'NFM-1: RMSE by epoch', width: 640, height: 260 });
  }
});

test('other values and unreadable payloads stay as they are', () => {
  for (const same of [
    bundleOf(mime.graph, { nodes: 'none' }),
    bundleOf(mime.interactions, null),
    bundleOf('__proto__', 1),
    { 'text/plain': '1' },
  ])
    expect(fallbacks(same)).toEqual({ data: same, metadata: {} });
});

test('names from data are text in every form', () => {
  const html = /<(script|img|iframe|foreignObject)|<[^>]* (on\w+|href|src|style)="/i;
  const name = fc.oneof(
    fc.constantFrom('<img src=x onerror=alert(1)>', '"><script>alert(1)</script>', 'datum.x', '{"signal":"1"}'),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );
  fc.assert(
    fc.property(name, (text) => {
      const hostile = [
        bundleOf(mime.interactions, { ...interactions(), model: text, fields: ['a', text, 'b', text] }),
        bundleOf(mime.comparison, { ...comparison, metric: text, part: text, baseline: text }),
        bundleOf(mime.run, { ...finished, config: { ...finished.config, model: text }, metric: text }),
      ];
      for (const bundle of hostile) {
        const { data } = fallbacks(bundle);
        for (const form of [data[mime.svg], data[mime.html] ?? '']) expect(form).not.toMatch(html);
        // No part of a spec is code: expressions of Vega stand under these names.
        for (const key of keysOf(data[mime.vegaLite]))
          expect(key).not.toMatch(/^(expr|signal|calculate|filter|transform|url|href|params|labelExpr)$/);
      }
    }),
    { numRuns: 100 },
  );
});

const keysOf = (value: unknown): readonly string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, part]) => [key, ...keysOf(part)]);
