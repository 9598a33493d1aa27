import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { mimeBundle } from '../../../src/kernel/format/display.ts';
import { dataCard, fit, load, lr, planted, writeLibfm } from '../../../src/kernel/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'nfm-load-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('loaded data show themselves as their card, and train as they are', async () => {
  const path = join(folder, 'rows.libfm');
  await writeLibfm(planted({ rows: 200 }), path);
  const data = await load(path, { split: { by: 'random' } });
  const { 'text/plain': text } = mimeBundle(data, String);
  expect(text).toMatch(/^part +rows.*\ntrain +140 .*\nvalidation +40 .*\ntest +20 /);
  expect(text).toBe(String(data));
  const { result } = await fit(lr(data.train), data, { epochs: 2 });
  expect(Object.keys(result.test)).toEqual(['rmse', 'mae', 'auc']);
});

test('the card of rows in memory', () => {
  const card = dataCard(planted({ rows: 50 }));
  expect(card.parts).toMatchObject([{ part: 'train', rows: 50 }]);
  expect(mimeBundle(card, String)['text/plain']).toMatch(/^part +rows[\s\S]*\nfeatures +72\n/);
});
