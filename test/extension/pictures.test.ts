import { expect, test } from 'vitest';
import { withPictures } from '../../src/extension/pictures.ts';
import { type MimeBundle, mime } from '../../src/kernel/format/mime.ts';
import { nfm } from '../../src/kernel/models/nfm.ts';

const { graph } = nfm({ features: 20, fields: [] } as never, { factors: 4 });
const epoch = { epoch: 1, train: { loss: 1 }, validation: { rmse: 0.5 }, seconds: 1 };
const run = {
  graph,
  config: { model: 'NFM-1', engine: 'wasm', seed: 1, options: {}, data: {} },
  ...{ parameters: 1, epochs: 1, metric: 'rmse', history: [epoch], bestEpoch: 1, validation: {}, test: {} },
};
const bundle = (type: string, payload: unknown): MimeBundle =>
  ({ [type]: JSON.parse(JSON.stringify(payload)), 'text/plain': 'text' }) as MimeBundle;

test('models and finished runs get a picture with a page of its own', () => {
  for (const made of [bundle(mime.graph, graph), bundle(mime.run, { ...run, state: 'epochs' })]) {
    const pictures = withPictures(made);
    expect(pictures[mime.svg]).toMatch(/^<svg[^>]*aria-label/);
    expect(pictures[mime.svg]).not.toContain('var(--nfm');
    expect(pictures).toMatchObject(made);
  }
});

test('runs that go on, other values and unreadable payloads stay as they are', () => {
  for (const same of [
    bundle(mime.run, { ...run, state: 'running' }),
    bundle(mime.graph, { nodes: 'none' }),
    { 'text/plain': '1' },
  ])
    expect(withPictures(same)).toEqual(same);
});
