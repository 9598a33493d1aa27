import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { mimeBundle } from '../../../src/kernel/format/display.ts';
import { mime } from '../../../src/kernel/format/mime.ts';
import { dataCard, fit, load, lr, planted, writeLibfm } from '../../../src/kernel/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'nfm-load-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('loaded data show themselves as their card, and train as they are', async () => {
  const path = join(folder, 'rows.libfm');
  await writeLibfm(planted({ rows: 200 }), path);
  const data = await load(path, { split: { by: 'random' }, terms: 'for tests only' });
  const { 'text/plain': text, [mime.dataCard]: card } = mimeBundle(data, String);
  expect(card).toEqual(JSON.parse(JSON.stringify(data.card)));
  expect(card).toMatchObject({ terms: 'for tests only', files: [{ path, sha256: expect.stringMatching(/^\w{64}$/) }] });
  expect(text).toMatch(/^part +rows.*\ntrain +140 .*\nvalidation +40 .*\ntest +20 /);
  expect(text).toBe(String(data));
  const { result, config } = await fit(lr(data.train), data, { epochs: 2 });
  expect(Object.keys(result.test)).toEqual(['rmse', 'mae', 'auc']);
  expect(config.data.test).toMatchObject({ rows: 20, terms: 'for tests only', unseenFeatures: 0 });
  expect(config.data.test.features).toBeGreaterThan(40);
});

test('the card of rows in memory', () => {
  const card = dataCard(planted({ rows: 50 }));
  expect(card.parts).toMatchObject([{ part: 'train', rows: 50 }]);
  expect(mimeBundle(card, String)['text/plain']).toMatch(/^part +rows[\s\S]*\nfeatures +72\n/);
});
