import { expect, test } from 'vitest';
import { mimeBundle } from '../../../src/kernel/format/display.ts';
import { mime } from '../../../src/kernel/format/mime.ts';
import { compareArchitectures, fm, nfm, planted } from '../../../src/kernel/index.ts';
import { fallbacks } from '../../../src/renderers/static/fallbacks.ts';

const data = planted({ rows: 50 });

test('a difference shows itself as both graphs, in words, and in a file as a picture', () => {
  const difference = compareArchitectures(fm(data), nfm(data).graph);
  const bundle = mimeBundle(difference, String);
  expect(Object.keys(bundle)).toEqual([mime.difference, mime.text]);
  expect(bundle[mime.text]).toMatch(/^FM → NFM-1: \d nodes added, \d node removed/);
  expect(JSON.parse(JSON.stringify(bundle[mime.difference]))).toEqual({
    before: fm(data).graph,
    after: nfm(data).graph,
  });
  const saved = fallbacks(bundle);
  expect(saved.data[mime.svg]).toContain('+ added · − removed · ≠ changed');
  expect(difference.nodes.map(({ change }) => change)).toContain('added');
});

test('what is no model is refused by the name of the call', () => {
  expect(() => compareArchitectures(fm(data), 3 as never)).toThrow('compareArchitectures(): expected a model, got 3');
});
