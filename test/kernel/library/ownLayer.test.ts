/** A model with a layer that its user wrote does what models do: it is trained, saved, loaded, continued and read. */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fit, fm, input, loadModel, planted, type Run, splitDataset, splitRandom } from '../../../src/kernel/index.ts';
import { temporaryFolder } from '../data/temporary.ts';

const { path } = temporaryFolder();
const rows = planted({ rows: 600, values: 4 });
const data = splitDataset(rows, splitRandom(rows.rows));
const epochs = (n: number) => ({ epochs: n, earlyStopping: false }) as const;

/** An FM with a gate before its sum, whose code has a number in it. */
const gated = (share = 1) =>
  input(data.train)
    .linear()
    .embed(4)
    .biInteraction()
    .layer('gate', { parameters: { strength: { shape: [4], init: 'zeros' } } }, codeWith(share))
    .sum()
    .output('regression')
    .named('Gated FM');
const codeWith = (share: number) =>
  new Function(`return (x, p, tf) => tf.mul(x, tf.sigmoid(p.strength)).mul(${share})`)();

const fitted: Promise<Run> = fit(gated(), data, epochs(3));

test('trains on TensorFlow, and moves its own parameters', async () => {
  const run = await fitted;
  expect(run.config.engine).toMatch(/^tensorflow /);
  expect(run.result.parameters).toBe(25 + 24 * 4 + 4);
  const strength = run.weights.get('gate.strength')!;
  expect(strength.every((s) => s !== 0 && Math.abs(s) < 1)).toBe(true);
  expect(run.result.history[2].train.loss).toBeLessThan(run.result.history[0].train.loss!);
});

test('is refused by the wasm engine, which says where to train it', async () => {
  await expect(fit(gated(), data, { engine: 'wasm' })).rejects.toThrow(
    'layer "gate" is written in TensorFlow operations, which the wasm engine cannot differentiate; ' +
      "train and predict this model with engine: 'tensorflow'",
  );
});

test('is saved with its code and predicts the same when it is loaded', async () => {
  const run = await fitted;
  await run.save(path('gated.nfm'));
  expect(readFileSync(path('gated.nfm'), 'latin1')).toContain('tf.mul(x, tf.sigmoid(p.strength)).mul(1)');
  const model = await loadModel(path('gated.nfm'));
  expect(model.graph).toEqual(gated().graph);
  expect(model.predict(data.test!)).toEqual(run.predict(data.test!));
  expect(await model.evaluate(data.test!)).toEqual(run.result.test);
});

test('is continued from a checkpoint as if it had never stopped, but not with other code', async () => {
  const checkpoint = { path: path('gated.checkpoint') };
  await fit(gated(), data, { ...epochs(2), checkpoint });
  const resumed = await fit(gated(), data, { ...epochs(3), resume: checkpoint.path });
  expect(resumed.result.history.map(({ validation }) => validation)).toEqual(
    (await fitted).result.history.map(({ validation }) => validation),
  );
  await expect(fit(gated(2), data, { ...epochs(3), resume: checkpoint.path })).rejects.toThrow(/graph|model/);
});

test('starts from the embeddings of a trained FM', async () => {
  const start = await fit(fm(data.train, { factors: 4 }), data, epochs(1));
  await start.save(path('fm.nfm'));
  const run = await fit(gated(), data, { ...epochs(1), initFrom: path('fm.nfm'), freeze: ['embedding', 'linear'] });
  expect(run.weights.get('embedding.V')).toEqual(start.weights.get('embedding.V'));
});

test('is read by exchanging fields, and by measures that need its gradient not at all', async () => {
  const run = await fitted;
  const found = run.interactions({ rows: 50 });
  expect(found.payload.measure).toBe('swapped');
  expect(found).toHaveLength(15);
  for (const measure of ['centred', 'path', 'weights', 'raw'] as const)
    expect(() => run.interactions({ measure })).toThrow(/cannot read Gated FM: .*layer "gate".*; choose .*swapped/);
});
